package content

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile/zipfiletest"
)

const testCSV = "order_id,common_name\r\n1,example.com\r\n2,example.org\r\n"

func sha256Hex(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// testWorkbook is a workbook as far as this package looks at one.
func testWorkbook(t testing.TB) []byte {
	t.Helper()
	return buildZIP(t,
		zipFile{name: contentTypesName, data: workbookTypes},
		zipFile{name: "xl/workbook.xml", data: "<workbook/>"},
		zipFile{name: "xl/worksheets/sheet1.xml", data: strings.Repeat("<row/>", 1000)})
}

func TestDeliverUnwraps(t *testing.T) {
	workbook := string(testWorkbook(t))
	day := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		body    []byte
		format  Format
		content string
		want    Delivered
	}{
		"bare CSV": {[]byte(testCSV), CSV, testCSV, Delivered{Format: CSV}},
		"CSV wrapped with deflate": {
			buildZIP(t, zipFile{name: "Orders-2026-07-01.csv", data: testCSV, modified: day}), CSV, testCSV,
			Delivered{Format: ZIP, Name: "Orders-2026-07-01.csv"},
		},
		"CSV wrapped without compression on another day": {
			buildZIP(t, zipFile{name: "Orders-2026-07-02.csv", data: testCSV, stored: true, modified: day.AddDate(0, 0, 1)}),
			CSV, testCSV, Delivered{Format: ZIP, Name: "Orders-2026-07-02.csv"},
		},
		"CSV wrapped without data descriptors": {
			zipfiletest.BuildRaw(t, zipfiletest.Stored("a.csv", testCSV)), CSV, testCSV,
			Delivered{Format: ZIP, Name: "a.csv"},
		},
		"CSV in a folder beside litter": {
			buildZIP(t, zipFile{name: "reports/"}, zipFile{name: "__MACOSX/reports/._a.csv", data: "\x00"},
				zipFile{name: "reports/.DS_Store", data: "\x00"}, zipFile{name: "reports/a.csv", data: testCSV},
				zipFile{name: `reports\THUMBS.DB`, data: "\x00"}, zipFile{name: "Desktop.ini", data: "\x00"}),
			CSV, testCSV, Delivered{Format: ZIP, Name: "reports/a.csv"},
		},
		"JSON": {
			buildZIP(t, zipFile{name: "a.json", data: `[{"id":1}]`}), JSON, `[{"id":1}]`,
			Delivered{Format: ZIP, Name: "a.json"},
		},
		"bare workbook": {[]byte(workbook), Excel, workbook, Delivered{Format: Excel}},
		"wrapped workbook": {
			buildZIP(t, zipFile{name: "a.xlsx", data: workbook}), Excel, workbook,
			Delivered{Format: ZIP, Name: "a.xlsx"},
		},
		"workbook wrapped without compression": {
			buildZIP(t, zipFile{name: "a.xlsx", data: workbook, stored: true}), Excel, workbook,
			Delivered{Format: ZIP, Name: "a.xlsx"},
		},
		"workbook saved as ZIP": {
			[]byte(workbook), ZIP, workbook,
			Delivered{Format: ZIP, Members: []Member{
				{Name: contentTypesName, Size: int64(len(workbookTypes)), SHA256: sha256Hex(workbookTypes)},
				{Name: "xl/workbook.xml", Size: 11, SHA256: sha256Hex("<workbook/>")},
				{Name: "xl/worksheets/sheet1.xml", Size: 6000, SHA256: sha256Hex(strings.Repeat("<row/>", 1000))},
			}},
		},
	}
	chunkings := map[string]func(io.Reader) io.Reader{
		"as it comes":      func(r io.Reader) io.Reader { return r },
		"byte by byte":     iotest.OneByteReader,
		"half reads":       iotest.HalfReader,
		"error with data":  iotest.DataErrReader,
		"behind the limit": func(r io.Reader) io.Reader { return io.LimitReader(r, 1<<30) },
	}
	for name, tt := range tests {
		for chunking, chunk := range chunkings {
			t.Run(name+"/"+chunking, func(t *testing.T) {
				for _, dst := range []Destination{new(memoryFile), writeOnly{new(memoryFile)}} {
					got, err := Deliver(t.Context(), chunk(bytes.NewReader(tt.body)), wanted(tt.format), dst)
					if err != nil {
						t.Fatal(err)
					}
					written := ""
					switch dst := dst.(type) {
					case *memoryFile:
						written = dst.String()
					case writeOnly:
						written = dst.Destination.(*memoryFile).String()
					}
					if written != tt.content || got.Size != int64(len(tt.content)) {
						t.Errorf("delivered %d bytes %.100q, want %d", got.Size, written, len(tt.content))
					}
					if got.Format != tt.want.Format || got.Name != tt.want.Name ||
						!slices.Equal(got.Members, tt.want.Members) {
						t.Errorf("got %+v, want %+v", got, tt.want)
					}
					if want := tt.want.Members; want != nil && got.MembersSHA256 != MembersSHA256(want) {
						t.Errorf("members_sha256 is %q", got.MembersSHA256)
					}
				}
			})
		}
	}
}

