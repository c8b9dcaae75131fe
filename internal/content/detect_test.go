package content

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile"
)

// wide encodes text as UTF-16.
func wide(order binary.AppendByteOrder, text string) string {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, unit)
	}
	return string(out)
}

func TestReportsPassUnchanged(t *testing.T) {
	long := strings.Repeat("1;Größe;\"a\r\nb\"\r\n", 20_000)
	tests := map[string]struct {
		format Format
		body   string
	}{
		"byte order mark":        {CSV, "\xef\xbb\xbf" + testCSV},
		"only line feeds":        {CSV, "a,b\n1,2\n"},
		"no line end":            {CSV, "a,b"},
		"one character":          {CSV, "a"},
		"semicolons":             {CSV, "a;b\r\n1;2\r\n"},
		"single column":          {CSV, "domain\r\nexample.com\r\n"},
		"long":                   {CSV, long},
		"Latin-1":                {CSV, "name\r\nM\xfcller\r\n"},
		"Windows-1252":           {CSV, "price\r\n5 \x80 \x93x\x94\r\n"},
		"UTF-16 LE with mark":    {CSV, "\xff\xfe" + wide(binary.LittleEndian, testCSV)},
		"UTF-16 BE with mark":    {CSV, "\xfe\xff" + wide(binary.BigEndian, testCSV)},
		"UTF-16 LE without mark": {CSV, wide(binary.LittleEndian, testCSV)},
		"UTF-16 BE without mark": {CSV, wide(binary.BigEndian, testCSV)},
		"UTF-16 mostly not Latin": {
			CSV, wide(binary.LittleEndian, "name,company\r\n"+strings.Repeat("山田太郎,株式会社\r\n", 100)),
		},
		"UTF-16 long":                 {CSV, wide(binary.BigEndian, long)},
		"a cell with a brace":         {CSV, "{id},name\r\n1,2\r\n"},
		"a cell with JSON":            {CSV, "{\"a\":1},{\"a\":2}\r\n"},
		"a cell with a bracket":       {CSV, "[domain]\r\nexample.com\r\n"},
		"a long one with a bracket":   {CSV, "[domain]\r\n" + long},
		"a cell with less-than":       {CSV, "<5 days,>5 days\r\n"},
		"a column header":             {CSV, "<header>,<bodyguard>\r\n"},
		"a stray vertical tab":        {CSV, strings.Repeat("name\r\n", 100) + "a\vb\r\n"},
		"the words and more":          {CSV, "No content\r\nhere\r\n"},
		"quoted words":                {CSV, "\"No content\"\r\n"},
		"PK without more":             {CSV, "PK\r\n1\r\n"},
		"JSON array":                  {JSON, `[{"a":1},{"b":"}"}]`},
		"JSON object":                 {JSON, "{\"orders\":[]}\n"},
		"JSON, empty":                 {JSON, "[]"},
		"JSON object, empty":          {JSON, "{}"},
		"JSON with mark and spaces":   {JSON, "\xef\xbb\xbf\r\n [1]\t\r\n "},
		"JSON with errors and data":   {JSON, `{"errors":[],"orders":[{"id":1}]}`},
		"JSON about status":           {JSON, `{"status":"ok"}`},
		"JSON at the limit":           {JSON, "[\"" + strings.Repeat("a", (1<<20)-4) + "\"]"},
		"JSON past the limit":         {JSON, "[\"" + strings.Repeat("a", (1<<20)) + "\"]\n"},
		"JSON with a tail of spaces":  {JSON, "[1]" + strings.Repeat(" ", 300_000)},
		"JSON with a tail past limit": {JSON, "[1]" + strings.Repeat("\n", (1<<20))},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			wrapper := buildZIP(t, zipFile{name: "a", data: tt.body})
			for _, body := range []string{tt.body, string(wrapper)} {
				written, _, err := received(t, []byte(body), wanted(tt.format))
				if err != nil {
					t.Fatal(err)
				}
				if written != tt.body {
					t.Errorf("got %.50q, want %.50q", written, tt.body)
				}
			}
		})
	}
}

