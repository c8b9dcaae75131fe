package archive

import (
	"slices"
	"testing"
)

func TestItems_names(t *testing.T) {
	t.Parallel()
	const day = "2026-03-01-"
	sameDay := func(r *Run) {
		r.ReportStartDate, r.ReportEndDate = "2026-03-01 02:00:00", "2026-03-01 02:00:11"
	}
	tests := map[string]struct {
		runs     []Run
		archived []string // names
		want     []string
	}{
		"one run":          {[]Run{readyRun(3)}, nil, []string{day + "00000003.csv"}},
		"parts":            {[]Run{readyRun(3, parts(2))}, nil, []string{day + "00000003-part0.csv", day + "00000003-part1.csv"}},
		"upper case":       {[]Run{readyRun(3, identifier("ABCDEF01-93C4-4D5E-A6F7-0B8C9DAE1F20"))}, nil, []string{day + "abcdef01.csv"}},
		"without end":      {[]Run{readyRun(3, func(r *Run) { r.ReportEndDate = "" })}, nil, []string{day + "00000003.csv"}},
		"without dates":    {[]Run{readyRun(3, undated)}, nil, []string{"undated-00000003.csv"}},
		"not a date":       {[]Run{readyRun(3, undated, func(r *Run) { r.ReportEndDate = "../../etc" })}, nil, []string{"undated-00000003.csv"}},
		"RFC 3339":         {[]Run{readyRun(3, func(r *Run) { r.ReportEndDate = "2026-03-02T01:00:00+02:00" })}, nil, []string{day + "00000003.csv"}},
		"hyphen at cut":    {[]Run{readyRun(3, identifier("1234567-0123456789012345678901234567"))}, nil, []string{day + "1234567.csv"}},
		"two of a name":    {[]Run{readyRun(3, sameDay, identifier("aaaaaaaa-1000-4000-8000-000000000000")), readyRun(3, sameDay, identifier("AAAAAAAA-2000-4000-8000-000000000000"))}, nil, []string{day + "aaaaaaaa-1.csv", day + "aaaaaaaa-2.csv"}},
		"hyphen behind it": {[]Run{readyRun(3, sameDay, identifier("aaaaaaaa-1000-4000-8000-000000000000")), readyRun(3, sameDay, identifier("aaaaaaaa11000-4000-8000-000000000000"))}, nil, []string{day + "aaaaaaaa-1.csv", day + "aaaaaaaa1.csv"}},
		"another day":      {[]Run{readyRun(3, identifier("aaaaaaaa-1000-4000-8000-000000000000")), readyRun(4, identifier("aaaaaaaa-2000-4000-8000-000000000000"))}, nil, []string{day + "aaaaaaaa.csv", "2026-04-01-aaaaaaaa.csv"}},
		"archived name":    {[]Run{readyRun(3)}, []string{"2026-03-01-00000003.CSV"}, []string{day + "00000003-9.csv"}},
		"archived twice":   {[]Run{readyRun(3)}, []string{day + "00000003.csv", day + "00000003-9.csv"}, []string{day + "00000003-93.csv"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := Files{}
			for _, name := range tt.archived {
				files[Key("other-"+name)] = File{Name: name}
			}
			for range 2 {
				var got []string
				for _, item := range Discover(tt.runs, files).Items(files, Selection{Extension: "csv"}) {
					got = append(got, item.Name)
				}
				if !slices.Equal(got, tt.want) {
					t.Errorf("got %q, want %q", got, tt.want)
				}
				slices.Reverse(tt.runs) // the order of the history does not count
			}
		})
	}
}