func TestDeliverTwoFiles(t *testing.T) {
	archive := buildZIP(t,
		zipFile{name: "b.csv", data: testCSV}, zipFile{name: "folder/"}, zipFile{name: "a.csv", data: "x\n"})
	written, _, err := received(t, archive, wanted(CSV))
	contentErr := wantKind(t, err, NotOneFile)
	if !slices.Equal(contentErr.Members, []string{"b.csv", "a.csv"}) {
		t.Errorf("members are %q", contentErr.Members)
	}
	want := `the server sent a ZIP archive that contains 2 files; the format ZIP saves the archive itself`
	if contentErr.Error() != want {
		t.Errorf("reason is %q, want %q", contentErr.Error(), want)
	}
	if written != "" {
		t.Errorf("written was %q", written)
	}

	written, got, err := received(t, archive, wanted(ZIP))
	if err != nil {
		t.Fatal(err)
	}
	members := []Member{
		{Name: "b.csv", Size: int64(len(testCSV)), SHA256: sha256Hex(testCSV)},
		{Name: "a.csv", Size: 2, SHA256: sha256Hex("x\n")},
	}
	if written != string(archive) || !slices.Equal(got.Members, members) {
		t.Errorf("members are %+v, want %+v", got.Members, members)
	}
}

func TestMembersSHA256(t *testing.T) {
	one := Member{Name: "a", Size: 1, SHA256: strings.Repeat("b", 64)}
	two := Member{Name: "b", Size: 12, SHA256: strings.Repeat("a", 64)}
	want := sha256Hex(two.SHA256 + " 12\n" + one.SHA256 + " 1\n")
	renamed := Member{Name: "c", Size: one.Size, SHA256: one.SHA256}
	for _, members := range [][]Member{{one, two}, {two, one}, {two, renamed}} {
		if got := MembersSHA256(members); got != want {
			t.Errorf("%v: got %s, want %s", members, got, want)
		}
	}
	if got := MembersSHA256(nil); got != sha256Hex("") {
		t.Errorf("no Members: got %s", got)
	}
}