func TestNotAReport(t *testing.T) {
	const login = "\r\n<!DOCTYPE html>\n<html><title>Sign in</title>\x1b[31m</html>"
	const apiError = `{"errors":[{"code":"report_not_found","message":"Report does not exist."}]}`
	const errorReason = "the content is an error, not a report: report_not_found: Report does not exist."
	all := Formats()
	text := []Format{CSV, JSON}
	tests := map[string]struct {
		body    string
		formats []Format
		problem Kind
		reason  string // with the format for %
		snippet string
	}{
		"login page": {
			login, all, Page, "the content is an HTML or XML page, not %",
			"<!DOCTYPE html>\n<html><title>Sign in</title>\x1b[31m</html>",
		},
		"HTML in capitals": {"<HTML>", all, Page, "the content is an HTML or XML page, not %", "<HTML>"},
		"HTML with a mark": {
			"\xef\xbb\xbf <html lang=en>", all, Page, "the content is an HTML or XML page, not %", "<html lang=en>",
		},
		"HTML in UTF-16": {
			"\xff\xfe" + wide(binary.LittleEndian, "<body>"), all, Page,
			"the content is an HTML or XML page, not %", "<body>",
		},
		"head":    {"<head>", all, Page, "the content is an HTML or XML page, not %", "<head>"},
		"script":  {"<script >", all, Page, "the content is an HTML or XML page, not %", "<script >"},
		"XML":     {"<?xml ?>", all, Page, "the content is an HTML or XML page, not %", "<?xml ?>"},
		"comment": {"<!--x-->", all, Page, "the content is an HTML or XML page, not %", "<!--x-->"},
		"long HTML": {
			"<html>" + strings.Repeat("a", 200_000), all, Page, "the content is an HTML or XML page, not %",
			"<html>" + strings.Repeat("a", 193) + "",
		},
		"errors": {apiError, all, Failure, errorReason, apiError},
		"flat error": {
			`{"code":"report_not_found","message":"Report does not exist.","request_id":"1"}`, all, Failure,
			errorReason, `{"code":"report_not_found","message":"Report does not exist.","request_id":"1"}`,
		},
		"gateway's error": {
			"\xef\xbb\xbf{\"message\":\n\"Forbidden\"}\r\n", all, Failure,
			"the content is an error, not a report: Forbidden", "{\"message\":\n\"Forbidden\"}",
		},
		"error without detail": {
			`{"Error":true}`, all, Failure, "the content is an error, not a report", `{"Error":true}`,
		},
		"gzip": {"\x1f\x8bxx", all, OtherFormat, "the content is gzip-compressed data, not %", ""},
		"PDF":  {"%PDF-1.7", all, OtherFormat, "the content is a PDF document, not %", ""},
		"OLE": {
			"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", all, OtherFormat,
			"the content is a document of an old Office version, or an encrypted one, not %", "",
		},
		"two JSON documents": {`[1][1]`, []Format{JSON}, Malformed, "the content is not valid JSON: after 3 bytes a second document or other text follows", `[1]`},
		"zeros":              {strings.Repeat("\x00", 100), all, Binary, "the content is binary data, not %", ""},
		"control characters": {"a,b\n\x01\x02", all, Binary, "the content is binary data, not %", ""},
		"start of a ZIP":     {"PK\x03", all, Binary, "the content is binary data, not %", ""},
		"CSV": {
			"a,b\n", []Format{JSON, Excel, ZIP}, OtherFormat,
			"the content is some other text, not %", "a,b",
		},
		"JSON": {`[{"a":1}]`, []Format{CSV}, OtherFormat, "the content is JSON, not %", `[{"a":1}]`},
		"long JSON": {
			"[0" + strings.Repeat(",1", 100_000) + "]", []Format{CSV}, OtherFormat, "the content is JSON, not %",
			"[0" + strings.Repeat(",1", 98) + ",",
		},
		"JSON string":       {`"a"`, []Format{JSON}, OtherFormat, "the content is some other text, not %", `"a"`},
		"JSON, broken off":  {`[{"a":1}`, []Format{JSON}, Truncated, "the JSON breaks off", `[{"a":1}`},
		"JSON, one bracket": {`[`, []Format{JSON}, Truncated, "the JSON breaks off", `[`},
		"JSON, broken off at a bracket": {
			`{"a":{"b":1}`, []Format{JSON}, Truncated, "the JSON breaks off", `{"a":{"b":1}`,
		},
		"JSON, wrong": {`{"a":1,}`, []Format{JSON}, Malformed, "the content is not valid JSON: an unexpected character after 7 bytes", `{"a":1,}`},
		"long JSON, broken off": {
			"[" + strings.Repeat("1,\n", 1<<20), []Format{JSON}, Truncated, "the JSON breaks off",
			"[" + strings.Repeat("1,\n", 65),
		},
		"JSON in UTF-16": {
			wide(binary.LittleEndian, "[1]"), []Format{JSON}, OtherFormat,
			"the content is some other text, not %", "[1]",
		},
		"spaces without end": {
			strings.Repeat(" ", 100_000), []Format{JSON}, OtherFormat, "the content is some other text, not %", "",
		},
	}
	for name, tt := range tests {
		for _, format := range tt.formats {
			t.Run(name+"/"+string(format), func(t *testing.T) {
				bodies := []string{tt.body}
				if format != ZIP && format != Excel {
					bodies = append(bodies, string(buildZIP(t, zipFile{name: "a", data: tt.body})))
				}
				for _, body := range bodies {
					dst := new(memoryFile)
					_, err := Deliver(t.Context(), iotest.HalfReader(strings.NewReader(body)), wanted(format), dst)
					contentErr := wantKind(t, err, tt.problem)
					if want := strings.Replace(tt.reason, "%", string(format), 1); contentErr.Error() != want {
						t.Errorf("reason: got %q, want %q", contentErr.Error(), want)
					}
					if got := strings.TrimSpace(contentErr.Snippet); !strings.HasPrefix(got, tt.snippet) || (got == "") != (tt.snippet == "") {
						t.Errorf("snippet: got %.300q, want %q", got, tt.snippet)
					}
					if tt.problem == OtherFormat && !strings.Contains(tt.reason, "valid") && dst.Len() != 0 {
						t.Errorf("%d bytes were written", dst.Len())
					}
				}
			})
		}
	}
	for _, format := range text {
		_, _, err := received(t, testWorkbook(t), wanted(format))
		wantKind(t, err, OtherFormat)
	}
}

