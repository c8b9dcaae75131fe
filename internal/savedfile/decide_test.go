package savedfile

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/content"
)

var (
	reportID = strings.Repeat("a", 32)
	runID    = "01234567-" + strings.Repeat("b", 27)
	otherID  = strings.Repeat("c", 32)
	recorded = strings.Repeat("1", 64)
	another  = strings.Repeat("2", 64)
)

func csvRun() Run {
	return Run{Report: Known(reportID), Run: Known(runID), Format: Known(content.CSV)}
}

// savedRecord is a saved CSV as a state records it, and spec the configuration that it is from.
func savedRecord() Record {
	return Record{
		Run: csvRun(), Path: "out/orders.csv", SHA256: recorded, SuggestedFilename: "Monthly orders-2026-11-01.csv", Present: true,
	}
}

func savedSpec() Spec {
	return Spec{Run: csvRun(), Filename: Known("out/orders.csv"), OnMissing: Known(OnMissingRestore)}
}

func archiveRecord() Record {
	r := savedRecord()
	r.Run.Format, r.MembersSHA256 = Known(content.ZIP), another
	return r
}

func recordIn(directory string) Record {
	r := savedRecord()
	r.Path, r.InDirectory = directory+"/orders.csv", true
	return r
}

func movedRecord() Record { return Record{Path: "out/orders.csv", SHA256: recorded, Present: true} }

