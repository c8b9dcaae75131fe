package archive

import (
	"slices"
	"testing"
)

func TestDiscover(t *testing.T) {
	t.Parallel()
	one, two := runID(1), runID(2)
	tests := map[string]struct {
		history      []Run
		archived     []Key
		startedAfter string
		want         []Key
		wantUnusable int
	}{
		"empty history":                {nil, []Key{Key(one)}, "", nil, 0},
		"two new runs":                 {[]Run{readyRun(2), readyRun(1)}, nil, "", []Key{Key(one), Key(two)}, 0},
		"one is archived":              {[]Run{readyRun(2), readyRun(1)}, []Key{Key(one)}, "", []Key{Key(two)}, 0},
		"repeated":                     {[]Run{readyRun(1), readyRun(1), readyRun(1)}, nil, "", []Key{Key(one)}, 0},
		"in another case":              {[]Run{readyRun(1, identifier("ABCDEFAB-0000"))}, []Key{"abcdefab-0000"}, "", nil, 0},
		"failed":                       {[]Run{readyRun(1, status("FAILED"))}, nil, "", nil, 0},
		"generating":                   {[]Run{readyRun(1, status("GENERATING"))}, nil, "", nil, 0},
		"listed in two states":         {[]Run{readyRun(1, status("GENERATING")), readyRun(1)}, nil, "", []Key{Key(one)}, 0},
		"schedule":                     {[]Run{readyRun(1, identifier(""))}, nil, "", nil, 0},
		"split":                        {[]Run{readyRun(1, parts(2))}, nil, "", []Key{Key(one + "/0"), Key(one + "/1")}, 0},
		"one part is archived":         {[]Run{readyRun(1, parts(2))}, []Key{Key(one + "/0")}, "", []Key{Key(one + "/1")}, 0},
		"archived whole, now split":    {[]Run{readyRun(1, parts(2))}, []Key{Key(one)}, "", nil, 0},
		"archived in parts, now whole": {[]Run{readyRun(1)}, []Key{Key(one + "/0")}, "", nil, 0},
		"hostile identifier":           {[]Run{readyRun(1, identifier("../../../etc/passwd"))}, nil, "", nil, 1},
		"absurd number of parts":       {[]Run{readyRun(1, parts(1_000_000))}, nil, "", nil, 1},
		"negative number of parts":     {[]Run{readyRun(1, parts(-1))}, nil, "", nil, 1},
		"after a day":                  {[]Run{readyRun(1), readyRun(2)}, nil, "2026-02-01", []Key{Key(two)}, 0},
		"after a time":                 {[]Run{readyRun(1), readyRun(2)}, nil, "2026-02-01 02:00:00", nil, 0},
		"on a day without a time":      {[]Run{readyRun(2, func(r *Run) { r.ReportStartDate = "2026-02-01" })}, nil, "2026-02-01", []Key{Key(two)}, 0},
		"undated after a day":          {[]Run{readyRun(1, undated)}, nil, "2026-02-01", nil, 0},
		"undated":                      {[]Run{readyRun(1, undated)}, nil, "", []Key{Key(one)}, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := Files{}
			for _, key := range tt.archived {
				files[key] = File{Name: string(key)}
			}
			found := Discover(tt.history, files)
			var got []Key
			for _, item := range found.Items(files, Selection{StartedAfter: tt.startedAfter, Extension: "csv"}) {
				got = append(got, item.Key)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if len(found.Unusable) != tt.wantUnusable {
				t.Errorf("got %d unusable runs, want %d", len(found.Unusable), tt.wantUnusable)
			}
		})
	}
}

func TestDiscovery_without(t *testing.T) {
	t.Parallel()
	found := Discover([]Run{readyRun(1), readyRun(2, parts(2))}, Files{})
	left := found.Without(Files{Key(runID(1)): {}, Key(runID(2) + "/0"): {}})
	if len(left.Runs) != 1 || left.Runs[0].ReportRunIdentifier != runID(2) {
		t.Errorf("got %v, want the second run", left.Runs)
	}
}

func TestNewestFailed(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		history      []Run
		startedAfter string
		want         string
	}{
		"none":                    {nil, "", ""},
		"newest is READY":         {[]Run{readyRun(1, status("FAILED")), readyRun(2)}, "", ""},
		"newest is FAILED":        {[]Run{readyRun(2, status("FAILED")), readyRun(1)}, "", runID(2)},
		"a newer is GENERATING":   {[]Run{readyRun(2, status("FAILED")), readyRun(3, status("GENERATING"))}, "", runID(2)},
		"FAILED before the limit": {[]Run{readyRun(2, status("FAILED"))}, "2026-03-01", ""},
	}
	for name, tt := range tests {
		got := ""
		if run := NewestFailed(tt.history, tt.startedAfter); run != nil {
			got = run.ReportRunIdentifier
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}
