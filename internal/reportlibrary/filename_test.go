package reportlibrary

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestSuggestedFilename(t *testing.T) {
	tests := map[string]struct {
		disposition string
		member      string
		wrapped     bool
		want        string
	}{
		"nothing":              {"", "", false, ""},
		"type alone":           {"attachment", "", false, ""},
		"plain":                {"attachment; filename=report.csv", "", false, "report.csv"},
		"quoted":               {`attachment; filename="my report.csv"`, "", false, "my report.csv"},
		"wrapped":              {"attachment; filename=a.zip", "b.csv", true, "b.csv"},
		"wrapped, no name":     {"attachment; filename=a.zip", "..", true, "a.csv"},
		"bare, with a member":  {"attachment; filename=a.csv", "b.csv", false, "a.csv"},
		"path in the archive":  {"", "reports/2026/b.csv", true, "b.csv"},
		"extended wins":        {`attachment; filename="a.csv"; filename*=UTF-8''%c3%a4.csv`, "", false, "ä.csv"},
		"extended comes first": {`attachment; filename*=utf-8'de'%C3%A4.csv; filename=a.csv`, "", false, "ä.csv"},
		"Latin-1":              {`attachment; filename*=iso-8859-1''%E4.csv`, "", false, "ä.csv"},
		"extended, quoted":     {`attachment; filename*="UTF-8''a%20b.csv"`, "", false, "a b.csv"},
		"extended, hostile":    {`attachment; filename*=UTF-8''..%2f..%5cx%00%0a.csv`, "", false, "x.csv"},
		"broken extended":      {`attachment; filename*=UTF-8''%zz.csv; filename=a.csv`, "", false, "a.csv"},
		"not UTF-8 after all":  {`attachment; filename*=UTF-8''%E4.csv; filename=a.csv`, "", false, "a.csv"},
		"unknown charset":      {`attachment; filename*=koi8-r''%E4.csv; filename=a.csv`, "", false, "a.csv"},
		"no charset":           {`attachment; filename*=a%20b.csv`, "", false, "a b.csv"},
		"escaped quotes":       {`attachment; filename="a \"b\" c.csv"`, "", false, "a _b_ c.csv"},
		"escaped backslash":    {`attachment; filename="x\\y.csv"`, "", false, "y.csv"},
		"Windows path":         {`attachment; filename="C:\reports\y.csv"`, "", false, "y.csv"},
		"semicolon in quotes":  {`attachment; filename="a;b=c.csv"; size=5`, "", false, "a;b=c.csv"},
		"no closing quote":     {`attachment; filename="a b.csv`, "", false, "a b.csv"},
		"spaces, unquoted":     {`attachment; filename=my report 1.csv; size=5`, "", false, "my report 1.csv"},
		"no type":              {`filename=a.csv`, "", false, "a.csv"},
		"no semicolon":         {`attachment filename=a.csv`, "", false, "a.csv"},
		"empty parameters":     {`;; attachment;; filename = "a.csv" ;;`, "", false, "a.csv"},
		"capitals":             {`ATTACHMENT; FileName=a.csv`, "", false, "a.csv"},
		"twice":                {`attachment; filename=a.csv; filename=b.csv`, "", false, "a.csv"},
		"first is empty":       {`attachment; filename=""; filename=b.csv`, "", false, "b.csv"},
		"another parameter":    {`attachment; xfilename=a.csv`, "", false, ""},
		"raw UTF-8":            {`attachment; filename="ä.csv"`, "", false, "ä.csv"},
		"raw Latin-1":          {"attachment; filename=\"\xe4.csv\"", "", false, "ä.csv"},
		"encoded word":         {`attachment; filename="=?UTF-8?B?w6QuY3N2?="`, "", false, "ä.csv"},
		"encoded word, quoted": {`attachment; filename="=?iso-8859-1?Q?=E4_b.csv?="`, "", false, "ä b.csv"},
		"numbered pieces":      {`attachment; filename*0="a b"; filename*1=".csv"`, "", false, "a b.csv"},
		"numbered and encoded": {`attachment; filename*0*=UTF-8''%c3%a4; filename*1=".csv"`, "", false, "ä.csv"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := suggestedFilename(tt.disposition, tt.member, tt.wrapped, FormatCSV); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSanitizeFilename(t *testing.T) {
	tests := map[string]struct {
		in     string
		format Format
		want   string
	}{
		"plain":                   {"Orders-2026-07-01.csv", FormatCSV, "Orders-2026-07-01.csv"},
		"no extension":            {"Orders", FormatExcel, "Orders.xlsx"},
		"another extension":       {"Orders.CSV", FormatZIP, "Orders.zip"},
		"old extension":           {"Orders.xls", FormatExcel, "Orders.xlsx"},
		"two extensions":          {"Orders.csv.zip", FormatCSV, "Orders.csv"},
		"unknown extension":       {"Orders 1.2", FormatJSON, "Orders 1.2.json"},
		"extension alone":         {".csv", FormatCSV, ""},
		"extension without dot":   {"csv", FormatCSV, "csv.csv"},
		"Unix path":               {"../../etc/cron.d/x", FormatCSV, "x.csv"},
		"Windows path":            {`C:\x`, FormatCSV, "x.csv"},
		"Windows drive":           {`C:x`, FormatCSV, "C_x.csv"},
		"stream":                  {`a.csv:stream:$DATA`, FormatCSV, "a.csv_stream_$DATA.csv"},
		"parent":                  {"..", FormatCSV, ""},
		"parent with extension":   {"...csv", FormatCSV, ""},
		"dots within":             {"a..b....c", FormatCSV, "a.b.c.csv"},
		"hidden":                  {".ssh", FormatCSV, "ssh.csv"},
		"folder":                  {"a/", FormatCSV, ""},
		"spaces and dots":         {"  . a . .", FormatCSV, "a.csv"},
		"device":                  {"CON", FormatCSV, "_CON.csv"},
		"device with extension":   {"CON.csv", FormatCSV, "_CON.csv"},
		"device with more":        {"aux .1.csv", FormatCSV, "_aux .1.csv"},
		"device in superscript":   {"Com¹.csv", FormatCSV, "_Com¹.csv"},
		"device, console":         {"conin$", FormatCSV, "_conin$.csv"},
		"no device":               {"COM10.csv", FormatCSV, "COM10.csv"},
		"no device either":        {"console.csv", FormatCSV, "console.csv"},
		"forbidden":               {`<a>:"b"|?*`, FormatCSV, "_a___b____.csv"},
		"controls":                {"a\x00b\x1b[2J\nc\u0085d\x7f", FormatCSV, "ab[2Jcd.csv"},
		"right to left":           {"a\u202evsc.exe\u200f\u2066", FormatCSV, "avsc.exe.csv"},
		"zero width":              {"\ufeffa\u200b\u200d\u2060\u00ad\u3164b", FormatCSV, "ab.csv"},
		"other spaces":            {"\u00a0a\u3000b\u2003", FormatCSV, "a b.csv"},
		"decomposed":              {"A\u0308.csv", FormatCSV, "Ä.csv"},
		"decomposed and hidden":   {"A\u200b\u0308.csv", FormatCSV, "Ä.csv"},
		"combining mark at first": {"\u0308\u0301a", FormatCSV, "a.csv"},
		"only marks":              {"\u0308", FormatCSV, ""},
		"not UTF-8":               {"a\xff\xfeb", FormatCSV, "a_b.csv"},
		"long":                    {strings.Repeat("a", 5000), FormatCSV, strings.Repeat("a", 196) + ".csv"},
		"long, wide":              {strings.Repeat("ä", 5000) + ".csv", FormatJSON, strings.Repeat("ä", 97) + ".json"},
		"cut at an extension":     {strings.Repeat("a", 192) + ".csvb", FormatCSV, strings.Repeat("a", 192) + ".csv"},
		"cut to a device":         {"nul" + strings.Repeat(" ", 300) + "a", FormatCSV, "_nul.csv"},
		"many extensions":         {"a" + strings.Repeat(".csv", 1000), FormatCSV, "a.csv"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := SanitizeFilename(tt.in, tt.format)
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			checkFilename(t, got, tt.format)
		})
	}
}

// checkFilename checks what holds for every name that is suggested.
func checkFilename(t *testing.T, name string, format Format) {
	t.Helper()
	if again := SanitizeFilename(name, format); again != name {
		t.Errorf("%q became %q", name, again)
	}
	if name == "" {
		return
	}
	switch {
	case len(name) > 200:
		t.Errorf("%q has %d bytes", name, len(name))
	case !utf8.ValidString(name) || !norm.NFC.IsNormalString(name):
		t.Errorf("%q is not in NFC", name)
	case strings.ContainsAny(name, `/\<>:"|?*`) || strings.Contains(name, ".."):
		t.Errorf("%q holds a forbidden character", name)
	case !filepath.IsLocal(name) || filepath.Base(name) != name:
		t.Errorf("%q is not a base name", name)
	case strings.HasPrefix(name, ".") || strings.TrimSpace(name) != name:
		t.Errorf("%q starts or ends wrongly", name)
	case filepath.Ext(name) != "."+format.Extension() || isDevice(name):
		t.Errorf("%q has the wrong extension or is a device", name)
	}
	for i, r := range name {
		if !unicode.IsGraphic(r) || unicode.IsSpace(r) && r != ' ' || i == 0 && unicode.IsMark(r) {
			t.Errorf("%q holds %q", name, r)
		}
	}
}

func FuzzSuggestedFilename(f *testing.F) {
	f.Add("attachment; filename=report.csv", "", false, uint8(0))
	f.Add(`attachment; filename*=UTF-8''%e2%82%ac%2f..; filename="a\"b"`, "a.csv", false, uint8(1))
	f.Add("", "../../etc/cron.d/x", true, uint8(2))
	f.Add("", `C:\CON.csv`, true, uint8(3))
	f.Add(`filename="=?UTF-8?B?w6QuY3N2?=`, "\u202e..\u0308 .", true, uint8(0))
	f.Add("filename*0=a; filename*1=b", strings.Repeat("ä.", 300), false, uint8(0))
	f.Fuzz(func(t *testing.T, disposition, member string, wrapped bool, format uint8) {
		want := Formats()[format%4]
		checkFilename(t, suggestedFilename(disposition, member, wrapped, want), want)
	})
}
