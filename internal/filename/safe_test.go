package filename

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestSafe(t *testing.T) {
	tests := map[string]struct {
		in        string
		extension string
		want      string
	}{
		"plain":                   {"Orders-2026-07-01.csv", "csv", "Orders-2026-07-01.csv"},
		"no extension":            {"Orders", "xlsx", "Orders.xlsx"},
		"another extension":       {"Orders.CSV", "zip", "Orders.zip"},
		"old extension":           {"Orders.xls", "xlsx", "Orders.xlsx"},
		"two extensions":          {"Orders.csv.zip", "csv", "Orders.csv"},
		"unknown extension":       {"Orders 1.2", "json", "Orders 1.2.json"},
		"extension alone":         {".csv", "csv", ""},
		"extension without dot":   {"csv", "csv", "csv.csv"},
		"Unix path":               {"../../etc/cron.d/x", "csv", "x.csv"},
		"Windows path":            {`C:\x`, "csv", "x.csv"},
		"Windows drive":           {`C:x`, "csv", "C_x.csv"},
		"stream":                  {`a.csv:stream:$DATA`, "csv", "a.csv_stream_$DATA.csv"},
		"parent":                  {"..", "csv", ""},
		"parent with extension":   {"...csv", "csv", ""},
		"dots within":             {"a..b....c", "csv", "a.b.c.csv"},
		"hidden":                  {".ssh", "csv", "ssh.csv"},
		"folder":                  {"a/", "csv", ""},
		"spaces and dots":         {"  . a . .", "csv", "a.csv"},
		"device":                  {"CON", "csv", "_CON.csv"},
		"device with extension":   {"CON.csv", "csv", "_CON.csv"},
		"device with more":        {"aux .1.csv", "csv", "_aux .1.csv"},
		"device in superscript":   {"Com¹.csv", "csv", "_Com¹.csv"},
		"device, console":         {"conin$", "csv", "_conin$.csv"},
		"not a device":            {"COM10.csv", "csv", "COM10.csv"},
		"not a device either":     {"console.csv", "csv", "console.csv"},
		"forbidden":               {`<a>:"b"|?*`, "csv", "_a___b____.csv"},
		"controls":                {"a\x00b\x1b[2J\nc\u0085d\x7f", "csv", "ab[2Jcd.csv"},
		"right to left":           {"a\u202evsc.exe\u200f\u2066", "csv", "avsc.exe.csv"},
		"zero width":              {"\ufeffa\u200b\u200d\u2060\u00ad\u3164b", "csv", "ab.csv"},
		"other spaces":            {"\u00a0a\u3000b\u2003", "csv", "a b.csv"},
		"decomposed":              {"A\u0308.csv", "csv", "Ä.csv"},
		"decomposed and hidden":   {"A\u200b\u0308.csv", "csv", "Ä.csv"},
		"combining mark at first": {"\u0308\u0301a", "csv", "a.csv"},
		"only marks":              {"\u0308", "csv", ""},
		"not UTF-8":               {"a\xff\xfeb", "csv", "a_b.csv"},
		"long":                    {strings.Repeat("a", 5000), "csv", strings.Repeat("a", 196) + ".csv"},
		"long, wide":              {strings.Repeat("ä", 5000) + ".csv", "json", strings.Repeat("ä", 97) + ".json"},
		"cut at an extension":     {strings.Repeat("a", 192) + ".csvb", "csv", strings.Repeat("a", 192) + ".csv"},
		"cut to a device":         {"nul" + strings.Repeat(" ", 300) + "a", "csv", "_nul.csv"},
		"many extensions":         {"a" + strings.Repeat(".csv", 1000), "csv", "a.csv"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := Safe(tt.in, tt.extension)
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			checkSafe(t, got, tt.extension)
			if want := strings.TrimSuffix(got, "."+tt.extension); Stem(got) != want {
				t.Errorf("stem: got %q, want %q", Stem(got), want)
			}
		})
	}
}

// checkSafe checks the properties of every suggested name.
func checkSafe(t *testing.T, name, extension string) {
	t.Helper()
	if again := Safe(name, extension); again != name {
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
		t.Errorf("%q contains a forbidden character", name)
	case !filepath.IsLocal(name) || filepath.Base(name) != name:
		t.Errorf("%q is not a base name", name)
	case strings.HasPrefix(name, ".") || strings.TrimSpace(name) != name:
		t.Errorf("%q starts or ends wrongly", name)
	case filepath.Ext(name) != "."+extension || isDevice(name):
		t.Errorf("%q has the wrong extension or is a device", name)
	}
	for i, r := range name {
		if !unicode.IsGraphic(r) || unicode.IsSpace(r) && r != ' ' || i == 0 && unicode.IsMark(r) {
			t.Errorf("%q contains %q", name, r)
		}
	}
}
