package content

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile/zipfiletest"
)

// Each kind of archive error has its own kind here, for every requested format.
func TestArchiveProblems(t *testing.T) {
	stored := zipfiletest.Stored("a.csv", testCSV)
	encrypted, lzma := stored, stored
	encrypted.Flags |= 1
	lzma.Method = 14
	link := stored
	link.SetMode(0o777 | 1<<27)
	sound := zipfiletest.BuildRaw(t, stored)
	hostile := zipfiletest.BuildRaw(t, zipfiletest.Bomb(t, "a.csv", 1, 1<<62))
	tests := map[string]struct {
		archive []byte
		format  Format
		want    Kind
		reason  string
	}{
		"truncated":       {sound[:60], CSV, Truncated, "end is missing"},
		"truncated, ZIP":  {sound[:60], ZIP, Truncated, "end is missing"},
		"damaged":         {zipfiletest.Corrupted(t, sound), CSV, Damaged, `"a.csv" does not match its checksum`},
		"damaged, ZIP":    {zipfiletest.Corrupted(t, sound), ZIP, Damaged, `"a.csv" does not match its checksum`},
		"hostile":         {hostile, CSV, Hostile, "200 times"},
		"hostile, ZIP":    {hostile, ZIP, Hostile, "200 times"},
		"encrypted":       {zipfiletest.BuildRaw(t, encrypted), CSV, Encrypted, `"a.csv" in the ZIP archive is encrypted`},
		"unread method":   {zipfiletest.BuildRaw(t, lzma), JSON, Unsupported, "method 14 (LZMA)"},
		"a symbolic link": {zipfiletest.BuildRaw(t, link), CSV, Damaged, "is a symbolic link"},
		"encrypted workbook": {
			zipfiletest.BuildRaw(t, zipfiletest.Stored(contentTypesName, workbookTypes), renamed(encrypted, "xl/workbook.xml")),
			Excel, Encrypted, `"xl/workbook.xml" in the ZIP archive is encrypted`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, _, err := received(t, tt.archive, wanted(tt.format))
			if got := wantKind(t, err, tt.want).Error(); !strings.Contains(got, tt.reason) {
				t.Errorf("reason: got %q, want one with %q", got, tt.reason)
			}
		})
	}
}

func renamed(f zipfiletest.RawFile, name string) zipfiletest.RawFile {
	f.Name = name
	return f
}

// A requested archive is saved unchanged even if a member can't be unpacked. That member has an empty digest, and
// MembersSHA256 is empty.
func TestUnreadableMembers(t *testing.T) {
	encrypted := zipfiletest.Stored("b.csv", testCSV)
	encrypted.Flags |= 1
	archive := zipfiletest.BuildRaw(t, zipfiletest.Stored("a.csv", testCSV), encrypted)
	written, got, err := received(t, archive, wanted(ZIP))
	if err != nil || written != string(archive) {
		t.Fatalf("written were %d bytes, error %v", len(written), err)
	}
	want := []Member{{"a.csv", int64(len(testCSV)), sha256Hex(testCSV)}, {"b.csv", int64(len(testCSV)), ""}}
	if fmt.Sprint(got.Members) != fmt.Sprint(want) || got.MembersSHA256 != "" {
		t.Errorf("members: got %v with the digest %q, want %v", got.Members, got.MembersSHA256, want)
	}
	if _, err := Check(t.Context(), bytes.NewReader(archive), int64(len(archive)), ZIP); err != nil {
		t.Error(err)
	}
}

// A bomb leaves a bounded number of bytes.
func TestHostileIsNotWritten(t *testing.T) {
	const mebi = 1 << 20
	archive := zipfiletest.BuildRaw(t, zipfiletest.Bomb(t, "a.csv", 10_000, 1536*mebi))
	for format, limit := range map[Format]int64{CSV: 101 * mebi, ZIP: int64(len(archive))} {
		dst := new(counter)
		_, err := Deliver(t.Context(), bytes.NewReader(archive), wanted(format), dst)
		wantKind(t, err, Hostile)
		if dst.written > limit {
			t.Errorf("%s: %d bytes were written", format, dst.written)
		}
	}
}

func TestArchiveNested(t *testing.T) {
	inner := buildZIP(t, zipFile{name: "a.csv", data: testCSV})
	tests := map[string]struct {
		inner  []byte
		format Format
		reason string
	}{
		"CSV in CSV":      {inner, CSV, "the content is a ZIP archive, not CSV"},
		"CSV in JSON":     {inner, JSON, "the content is a ZIP archive, not JSON"},
		"CSV in EXCEL":    {inner, Excel, "the content is a ZIP archive, not EXCEL"},
		"workbook in CSV": {testWorkbook(t), CSV, "the content is an Excel workbook, not CSV; ask for it as EXCEL"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, _, err := received(t, buildZIP(t, zipFile{name: "a", data: string(tt.inner)}), wanted(tt.format))
			if contentErr := wantKind(t, err, OtherFormat); contentErr.Error() != tt.reason {
				t.Errorf("reason: got %q, want %q", contentErr.Error(), tt.reason)
			}
		})
	}
	_, _, err := received(t, testWorkbook(t), wanted(JSON))
	want := "the content is an Excel workbook, not JSON; ask for it as EXCEL"
	if contentErr := wantKind(t, err, OtherFormat); contentErr.Error() != want {
		t.Errorf("reason: got %q, want %q", contentErr.Error(), want)
	}
}

// Names from an archive become a part of an error only through the function that masks them.
func TestReasonCleans(t *testing.T) {
	clean := func(s string) string { return strings.ReplaceAll(s, "secret", "***") }
	encrypted := zipfiletest.Stored("secret.csv", testCSV)
	encrypted.Flags |= 1
	link := zipfiletest.Stored("secret.csv", testCSV)
	link.SetMode(0o777 | 1<<27)
	for name, body := range map[string][]byte{
		"encrypted": zipfiletest.BuildRaw(t, encrypted),
		"link":      zipfiletest.BuildRaw(t, link),
		"error":     []byte(`{"code":"secret","message":"a secret"}`),
		"rows":      []byte(testCSV + `{"code":"secret","message":"a secret"}`),
	} {
		_, _, err := received(t, body, wanted(CSV))
		verdict, ok := errors.AsType[*Error](err)
		if !ok || strings.Contains(verdict.Reason(clean), "secret") || !strings.Contains(verdict.Reason(clean), "***") {
			t.Errorf("%s: error is %v", name, err)
		}
	}
}

func TestArchiveNamesItsMembers(t *testing.T) {
	_, _, err := received(t, buildZIP(t, zipFile{name: "b\x1b.csv"}, zipFile{name: "a.csv"}), wanted(CSV))
	if got := wantKind(t, err, NotOneFile).Members; !slices.Equal(got, []string{"b\x1b.csv", "a.csv"}) {
		t.Errorf("members are %q", got)
	}
}

func TestIsOSMetadata(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"__MACOSX/reports/a.csv": true, "._a.csv": true, "reports/._a.csv": true, `reports\._a.csv`: true, ".DS_Store": true,
		"reports/.DS_Store": true, "THUMBS.DB": true, "reports/Desktop.ini": true,
		"a.csv": false, "reports/__MACOSX/a.csv": false, "a._csv": false, ".hidden.csv": false, "thumbs.db.csv": false, "": false,
	} {
		if got := isOSMetadata(name); got != want {
			t.Errorf("%q: got %t, want %t", name, got, want)
		}
	}
}
