package content

import (
	"archive/zip"
	"bytes"
	"errors"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile/zipfiletest"
)

func TestDeliverLimit(t *testing.T) {
	wrapped := buildZIP(t, zipFile{name: "a.csv", data: strings.Repeat("a,b\n", 1000)})
	plain := zipfiletest.BuildRaw(t, zipfiletest.Stored("a.csv", testCSV))
	// Its stated size is within the limit, its content is not.
	falseSize := zipfiletest.BuildRaw(t, zipfiletest.Bomb(t, "a.csv", 1, 10))
	tests := map[string]struct {
		body   []byte
		format Format
		limit  int64
		within bool
	}{
		"bare at the limit":       {[]byte(testCSV), CSV, int64(len(testCSV)), true},
		"bare past the limit":     {[]byte(testCSV), CSV, int64(len(testCSV)) - 1, false},
		"wrapped at the limit":    {wrapped, CSV, 4000, true},
		"unpacked past the limit": {wrapped, CSV, 3999, false},
		"members past the limit":  {wrapped, ZIP, 3999, false},
		"members at the limit":    {wrapped, ZIP, 4000, true},
		"packed past the limit":   {plain, CSV, int64(len(plain)) - 1, false},
		"archive past the limit":  {plain, ZIP, int64(len(plain)) - 1, false},
		"claims past the limit":   {falseSize, CSV, 2000, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			req := wanted(tt.format)
			req.MaxBytes = tt.limit
			written, _, err := received(t, tt.body, req)
			if tt.within {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			wantKind(t, err, TooLarge)
			if int64(len(written)) > tt.limit {
				t.Errorf("%d bytes were written", len(written))
			}
		})
	}
}

// hintedFile rejects an announced size.
type hintedFile struct {
	memoryFile
	expected int64
	err      error
}

func (f *hintedFile) Expect(size int64) error { f.expected = size; return f.err }

func TestDeliverExpects(t *testing.T) {
	wrapped := buildZIP(t, zipFile{name: "a.csv", data: testCSV})
	dst := &hintedFile{err: errors.New("the disk is full")}
	_, err := Deliver(t.Context(), bytes.NewReader(wrapped), wanted(CSV), dst)
	var contentErr *Error
	if !errors.Is(err, dst.err) || errors.As(err, &contentErr) {
		t.Errorf("error is %v", err)
	}
	if dst.expected != int64(len(testCSV)) || dst.Len() != 0 {
		t.Errorf("expected %d bytes, written were %d", dst.expected, dst.Len())
	}

	workbook := testWorkbook(t)
	_, err = Deliver(t.Context(), bytes.NewReader(workbook), wanted(Excel), dst)
	if !errors.Is(err, dst.err) || dst.expected != int64(len(workbook)) || dst.Len() != 0 {
		t.Errorf("expected %d bytes, written were %d, error is %v", dst.expected, dst.Len(), err)
	}
	dst.err = nil
	if _, err = Deliver(t.Context(), bytes.NewReader(wrapped), wanted(CSV), dst); err != nil {
		t.Error(err)
	}
}

// Memory must not grow with the report.
func TestDeliverMemory(t *testing.T) {
	const blocks = 32
	var block []byte
	for random := rand.New(rand.NewPCG(1, 2)); len(block) < 1<<20; block = append(block, ",example.com\n"...) {
		block = strconv.AppendUint(block, random.Uint64(), 36)
	}
	packed := zipfiletest.Deflated(t, block, blocks)
	sum := crc32.NewIEEE()
	for range blocks {
		sum.Write(block)
	}
	body := zipfiletest.BuildRaw(t, zipfiletest.RawFile{FileHeader: zip.FileHeader{
		Name: "a.csv", Method: zip.Deflate, CRC32: sum.Sum32(),
		CompressedSize64: uint64(len(packed)), UncompressedSize64: uint64(blocks * len(block)),
	}, Packed: packed})
	req := wanted(CSV)
	req.Scratch = func() (Scratch, error) {
		f, err := os.CreateTemp(t.TempDir(), "")
		return fileScratch{f}, err
	}
	dst := new(counter)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Deliver(t.Context(), bytes.NewReader(body), req, dst)
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	if dst.written != int64(blocks*len(block)) {
		t.Errorf("written were %d bytes", dst.written)
	}
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 8<<20 {
		t.Errorf("%d bytes were allocated for a report of %d", allocated, dst.written)
	}
}
