package reportlibrary

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
)

// BenchmarkHistoryPage is the decoding of one response with as many records as a request asks for.
func BenchmarkHistoryPage(b *testing.B) {
	for _, records := range []int{1, historyLimit} {
		b.Run(fmt.Sprintf("%d records", records), func(b *testing.B) {
			body := benchHistory(b, records)
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				page, err := readHistoryPage(newJSONBody(bytes.NewReader(body), maxJSONBytes))
				if err != nil || len(page.records) != records {
					b.Fatalf("%d records, %v", len(page.records), err)
				}
			}
		})
	}
}

// BenchmarkHistoryRead reads 1,000 decoded records: it looks for repeated ones and checks the conditions.
func BenchmarkHistoryRead(b *testing.B) {
	const count = 10
	var pages []historyPage
	for i := range count {
		page := historyPage{received: historyLimit, total: count * historyLimit}
		for j := range historyLimit {
			page.records = append(page.records, Record{
				ReportIdentifier:    "00000000-0000-0000-0000-000000000000",
				ReportRunIdentifier: fmt.Sprintf("%032x", i*historyLimit+j),
				ReportDisplayName:   "Monthly orders", Status: "READY", Schedule: "MONTHLY", ReportType: "orders",
			})
		}
		pages = append(pages, page)
	}
	req := HistoryRequest{ReportDisplayNames: []string{"Monthly orders"}, Statuses: []string{"READY"}}
	b.ReportAllocs()
	for b.Loop() {
		got, err := readPages(req, func(_, offset int) (historyPage, error) { return pages[offset/historyLimit], nil })
		if err != nil || len(got) != count*historyLimit {
			b.Fatalf("%d records, %v", len(got), err)
		}
	}
}

// benchHistory is a response of the documented form.
func benchHistory(b *testing.B, records int) []byte {
	b.Helper()
	list := make([]map[string]any, 0, records)
	for i := range records {
		list = append(list, map[string]any{
			"report_display_name": "Example Report", "report_identifier": "00000000-0000-0000-0000-000000000000",
			"report_run_identifier": fmt.Sprintf("%032x", i), "created_by_user_id": 12345, "created_by_user_name": "John Doe",
			"created_date": "2021-01-13 02:15:48", "report_type": "orders", "report_type_display_name": "Orders",
			"report_start_date": "2021-01-13 09:15:37", "report_end_date": "2021-01-13 09:15:48", "schedule": "WEEKLY",
			"format": []string{"CSV"}, "status": "READY", "manually_triggered": false, "split_report_count": 0,
		})
	}
	body, err := json.Marshal(map[string]any{
		"page": map[string]int{"total": records, "limit": historyLimit, "offset": 0}, "report_history": list,
	})
	if err != nil {
		b.Fatal(err)
	}
	return body
}
