package content

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkDeliver is a body's way to its content, without network and disk on the bare one's, and with a scratch file in a
// file on the wrapped one's; bytes per second are of the content.
func BenchmarkDeliver(b *testing.B) {
	for _, size := range []int{10 << 10, 8 << 20} {
		report := string(benchReport(size, plainRow))
		for _, bench := range []struct {
			name   string
			body   []byte
			format Format
		}{
			{"bare", []byte(report), CSV},
			{"wrapped", buildZIP(b, zipFile{name: "orders.csv", data: report}), CSV},
			{"ZIP", buildZIP(b, zipFile{name: "orders.csv", data: report}), ZIP},
		} {
			b.Run(fmt.Sprintf("%s/%dKiB", bench.name, size>>10), func(b *testing.B) {
				req := wanted(bench.format)
				req.Scratch = benchScratch(b)
				dst := new(counter)
				b.SetBytes(int64(len(report)))
				b.ReportAllocs()
				for b.Loop() {
					dst.Reset()
					if _, err := Deliver(b.Context(), bytes.NewReader(bench.body), req, dst); err != nil {
						b.Fatal(err)
					}
				}
				want := int64(len(report))
				if bench.format == ZIP {
					want = int64(len(bench.body))
				}
				if dst.written != want {
					b.Errorf("delivered %d bytes, want %d", dst.written, want)
				}
			})
		}
	}
}

// benchScratch returns a constructor of scratch files in a folder of the benchmark's.
func benchScratch(b *testing.B) func() (Scratch, error) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "scratch")
	return func() (Scratch, error) {
		f, err := os.Create(path)
		return fileScratch{f}, err
	}
}
