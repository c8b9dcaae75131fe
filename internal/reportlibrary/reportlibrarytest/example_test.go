package reportlibrarytest_test

import (
	"fmt"
	"io"
	"net/http"

	rlt "github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

func ExampleServer() {
	srv := rlt.NewServer()
	defer srv.Close()
	run := srv.AddRun(rlt.Run{DisplayName: "Monthly orders", Content: rlt.Text("Order ID\n100000001\n")})
	srv.Script(rlt.Downloads, rlt.UserForbidden)

	for range 2 {
		url := srv.URL() + "/report/" + run.ReportIdentifier + "/" + run.RunIdentifier + "/download?report_format=CSV"
		req, err := http.NewRequest(http.MethodGet, url, nil)
		if err != nil {
			panic(err)
		}
		req.Header.Set("X-DC-DEVKEY", srv.APIKey)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			panic(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			panic(err)
		}
		_ = resp.Body.Close()
		fmt.Printf("%d %q\n", resp.StatusCode, body)
	}
	fmt.Println(len(srv.Requests()), "requests")
	// Output:
	// 403 "{\"code\":\"user_forbidden\",\"message\":\"User does not have the required permission.\"}"
	// 200 "Order ID\n100000001\n"
	// 2 requests
}