func TestDeliverEmpty(t *testing.T) {
	bodies := map[string][]byte{
		"no bytes":           nil,
		"no content":         []byte("No content"),
		"no content, folded": []byte("\xef\xbb\xbf\r\n NO  CONTENT\n"),
		"white space":        []byte(" \r\n"),
		"wide":               []byte("\xff\xfen\x00o\x00 \x00c\x00o\x00n\x00t\x00e\x00n\x00t\x00"),
		"wrapped no bytes":   buildZIP(t, zipFile{name: "a"}),
		"wrapped no content": buildZIP(t, zipFile{name: "a", data: "No content"}),
	}
	for name, body := range bodies {
		for _, format := range Formats() {
			wrapped := strings.HasPrefix(name, "wrapped")
			if wrapped && format == ZIP {
				continue // a file that happens to be empty is one
			}
			t.Run(name+"/"+string(format), func(t *testing.T) {
				written, _, err := received(t, body, wanted(format))
				wantKind(t, err, Empty)
				if written != "" {
					t.Errorf("written was %q", written)
				}

				req := wanted(format)
				req.AllowEmpty = true
				written, got, err := received(t, body, req)
				if err != nil || written != "" {
					t.Fatalf("written was %q, error %v", written, err)
				}
				want := Delivered{Format: format}
				if format == ZIP {
					want.MembersSHA256 = MembersSHA256(nil)
				}
				if wrapped {
					want.Format, want.Name = ZIP, "a"
				}
				if got.Format != want.Format || got.Name != want.Name ||
					got.MembersSHA256 != want.MembersSHA256 || got.Members != nil {
					t.Errorf("got %+v, want %+v", got, want)
				}
			})
		}
	}

	t.Run("a part", func(t *testing.T) {
		req := wanted(CSV)
		req.Part = true
		_, _, err := received(t, nil, req)
		want := "the part of the report is empty, or there is no such part"
		if contentErr := wantKind(t, err, Empty); contentErr.Error() != want {
			t.Errorf("reason is %q, want %q", contentErr.Error(), want)
		}
	})

	t.Run("an archive without a file", func(t *testing.T) {
		archive := buildZIP(t, zipFile{name: "folder/"})
		_, _, err := received(t, archive, wanted(ZIP))
		wantKind(t, err, Empty)
		_, _, err = received(t, archive, wanted(CSV))
		wantKind(t, err, NotOneFile)

		req := wanted(ZIP)
		req.AllowEmpty = true
		written, got, err := received(t, archive, req)
		if err != nil || written != string(archive) || len(got.Members) != 0 || got.MembersSHA256 != sha256Hex("") {
			t.Errorf("got %+v, error %v", got, err)
		}
	})
}

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

// hintedFile refuses a size that it is told in advance.
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

// brokenFile fails in the given way.
type brokenFile struct {
	memoryFile
	writeErr, readErr error
}

func (f *brokenFile) Write(p []byte) (int, error) {
	if f.writeErr != nil {
		return 0, f.writeErr
	}
	return f.memoryFile.Write(p)
}

func (f *brokenFile) Fill(r io.Reader) (int64, error) { return io.Copy(struct{ io.Writer }{f}, r) }
func (f *brokenFile) ReadBack() io.ReaderAt           { return f }

func (f *brokenFile) ReadAt(p []byte, offset int64) (int, error) {
	if f.readErr != nil {
		return 0, f.readErr
	}
	return f.memoryFile.ReadAt(p, offset)
}

// lazyFile is a destination that ends before the content does.
type lazyFile struct{ memoryFile }

func (f *lazyFile) Fill(r io.Reader) (int64, error) {
	return io.CopyN(struct{ io.Writer }{&f.Buffer}, r, 5)
}

func TestDeliverNeedsTheDestinationToTakeAll(t *testing.T) {
	for _, body := range []string{testCSV, followedBy("")} {
		_, err := Deliver(t.Context(), strings.NewReader(body), wanted(CSV), new(lazyFile))
		if !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("after 5 of %d bytes the error is %v", len(body), err)
		}
	}
}

