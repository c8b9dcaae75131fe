package reportlibrary

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// benchReport is a CSV of about size bytes that compresses like a report.
func benchReport(size int) string {
	var text strings.Builder
	text.WriteString("order_id,common_name,status,serial_number\n")
	for i := 0; text.Len() < size; i++ {
		fmt.Fprintf(&text, "%08d,host-%06d.example.com,issued,%016x\n", i, i*7919%1_000_000, uint64(i+1)*0x9e3779b97f4a7c15)
	}
	return text.String()
}

// BenchmarkDeliver is a body's way to its content, without network and disk on the bare one's, and with a spool in a
// file on the wrapped one's; bytes per second are of the content.
func BenchmarkDeliver(b *testing.B) {
	for _, size := range []int{10 << 10, 8 << 20} {
		report := benchReport(size)
		for _, bench := range []struct {
			name   string
			body   []byte
			format Format
		}{
			{"bare", []byte(report), FormatCSV},
			{"wrapped", buildZIP(b, zipFile{name: "orders.csv", data: report}), FormatCSV},
			{"ZIP", buildZIP(b, zipFile{name: "orders.csv", data: report}), FormatZIP},
		} {
			b.Run(fmt.Sprintf("%s/%dKiB", bench.name, size>>10), func(b *testing.B) {
				req := wanted(bench.format)
				req.spool = benchSpool(b)
				dst := new(counter)
				b.SetBytes(int64(len(report)))
				b.ReportAllocs()
				for b.Loop() {
					dst.Reset()
					if _, err := deliver(b.Context(), bytes.NewReader(bench.body), req, dst); err != nil {
						b.Fatal(err)
					}
				}
				want := int64(len(report))
				if bench.format == FormatZIP {
					want = int64(len(bench.body))
				}
				if dst.written != want {
					b.Errorf("delivered %d bytes, want %d", dst.written, want)
				}
			})
		}
	}
}

// benchSpool returns a constructor of spools in a folder of the benchmark's.
func benchSpool(b *testing.B) func() (Spool, error) {
	path := filepath.Join(b.TempDir(), "spool")
	return func() (Spool, error) {
		f, err := os.Create(path)
		return fileSpool{f}, err
	}
}
