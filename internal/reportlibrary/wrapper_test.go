package reportlibrary

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile/zipfiletest"
)

// Each kind of archive error is a problem of its own, whichever format was asked for.
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
		want    ContentProblem
		reason  string
	}{
		"truncated":       {sound[:60], FormatCSV, ContentTruncated, "end is missing"},
		"truncated, ZIP":  {sound[:60], FormatZIP, ContentTruncated, "end is missing"},
		"damaged":         {zipfiletest.Corrupted(t, sound), FormatCSV, ContentDamaged, `"a.csv" does not match its checksum`},
		"damaged, ZIP":    {zipfiletest.Corrupted(t, sound), FormatZIP, ContentDamaged, `"a.csv" does not match its checksum`},
		"hostile":         {hostile, FormatCSV, ContentHostile, "200 times"},
		"hostile, ZIP":    {hostile, FormatZIP, ContentHostile, "200 times"},
		"encrypted":       {zipfiletest.BuildRaw(t, encrypted), FormatCSV, ContentEncrypted, `"a.csv" in the ZIP archive is encrypted`},
		"unread method":   {zipfiletest.BuildRaw(t, lzma), FormatJSON, ContentUnsupported, "method 14 (LZMA)"},
		"a symbolic link": {zipfiletest.BuildRaw(t, link), FormatCSV, ContentDamaged, "is a symbolic link"},
		"encrypted workbook": {
			zipfiletest.BuildRaw(t, zipfiletest.Stored(contentTypesName, workbookTypes), renamed(encrypted, "xl/workbook.xml")),
			FormatExcel, ContentEncrypted, `"xl/workbook.xml" in the ZIP archive is encrypted`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, _, err := received(t, tt.archive, wanted(tt.format))
			if got := wantProblem(t, err, tt.want).Reason; !strings.Contains(got, tt.reason) {
				t.Errorf("reason is %q, want one with %q", got, tt.reason)
			}
		})
	}
}

func renamed(f zipfiletest.RawFile, name string) zipfiletest.RawFile {
	f.Name = name
	return f
}

// A requested archive is saved as it is, also where a member can't be unpacked: that one has no digest, and so the
// members together have none.
func TestUnreadableMembers(t *testing.T) {
	encrypted := zipfiletest.Stored("b.csv", testCSV)
	encrypted.Flags |= 1
	archive := zipfiletest.BuildRaw(t, zipfiletest.Stored("a.csv", testCSV), encrypted)
	written, got, err := received(t, archive, wanted(FormatZIP))
	if err != nil || written != string(archive) {
		t.Fatalf("written were %d bytes, error %v", len(written), err)
	}
	want := []Member{{"a.csv", int64(len(testCSV)), sha256Hex(testCSV)}, {"b.csv", int64(len(testCSV)), ""}}
	if fmt.Sprint(got.members) != fmt.Sprint(want) || got.membersSHA256 != "" {
		t.Errorf("members are %v with the digest %q, want %v", got.members, got.membersSHA256, want)
	}
	if err := CheckContent(t.Context(), bytes.NewReader(archive), int64(len(archive)), FormatZIP); err != nil {
		t.Error(err)
	}
}

// What a bomb leaves behind is bounded.
func TestHostileIsNotWritten(t *testing.T) {
	const mebi = 1 << 20
	archive := zipfiletest.BuildRaw(t, zipfiletest.Bomb(t, "a.csv", 10_000, 1536*mebi))
	for format, limit := range map[Format]int64{FormatCSV: 101 * mebi, FormatZIP: int64(len(archive))} {
		dst := new(counter)
		_, err := deliver(t.Context(), bytes.NewReader(archive), wanted(format), dst)
		wantProblem(t, err, ContentHostile)
		if dst.written > limit {
			t.Errorf("%s: %d bytes were written", format, dst.written)
		}
	}
}

func TestArchiveNested(t *testing.T) {
	inner := buildZIP(t, zipFile{name: "a.csv", data: testCSV})
	for name, tt := range map[string]struct {
		inner  []byte
		format Format
		reason string
	}{
		"CSV in CSV":      {inner, FormatCSV, "the content is a ZIP archive, not CSV"},
		"CSV in JSON":     {inner, FormatJSON, "the content is a ZIP archive, not JSON"},
		"CSV in EXCEL":    {inner, FormatExcel, "the content is a ZIP archive, not EXCEL"},
		"workbook in CSV": {testWorkbook(t), FormatCSV, "the content is an Excel workbook, not CSV; ask for it as EXCEL"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := received(t, buildZIP(t, zipFile{name: "a", data: string(tt.inner)}), wanted(tt.format))
			if contentErr := wantProblem(t, err, ContentUnexpected); contentErr.Reason != tt.reason {
				t.Errorf("reason is %q, want %q", contentErr.Reason, tt.reason)
			}
		})
	}
	_, _, err := received(t, testWorkbook(t), wanted(FormatJSON))
	want := "the content is an Excel workbook, not JSON; ask for it as EXCEL"
	if contentErr := wantProblem(t, err, ContentUnexpected); contentErr.Reason != want {
		t.Errorf("reason is %q, want %q", contentErr.Reason, want)
	}
}

func TestArchiveRedacts(t *testing.T) {
	req := wanted(FormatCSV)
	req.redact = func(s string) string { return strings.ReplaceAll(s, "secret", "***") }
	_, got, err := received(t, buildZIP(t, zipFile{name: "secret.csv", data: testCSV}), req)
	if err != nil || got.member.Name != "***.csv" {
		t.Errorf("name is %q, error %v", got.member.Name, err)
	}
	_, _, err = received(t, buildZIP(t, zipFile{name: "secret\x1b[2J1"}, zipFile{name: "2"}), req)
	contentErr := wantProblem(t, err, ContentNotOneFile)
	if contentErr.Members[0] != "***[2J1" || strings.ContainsAny(contentErr.Reason, "\x1b") ||
		strings.Contains(contentErr.Reason, "secret") {
		t.Errorf("reason is %q, members are %q", contentErr.Reason, contentErr.Members)
	}
	req.format = FormatZIP
	_, got, err = received(t, buildZIP(t, zipFile{name: "secret.csv", data: testCSV}), req)
	if err != nil || got.members[0].Name != "***.csv" {
		t.Errorf("members are %v, error %v", got.members, err)
	}
}

func TestArchiveNamesFewMembers(t *testing.T) {
	files := make([]zipFile, 25)
	for i := range files {
		files[i].name = fmt.Sprint(i, strings.Repeat("a", 1000))
	}
	_, _, err := received(t, buildZIP(t, files...), wanted(FormatCSV))
	contentErr := wantProblem(t, err, ContentNotOneFile)
	if len(contentErr.Members) != 10 || len(contentErr.Reason) > 3000 ||
		!strings.Contains(contentErr.Reason, " and 15 more") {
		t.Errorf("%d members, reason is %q", len(contentErr.Members), contentErr.Reason)
	}
}