func TestDeliverFailures(t *testing.T) {
	cause := errors.New("cause")
	archive := buildZIP(t, zipFile{name: "a.csv", data: testCSV})
	fine := func() *brokenFile { return new(brokenFile) }
	tests := map[string]struct {
		body    []byte
		format  Format
		dst     *brokenFile
		scratch *brokenFile
	}{
		"writing a bare report":      {[]byte(testCSV), CSV, &brokenFile{writeErr: cause}, fine()},
		"writing JSON":               {[]byte("[]"), JSON, &brokenFile{writeErr: cause}, fine()},
		"writing an unwrapped one":   {archive, CSV, &brokenFile{writeErr: cause}, fine()},
		"writing an archive":         {archive, ZIP, &brokenFile{writeErr: cause}, fine()},
		"writing a workbook":         {testWorkbook(t), Excel, &brokenFile{writeErr: cause}, fine()},
		"reading an archive back":    {archive, ZIP, &brokenFile{readErr: cause}, fine()},
		"writing the scratch file":   {archive, CSV, fine(), &brokenFile{writeErr: cause}},
		"reading the scratch":        {archive, CSV, fine(), &brokenFile{readErr: cause}},
		"a short write":              {[]byte(testCSV), CSV, &brokenFile{writeErr: io.ErrShortWrite}, fine()},
		"an end of file in writing":  {[]byte(testCSV), CSV, &brokenFile{writeErr: io.EOF}, fine()},
		"a break within the reading": {archive, CSV, fine(), &brokenFile{readErr: io.ErrUnexpectedEOF}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			req := wanted(tt.format)
			req.Scratch = func() (Scratch, error) { return tt.scratch, nil }
			_, err := Deliver(t.Context(), bytes.NewReader(tt.body), req, tt.dst)
			want := errors.Join(tt.dst.writeErr, tt.dst.readErr, tt.scratch.writeErr, tt.scratch.readErr)
			if u := want.(interface{ Unwrap() []error }).Unwrap(); !errors.Is(err, u[0]) {
				t.Errorf("error is %v, want %v", err, want)
			}
			var contentErr *Error
			if errors.As(err, &contentErr) {
				t.Errorf("a failure became the verdict %v", err)
			}
		})
	}

	t.Run("opening the scratch", func(t *testing.T) {
		for _, format := range []Format{CSV, ZIP} {
			req := wanted(format)
			req.Scratch = func() (Scratch, error) { return nil, cause }
			_, err := Deliver(t.Context(), bytes.NewReader(archive), req, writeOnly{new(memoryFile)})
			if !errors.Is(err, cause) {
				t.Errorf("error is %v", err)
			}
		}
	})

	// The scratch file fails only when the member's bytes are reached.
	t.Run("reading a member", func(t *testing.T) {
		large := buildZIP(t, zipFile{name: "a.csv", data: strings.Repeat("a,b\n", 100_000), stored: true})
		for _, readErr := range []error{cause, io.ErrUnexpectedEOF} {
			req := wanted(CSV)
			req.Scratch = func() (Scratch, error) { return &lateFailure{after: 4 << 10, before: 390_000, err: readErr}, nil }
			_, _, err := received(t, large, req)
			var contentErr *Error
			if !errors.Is(err, readErr) || errors.As(err, &contentErr) {
				t.Errorf("error is %v, want %v", err, readErr)
			}
		}
	})
}

// lateFailure fails to read between two offsets.
type lateFailure struct {
	memoryFile
	after, before int64
	err           error
}

func (f *lateFailure) ReadAt(p []byte, offset int64) (int, error) {
	if offset > f.after && offset < f.before-int64(len(p)) {
		return 0, f.err
	}
	return f.memoryFile.ReadAt(p, offset)
}

// brokenTransfer is a type that a caller finds again in the error.
type brokenTransfer struct{ err error }

func (e *brokenTransfer) Error() string { return "the transfer broke off" }
func (e *brokenTransfer) Unwrap() error { return e.err }

func TestDeliverBrokenTransfer(t *testing.T) {
	long := strings.Repeat(testCSV, 5000)
	archive := string(buildZIP(t, zipFile{name: "a.csv", data: testCSV}))
	for _, cause := range []error{io.ErrUnexpectedEOF, io.EOF, errors.New("connection reset")} {
		for _, start := range []string{"", "a", long, `{"a":`, archive[:40], archive[:len(archive)-1], "<html>"} {
			for _, format := range Formats() {
				body := io.MultiReader(strings.NewReader(start), iotest.ErrReader(&brokenTransfer{cause}))
				if start == long && format != CSV {
					continue // is refused before the transfer breaks off
				}
				_, err := Deliver(t.Context(), body, wanted(format), new(memoryFile))
				var transferErr *brokenTransfer
				var contentErr *Error
				if !errors.As(err, &transferErr) || errors.As(err, &contentErr) {
					t.Errorf("%s after %.10q: error is %v", format, start, err)
				}
			}
		}
	}
}

