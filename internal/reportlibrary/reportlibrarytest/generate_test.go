package reportlibrarytest_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	rlt "github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

func TestTables(t *testing.T) {
	for name, generate := range map[string]func(int, uint64) rlt.Table{
		"orders": rlt.Orders, "domains": rlt.Domains, "audit logs": rlt.AuditLogs,
	} {
		t.Run(name, func(t *testing.T) {
			table := generate(50, 3)
			equal(t, "rows", len(table.Rows), 50)
			for _, format := range []string{"CSV", "JSON", "EXCEL"} {
				encoded := string(table.Encode(format))
				equal(t, format+" again", string(generate(50, 3).Encode(format)) == encoded, true)
				equal(t, format+" of another seed", string(generate(50, 4).Encode(format)) == encoded, false)
			}

			records, err := csv.NewReader(bytes.NewReader(table.CSV())).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "CSV", fmt.Sprint(records), fmt.Sprint(append([][]string{table.Columns}, table.Rows...)))

			var objects []map[string]string
			if err := json.Unmarshal(table.JSON(), &objects); err != nil {
				t.Fatal(err)
			}
			equal(t, "objects", len(objects), 50)
			for i, row := range table.Rows {
				for j, cell := range row {
					equal(t, "JSON cell", objects[i][table.Columns[j]], cell)
				}
			}
		})
	}
	equal(t, "no rows", string(rlt.Table{}.JSON()), "[\n]\n")
}

func TestXLSX(t *testing.T) {
	table := rlt.Orders(20, 1)
	files, contents := members(t, table.XLSX())
	equal(t, "first part", files[0].Name, "[Content_Types].xml")
	equal(t, "last part", files[len(files)-1].Name, "xl/worksheets/sheet1.xml")
	for i, content := range contents[:len(contents)-1] {
		if err := xml.Unmarshal([]byte(content), new(struct{})); err != nil {
			t.Errorf("%s: %v", files[i].Name, err)
		}
	}
	var sheet struct {
		Rows []struct {
			Cells []string `xml:"c>is>t"`
		} `xml:"sheetData>row"`
	}
	if err := xml.Unmarshal([]byte(contents[len(contents)-1]), &sheet); err != nil {
		t.Fatal(err)
	}
	equal(t, "rows", len(sheet.Rows), 21)
	for i, row := range table.Rows {
		equal(t, "cells", strings.Join(sheet.Rows[i+1].Cells, "|"), strings.Join(row, "|"))
	}
}

func TestSized(t *testing.T) {
	for _, size := range []int64{0, 1, 2, 3, 50, 61, 62, 63, 64, 200, 1000, 100_001, 1_234_567} {
		content := rlt.SizedCSV(size)
		body := rlt.ReadAll(content)
		equal(t, "Size", content.Size(), size)
		equal(t, "CSV bytes", int64(len(body)), size)
		if size >= 64 {
			records, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
			if err != nil {
				t.Fatalf("CSV of %d bytes: %v", size, err)
			}
			equal(t, "columns", len(records[0]), 7)
			equal(t, "ends in a newline", body[size-1], '\n')
		}
	}
}

func TestSizedReadsAnywhere(t *testing.T) {
	const size = 3_000_000
	content := rlt.SizedCSV(size)
	whole := rlt.ReadAll(content)
	for _, offset := range []int64{0, 10, 1_000_003, size - 4000, size - 1} {
		b := make([]byte, 5000)
		n, _ := content.ReadAt(b, offset)
		equal(t, "read", n, int(min(5000, size-offset)))
		equal(t, "same bytes", bytes.Equal(b[:n], whole[offset:offset+int64(n)]), true)
	}
}

func BenchmarkSizedCSV(b *testing.B) {
	content := rlt.SizedCSV(1 << 30)
	buffer := make([]byte, 256<<10)
	b.SetBytes(int64(len(buffer)))
	for i := 0; b.Loop(); i++ {
		_, _ = content.ReadAt(buffer, int64(i%4096)*int64(len(buffer)))
	}
}
