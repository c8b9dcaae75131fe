package content

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

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
		t.Errorf("reason: got %q, want %q", contentErr.Error(), want)
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
		t.Errorf("members: got %+v, want %+v", got.Members, members)
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
			t.Errorf("reason: got %q, want %q", contentErr.Error(), want)
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
