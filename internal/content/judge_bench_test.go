package content

import (
	"fmt"
	"strings"
	"testing"
)

// benchReport is a CSV of about size bytes.
func benchReport(size int, row func(i int) string) []byte {
	var text strings.Builder
	text.WriteString("order_id,common_name,status,serial_number\r\n")
	for i := 0; text.Len() < size; i++ {
		text.WriteString(row(i))
	}
	return []byte(text.String())
}

// plainRow is a row of a report without quotation marks.
func plainRow(i int) string {
	return fmt.Sprintf("%08d,host-%06d.example.com,ssl_basic,issued ,2026-%02d-%02d,%016x,note\n",
		i, i*7919%1_000_000, i%12+1, i%28+1, uint64(i+1)*0x9e3779b97f4a7c15)
}

// BenchmarkJudge measures the judgement of every byte.
func BenchmarkJudge(b *testing.B) {
	crlf := func(i int) string { return strings.TrimSuffix(plainRow(i), "\n") + "\r\n" }
	quoted := func(i int) string {
		return `"` + strings.ReplaceAll(strings.TrimSuffix(plainRow(i), "\n"), ",", `","`) + "\"\r\n"
	}
	object := func(i int) string {
		return fmt.Sprintf(`{"order_id":"%08d","common_name":"host-%06d.example.com","status":"issued","serial_number":"%016x"},`+"\n", i, i*7919%1_000_000, uint64(i+1)*0x9e3779b97f4a7c15)
	}
	for _, bench := range []struct {
		name   string
		format Format
		body   []byte
	}{
		{"plain", CSV, benchReport(8<<20, plainRow)},
		{"CRLF", CSV, benchReport(8<<20, crlf)},
		{"quoted", CSV, benchReport(8<<20, quoted)},
		{"JSON", JSON, []byte("[" + strings.TrimPrefix(string(benchReport(8<<20, object)), "order_id,common_name,status,serial_number\r\n") + "{}]")},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(bench.body)))
			h := head{data: bench.body[:headSize], text: bench.body[:headSize]}
			for b.Loop() {
				j := judgeOf(bench.format, h, Hints{})
				for rest := bench.body; len(rest) > 0; rest = rest[min(128<<10, len(rest)):] {
					if err := j.write(rest[:min(128<<10, len(rest))]); err != nil {
						b.Fatal(err)
					}
				}
				if err := j.end(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("controls", func(b *testing.B) {
		body := benchReport(8<<20, plainRow)
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			var c controls
			c.write(body)
		}
	})
}
