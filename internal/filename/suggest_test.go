package filename

import (
	"strings"
	"testing"
)

func TestSuggest(t *testing.T) {
	const header = `attachment; filename="Orders-2026-11-01.zip"`
	tests := map[string]struct {
		header string
		member Member
		want   string
	}{
		"nothing":                       {"", Member{}, ""},
		"header alone":                  {header, Member{}, "Orders-2026-11-01.csv"},
		"member alone":                  {"", Member{Name: "b.csv"}, "b.csv"},
		"both":                          {header, Member{Name: "b.csv"}, "b.csv"},
		"path in the archive":           {"", Member{Name: "reports/2026/b.csv"}, "b.csv"},
		"member without a name":         {header, Member{Name: ".."}, "Orders-2026-11-01.csv"},
		"standard input":                {header, Member{Name: "-"}, "Orders-2026-11-01.csv"},
		"standard input alone":          {"", Member{Name: "-"}, ""},
		"punctuation":                   {header, Member{Name: "_-_.csv"}, "Orders-2026-11-01.csv"},
		"punctuation in the header":     {`attachment; filename="-.zip"`, Member{}, ""},
		"generic":                       {header, Member{Name: "Report.csv"}, "Orders-2026-11-01.csv"},
		"generic and counted":           {header, Member{Name: "download (1).csv"}, "Orders-2026-11-01.csv"},
		"generic identifier":            {header, Member{Name: "8f14e45f-ceea-467f-a0e6-b2d1a6d8a1c4.csv"}, "Orders-2026-11-01.csv"},
		"generic alone":                 {"", Member{Name: "report.csv"}, "report.csv"},
		"both generic":                  {"attachment; filename=download.zip", Member{Name: "report.csv"}, "report.csv"},
		"generic beside punctuation":    {"attachment; filename=download.zip", Member{Name: "-"}, "download.csv"},
		"generic word and more":         {header, Member{Name: "report-2026.csv"}, "report-2026.csv"},
		"generic word inside":           {header, Member{Name: "Output of July.csv"}, "Output of July.csv"},
		"number":                        {header, Member{Name: "42.csv"}, "42.csv"},
		"other script":                  {header, Member{Name: "報告書.csv"}, "報告書.csv"},
		"code page 437":                 {header, Member{Name: "Aufträge.csv", Guessed: true}, "Aufträge.csv"},
		"code page 437, dense":          {header, Member{Name: "Größe-üb.csv", Guessed: true}, "Größe-üb.csv"},
		"Shift-JIS":                     {header, Member{Name: "âîâ|ü[âg.csv", Guessed: true}, "Orders-2026-11-01.csv"},
		"GBK":                           {header, Member{Name: "▒¿╕µ.csv", Guessed: true}, "Orders-2026-11-01.csv"},
		"Latin-1":                       {header, Member{Name: "AuftrΣge.csv", Guessed: true}, "Orders-2026-11-01.csv"},
		"Latin-1 alone":                 {"", Member{Name: "AuftrΣge.csv", Guessed: true}, "AuftrΣge.csv"},
		"Greek that is declared":        {header, Member{Name: "Σύνολο.csv"}, "Σύνολο.csv"},
		"replacement characters":        {header, Member{Name: "Auftr\ufffdge.csv"}, "Orders-2026-11-01.csv"},
		"encoded twice":                 {header, Member{Name: "AuftrÃ¤ge.csv"}, "Orders-2026-11-01.csv"},
		"encoded twice in the header":   {"attachment; filename=AuftrÃ¤ge.zip", Member{Name: "b.csv"}, "b.csv"},
		"misread, and a generic header": {"attachment; filename=report.zip", Member{Name: "▒¿╕µ.csv", Guessed: true}, "▒¿╕µ.csv"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := Suggest(tt.header, tt.member, "csv"); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzSuggest(f *testing.F) {
	f.Add("attachment; filename=report.csv", "", false, uint8(0))
	f.Add(`attachment; filename*=UTF-8''%e2%82%ac%2f..; filename="a\"b"`, "a.csv", false, uint8(1))
	f.Add("", "../../etc/cron.d/x", true, uint8(2))
	f.Add("", `C:\CON.csv`, true, uint8(3))
	f.Add(`filename="=?UTF-8?B?w6QuY3N2?=`, "\u202e..\u0308 .", true, uint8(0))
	f.Add("filename*0=a; filename*1=b", strings.Repeat("ä.", 300), false, uint8(0))
	f.Add("filename*=Shift_JIS''%81%5c; filename==?GBK?Q?=81?=", "\xff", true, uint8(0))
	f.Fuzz(func(t *testing.T, header, member string, guessed bool, format uint8) {
		extension := []string{"csv", "json", "xlsx", "zip"}[format%4]
		checkSafe(t, Suggest(header, Member{Name: member, Guessed: guessed}, extension), extension)
	})
}