func FuzzDeliver(f *testing.F) {
	for _, body := range []string{
		testCSV, "", "No content", `[{"a":1}]`, `{"errors":[{"code":"a","message":"b"}]}`, "<html>", "\xff\xfea\x00",
		string(buildZIP(f, zipFile{name: "a.csv", data: testCSV})), string(testWorkbook(f)),
		string(buildZIP(f, zipFile{name: "a.xlsx", data: string(testWorkbook(f))})),
		string(buildZIP(f, zipFile{name: "../a"}, zipFile{name: "b\x00"})),
	} {
		for format := range Formats() {
			f.Add(uint8(format), false, []byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, format uint8, allowEmpty bool, body []byte) {
		const limit = 1 << 20
		req := wanted(Formats()[format%4])
		req.AllowEmpty, req.MaxBytes = allowEmpty, limit
		dst := new(memoryFile)
		got, err := Deliver(t.Context(), bytes.NewReader(body), req, dst)
		if dst.Len() > limit {
			t.Errorf("%d bytes were written", dst.Len())
		}
		if _, pieces := Deliver(t.Context(), iotest.OneByteReader(bytes.NewReader(body)), req, new(memoryFile)); kindOf(pieces) != kindOf(err) {
			t.Errorf("byte by byte the verdict is %v, at once %v", pieces, err)
		}
		if err != nil {
			return
		}
		bare := got.Format == req.Format
		switch {
		case got.Size != int64(dst.Len()):
			t.Errorf("size is %d, written were %d bytes", got.Size, dst.Len())
		case dst.Len() == 0 && !allowEmpty:
			t.Error("an empty report was accepted")
		case bare && dst.Len() > 0 && !bytes.Equal(dst.Bytes(), body):
			t.Errorf("got %q, want %q", dst.Bytes(), body)
		case !bare && !zipfile.StartsLike(body):
			t.Errorf("%q was unwrapped", body)
		}
		// A content that was accepted in transit is accepted from disk too.
		if dst.Len() == 0 || req.Format == ZIP && len(got.Members) == 0 {
			return
		}
		if _, err := Check(t.Context(), bytes.NewReader(dst.Bytes()), got.Size, req.Format); err != nil {
			t.Errorf("on disk it is refused: %v", err)
		}
	})
}

// kindOf returns the kind of a verdict, 0 for none.
func kindOf(err error) Kind {
	if verdict, ok := errors.AsType[*Error](err); ok {
		return verdict.Kind
	}
	return 0
}
