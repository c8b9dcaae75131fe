package reportlibrary

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

func TestDefinition(t *testing.T) {
	t.Parallel()
	var key string
	server := reportlibrarytest.NewServer(func(o *reportlibrarytest.Options) {
		o.RewriteJSON = func(_ *http.Request, response map[string]any) {
			response["undocumented"] = "kept"
			response["echo"] = "the key is " + key
		}
	})
	defer server.Close()
	key = server.APIKey
	report := server.AddReport(reportlibrarytest.Report{DisplayName: "Orders", Columns: []string{"order_id"}})
	client, _ := newTestClient(t, server.URL(), func(c *Config) { c.APIKey = key })
	definition, err := client.Definition(t.Context(), strings.ToUpper(report.ReportIdentifier))
	if err == nil || len(definition) > 0 {
		t.Errorf("the fake compares identifiers with their case, and yet got %s", definition)
	}
	definition, err = client.Definition(t.Context(), report.ReportIdentifier)
	if err != nil || !json.Valid(definition) {
		t.Fatalf("got %s (%v)", definition, err)
	}
	for _, want := range []string{`"undocumented":"kept"`, `"columns":[{"identifier":"order_id"}]`, report.ReportIdentifier} {
		if !strings.Contains(string(definition), want) {
			t.Errorf("%s is not in %s", want, definition)
		}
	}
	if strings.Contains(string(definition), key) {
		t.Errorf("the key is in %s", definition)
	}
	masked, err := client.maskedJSON(jsonObject{"a": json.RawMessage(`["` + escaped(key) + `",{"` + key + `":1.50}]`)})
	if err != nil || strings.Contains(string(masked), key) || !strings.Contains(string(masked), "1.50") {
		t.Errorf("got %s (%v)", masked, err)
	}
}

// escaped writes each character of an ASCII text with an escape of JSON.
func escaped(text string) string {
	var out strings.Builder
	for _, r := range text {
		fmt.Fprintf(&out, `\u%04x`, r)
	}
	return out.String()
}