// TestDecide goes through the event table of the resource, row by row.
func TestDecide(t *testing.T) {
	t.Parallel()
	type change = func(*Spec)
	with := func(changes ...change) change {
		return func(s *Spec) {
			for _, change := range changes {
				change(s)
			}
		}
	}
	ignore := func(s *Spec) { s.OnMissing = Known(OnMissingIgnore) }
	to := func(path string) change { return func(s *Spec) { s.Filename = Known(path) } }
	into := func(folder string) change {
		return func(s *Spec) { s.Filename, s.Directory = Value[string]{}, Known(folder) }
	}
	zip := func(s *Spec) { s.Run.Format = Known(content.ZIP) }
	otherRun := func(s *Spec) { s.Run.Run = Known(otherID) }
	expect := func(sha256 string) change { return func(s *Spec) { s.ExpectedSHA256 = Known(sha256) } }
	upperCase := func(s *Spec) {
		s.Run.Report, s.Run.Run = Known(strings.ToUpper(reportID)), Known(strings.ToUpper(runID))
	}
	absent := savedRecord()
	absent.Present = false
	windows := recordIn("out")
	windows.Path = `out\orders.csv`
	yes, no, open := Known(true), Known(false), Unknown[bool]()
	const same, unknownPath = "out/orders.csv", ""

	tests := []struct {
		name    string
		record  Record
		change  change
		state   State
		action  Action
		path    string
		present Value[bool]
		facts   Facts
	}{
		{"nothing changed", savedRecord(), nil, Unchanged, Keep, same, yes, FactsRecorded},
		{"missing", savedRecord(), nil, Missing, Restore, same, yes, FactsRecorded},
		{"modified", savedRecord(), nil, Modified, Restore, same, yes, FactsRecorded},
		{"modified, ignore", savedRecord(), ignore, Modified, Restore, same, yes, FactsRecorded},
		{"other mode", savedRecord(), nil, OtherMode, Keep, same, yes, FactsRecorded},
		{"missing, ignore", savedRecord(), ignore, Missing, RecordPath, same, yes, FactsRecorded},
		{"missing before it was ignored", absent, ignore, Missing, RecordPath, same, no, FactsRecorded},
		{"missing, ignore, another path", savedRecord(), with(ignore, to("new.csv")), Missing, RecordPath, "new.csv", yes, FactsRecorded},
		{"missing, ignore, another run", savedRecord(), with(ignore, otherRun), Missing, Replace, same, yes, FactsNew},
		{"obstructed", savedRecord(), nil, Obstructed, Restore, same, open, FactsRecorded},
		{"obstructed, ignore", savedRecord(), ignore, Obstructed, Restore, same, open, FactsRecorded},
		{"obstructed, another run", savedRecord(), otherRun, Obstructed, Replace, same, open, FactsNew},
		{"obstructed, another path", savedRecord(), to("new.csv"), Obstructed, Restore, "new.csv", yes, FactsRecorded},

		{"another report", savedRecord(), func(s *Spec) { s.Run.Report = Known(otherID) }, Unchanged, Replace, same, yes, FactsNew},
		{"another run", savedRecord(), otherRun, Unchanged, Replace, same, yes, FactsNew},
		{"another format", savedRecord(), zip, Unchanged, Replace, same, yes, FactsNew},
		{"another part", savedRecord(), func(s *Spec) { s.Run.Sequence = Known(int64(1)) }, Unchanged, Replace, same, yes, FactsNew},
		{"other case", savedRecord(), upperCase, Unchanged, Keep, same, yes, FactsRecorded},
		{"other case in a folder", recordIn("out"), with(into("out"), upperCase), Unchanged, Keep, same, yes, FactsRecorded},

		{"recorded digest expected", savedRecord(), expect(recorded), Unchanged, Keep, same, yes, FactsRecorded},
		{"another digest expected", savedRecord(), expect(another), Unchanged, Replace, same, yes, FactsNew},
		{"another digest expected, in a folder", recordIn("out"), with(into("out"), expect(another)), Unchanged, Replace, same, yes, FactsNew},

		{"another path", savedRecord(), to("new.csv"), Unchanged, Move, "new.csv", yes, FactsRecorded},
		{"another path, missing", savedRecord(), to("new.csv"), Missing, Restore, "new.csv", yes, FactsRecorded},
		{"into the same folder", savedRecord(), into("./out/"), Unchanged, Keep, same, yes, FactsRecorded},
		{"into another folder", savedRecord(), into("new"), Unchanged, Move, "new/Monthly orders-2026-11-01-01234567.csv", yes, FactsRecorded},
		{"folder to folder", recordIn("out"), into("new"), Unchanged, Move, "new/orders.csv", yes, FactsRecorded},
		{"folder, another run", recordIn("out"), with(into("out"), otherRun), Unchanged, Replace, unknownPath, yes, FactsNew},
		{"folder before a link", recordIn("link/.."), into("."), Unchanged, Move, "./orders.csv", yes, FactsRecorded},
		{"recorded on Windows", windows, into("out"), Unchanged, Keep, `out\orders.csv`, yes, FactsRecorded},
		{"recorded on Windows, another folder", windows, into(`new\`), Unchanged, Move, `new\orders.csv`, yes, FactsRecorded},
		{"settings", savedRecord(), func(s *Spec) { s.Overwrite, s.KeepFiles, s.Mode = true, true, 0o644 }, Unchanged, Keep, same, yes, FactsRecorded},

		{"archive missing", archiveRecord(), zip, Missing, Restore, same, yes, FactsOfMembers},
		{"archive missing, digest expected", archiveRecord(), with(zip, expect(recorded)), Missing, Restore, same, yes, FactsRecorded},
		{"archive missing, ignore", archiveRecord(), with(zip, ignore), Missing, RecordPath, same, yes, FactsRecorded},
		{"archive missing, on_missing unknown", archiveRecord(), with(zip, func(s *Spec) { s.OnMissing = Unknown[string]() }), Missing, Restore, same, open, FactsOfMembers},

		{"run unknown", savedRecord(), func(s *Spec) { s.Run.Run = Unknown[string]() }, Unchanged, Replace, same, open, FactsNew},
		{"expected digest unknown", savedRecord(), func(s *Spec) { s.ExpectedSHA256 = Unknown[string]() }, Unchanged, Replace, same, open, FactsNew},
		{"filename unknown", savedRecord(), func(s *Spec) { s.Filename = Unknown[string]() }, Unchanged, Move, unknownPath, open, FactsRecorded},
		{"filename unknown, missing, ignore", savedRecord(), with(ignore, func(s *Spec) { s.Filename = Unknown[string]() }), Missing, RecordPath, unknownPath, open, FactsRecorded},
		{"directory unknown", recordIn("out"), func(s *Spec) { s.Filename, s.Directory = Value[string]{}, Unknown[string]() }, Unchanged, Move, unknownPath, open, FactsRecorded},
		{"on_missing unknown", savedRecord(), func(s *Spec) { s.OnMissing = Unknown[string]() }, Missing, Restore, same, open, FactsRecorded},

		{"moved", movedRecord(), nil, Unchanged, Keep, same, yes, FactsCompleted},
		{"moved, another path", movedRecord(), to("new.csv"), Unchanged, Move, "new.csv", yes, FactsCompleted},
		{"moved, into another folder", movedRecord(), into("new"), Unchanged, Move, "new/" + reportID + "-01234567.csv", yes, FactsCompleted},
		{"moved, into another folder, run unknown", movedRecord(), with(into("new"), func(s *Spec) { s.Run.Run = Unknown[string]() }), Unchanged, Move, unknownPath, open, FactsCompleted},
		{"moved, missing, ignore", movedRecord(), ignore, Missing, Restore, same, yes, FactsCompleted},
		{"moved, modified", movedRecord(), nil, Modified, Restore, same, yes, FactsCompleted},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			spec := savedSpec()
			if tt.change != nil {
				tt.change(&spec)
			}
			want := Decision{Action: tt.action, Path: Known(tt.path), Present: tt.present, Facts: tt.facts}
			if tt.path == unknownPath {
				want.Path = Unknown[string]()
			}
			if got := Decide(spec, &tt.record, tt.state); got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		})
	}
}

func TestDecide_new(t *testing.T) {
	t.Parallel()
	got, want := Decide(savedSpec(), nil, Unchanged), Decision{Replace, Known("out/orders.csv"), Known(true), FactsNew}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	spec := savedSpec()
	spec.Filename, spec.Directory = Value[string]{}, Known("out")
	want.Path = Unknown[string]()
	if got := Decide(spec, nil, Unchanged); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestDecide_holds decides with some arguments unknown, then with all of them known, as a plan and its apply do: a
// value that the first decision knows must be the same in the second.
func TestDecide_holds(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		spec, record, state := randomSpec(random), randomRecord(random), pick(random, Unchanged, Missing, Modified, OtherMode, Obstructed)
		partial := spec
		for _, forget := range []func(){
			func() { partial.Run.Report = Unknown[string]() },
			func() { partial.Run.Run = Unknown[string]() },
			func() { partial.Run.Format = Unknown[content.Format]() },
			func() { partial.Run.Sequence = Unknown[int64]() },
			func() { partial.Filename = Unknown[string]() },
			func() { partial.Directory = Unknown[string]() },
			func() { partial.ExpectedSHA256 = Unknown[string]() },
			func() { partial.OnMissing = Unknown[string]() },
		} {
			if random.IntN(6) == 0 {
				forget()
			}
		}
		plan, apply := Decide(partial, record, state), Decide(spec, record, state)
		if problem := contradiction(plan, apply); problem != "" {
			t.Fatalf("%s\nstate   %q\nrecord  %+v\npartial %+v\nspec    %+v\nplan    %+v\napply   %+v", problem, state, record, partial, spec, plan, apply)
		}
	}
}

// contradiction says which known value of plan differs in apply.
func contradiction(plan, apply Decision) string {
	stillKnown := map[Facts][]Facts{
		FactsRecorded: {FactsRecorded}, FactsCompleted: {FactsCompleted}, FactsOfMembers: {FactsOfMembers, FactsRecorded},
		FactsNew: {FactsNew, FactsOfMembers, FactsRecorded, FactsCompleted},
	}
	switch {
	case !plan.Path.IsUnknown() && plan.Path != apply.Path:
		return "the path differs"
	case !plan.Present.IsUnknown() && plan.Present != apply.Present:
		return "present differs"
	}
	for _, facts := range stillKnown[plan.Facts] {
		if facts == apply.Facts {
			return ""
		}
	}
	return fmt.Sprintf("facts %d became %d", plan.Facts, apply.Facts)
}

func pick[T any](random *rand.Rand, values ...T) T { return values[random.IntN(len(values))] }

func randomRun(random *rand.Rand) Run {
	return Run{
		Report: pick(random, Known(reportID), Known(reportID), Known(strings.ToUpper(reportID)), Known(otherID)),
		Run:    pick(random, Known(runID), Known(runID), Known(otherID)),
		Format: pick(random, Known(content.CSV), Known(content.ZIP)), Sequence: pick(random, Value[int64]{}, Known(int64(0))),
	}
}

func randomSpec(random *rand.Rand) Spec {
	spec := Spec{
		Run: randomRun(random), ExpectedSHA256: pick(random, Value[string]{}, Value[string]{}, Known(recorded), Known(another)),
		OnMissing: pick(random, Known(OnMissingRestore), Known(OnMissingIgnore)),
	}
	if random.IntN(2) == 0 {
		spec.Filename = pick(random, Known("out/orders.csv"), Known("new.csv"), Known(`out\orders.csv`))
	} else {
		spec.Directory = pick(random, Known("out"), Known("new"), Known("."))
	}
	return spec
}

func randomRecord(random *rand.Rand) *Record {
	if random.IntN(10) == 0 {
		return nil
	}
	record := &Record{
		Path: pick(random, "out/orders.csv", "new.csv", `out\orders.csv`), SHA256: recorded,
		InDirectory: random.IntN(2) == 0, Present: random.IntN(2) == 0,
	}
	if random.IntN(5) > 0 {
		record.Run = randomRun(random)
	}
	if record.Run.Format.Is(content.ZIP) {
		record.MembersSHA256 = pick(random, another, another, "")
	}
	return record
}