func TestDeliverCancelled(t *testing.T) {
	archive := buildZIP(t, zipFile{name: "a.csv", data: strings.Repeat(testCSV, 10_000)})
	for _, body := range [][]byte{[]byte(strings.Repeat(testCSV, 10_000)), archive} {
		for _, format := range []Format{CSV, ZIP} {
			cause := errors.New("cancelled")
			ctx, cancel := context.WithCancelCause(t.Context())
			// The end of the body is the last moment at which a slow user can lose patience with it.
			end := readerFunc(func([]byte) (int, error) { cancel(cause); return 0, nil })
			_, err := Deliver(ctx, io.MultiReader(bytes.NewReader(body), end), wanted(format), new(memoryFile))
			if format == ZIP && !zipfile.StartsLike(body) {
				wantKind(t, err, OtherFormat)
			} else if !errors.Is(err, cause) {
				t.Errorf("error is %v", err)
			}
			cancel(nil)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ReadMembers(ctx, bytes.NewReader(archive), int64(len(archive))); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	_, err := Check(ctx, bytes.NewReader(archive), int64(len(archive)), ZIP)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestCheckContent(t *testing.T) {
	workbook := testWorkbook(t)
	wrapper := buildZIP(t, zipFile{name: "a.csv", data: testCSV})
	const accepted = 0
	tests := map[string]struct {
		file   []byte
		format Format
		want   Kind
	}{
		"CSV":                   {[]byte(testCSV), CSV, accepted},
		"JSON":                  {[]byte("{}"), JSON, accepted},
		"workbook":              {workbook, Excel, accepted},
		"ZIP":                   {wrapper, ZIP, accepted},
		"empty":                 {nil, CSV, Empty},
		"ZIP without files":     {buildZIP(t), ZIP, Empty},
		"wrapper as CSV":        {wrapper, CSV, OtherFormat},
		"wrapper as JSON":       {wrapper, JSON, OtherFormat},
		"wrapper as EXCEL":      {wrapper, Excel, OtherFormat},
		"workbook as CSV":       {workbook, CSV, OtherFormat},
		"CSV as EXCEL":          {[]byte(testCSV), Excel, OtherFormat},
		"CSV as JSON":           {[]byte(testCSV), JSON, OtherFormat},
		"CSV as ZIP":            {[]byte(testCSV), ZIP, OtherFormat},
		"JSON as CSV":           {[]byte(`[{"a":1}]`), CSV, OtherFormat},
		"HTML":                  {[]byte("<html>"), CSV, Page},
		"truncated ZIP":         {wrapper[:len(wrapper)-1], ZIP, Truncated},
		"truncated workbook":    {workbook[:len(workbook)-1], Excel, Truncated},
		"truncated JSON":        {[]byte(`[{"a":1}`), JSON, Truncated},
		"workbook, wrong sum":   {zipfiletest.Corrupted(t, workbook), Excel, Damaged},
		"ZIP with a wrong sum":  {zipfiletest.Corrupted(t, wrapper), ZIP, Damaged},
		"ZIP where CSV is due ": {wrapper, CSV, OtherFormat},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Check(t.Context(), bytes.NewReader(tt.file), int64(len(tt.file)), tt.format)
			if tt.want != accepted {
				wantKind(t, err, tt.want)
			} else if err != nil {
				t.Error(err)
			}
		})
	}

	cause := errors.New("cause")
	if _, err := Check(t.Context(), &brokenFile{readErr: cause}, 5, CSV); !errors.Is(err, cause) {
		t.Errorf("error is %v", err)
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
