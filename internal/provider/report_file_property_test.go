package provider

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// TestReportFile_knownValuesStay goes through random changes of configuration and disk, as Terraform would: read, plan with
// some arguments unknown, plan again with all known, apply. A value that one step knows must not change in the next, and
// the plan after it all is empty.
func TestReportFile_knownValuesStay(t *testing.T) {
	t.Parallel()
	const rounds = 40
	for seed := range uint64(rounds) {
		walk := newRandomWalk(t, seed)
		for step := range 4 {
			if !walk.step() {
				t.Fatalf("seed %d, step %d: %s", seed, step, walk.history)
			}
		}
	}
}

// randomWalk is one saved file on its way through random changes.
type randomWalk struct {
	*tftest.Resource
	t       *testing.T
	s       *fixture
	rand    *rand.Rand
	runs    []reportlibrarytest.Run
	state   tftest.State // none before the first apply
	history []string
}

func newRandomWalk(t *testing.T, seed uint64) *randomWalk {
	t.Helper()
	s := newFixture(t)
	w := &randomWalk{Resource: s.newResource(), t: t, s: s, rand: rand.New(rand.NewPCG(seed, 1))}
	w.runs = []reportlibrarytest.Run{s.orders(january), s.orders(february)}
	w.s.on(1)()
	return w
}

func (w *randomWalk) chance(percent int) bool { return w.rand.IntN(100) < percent }

func pick[T any](w *randomWalk, values ...T) T { return values[w.rand.IntN(len(values))] }

// config is a random configuration, of one run in two formats, at one of a few places.
func (w *randomWalk) config() map[string]any {
	run := w.runs[min(1, w.rand.IntN(4)/3)]
	config := configFor(run, w.s.file(pick(w, "a.csv", "b.csv", "deep/c.csv")))
	if w.chance(40) {
		config = configIn(run, w.s.file(pick(w, "one", "two")))
	}
	config["report_format"] = pick(w, "CSV", "CSV", "ZIP")
	config["on_missing"] = pick[any](w, nil, onMissingRestore, onMissingIgnore, onMissingIgnore)
	config["overwrite"] = true
	config["file_permission"] = pick[any](w, nil, nil, "0640", "0600")
	if w.chance(20) {
		config["expected_sha256"] = pick(w, sha256Of(january), sha256Of(february))
	}
	return config
}

// unknownIn makes some arguments unknown.
func (w *randomWalk) unknownIn(config map[string]any) map[string]any {
	config = maps.Clone(config)
	for _, name := range slices.Sorted(maps.Keys(config)) {
		if w.chance(20) {
			config[name] = tftypes.UnknownValue
		}
	}
	return config
}

// disturb changes the files on disk.
func (w *randomWalk) disturb() string {
	files, _ := filepath.Glob(w.s.file("*/*"))
	more, _ := filepath.Glob(w.s.file("*.*"))
	for _, file := range append(files, more...) {
		switch what := w.rand.IntN(8); what {
		case 0, 1:
			_ = os.Remove(file)
		case 2:
			_ = os.WriteFile(file, []byte("modified"), 0o600)
		case 3:
			_ = os.Chmod(file, 0o644)
		case 4:
			_ = os.Remove(file)
			_ = os.Symlink("elsewhere", file)
		default:
			continue
		}
		return "disturbed " + filepath.Base(file)
	}
	return "undisturbed"
}

// step is a refresh, a plan and an apply. It reports whether each value that was known in the plan is in the new state.
func (w *randomWalk) step() bool {
	w.t.Helper()
	w.Resource = w.s.newResource()
	w.history = append(w.history, w.disturb())
	w.read()
	config := w.config()
	partial := w.unknownIn(config)
	w.history = append(w.history, fmt.Sprint(partial))
	first := w.Plan(w.state, partial)
	second := w.Plan(w.state, config)
	if !w.refines("plan", second.PlannedState, first.PlannedState) {
		return false
	}
	if w.chance(25) {
		w.history = append(w.history, "before apply "+w.disturb())
	}
	applied, err := w.Server.ApplyResourceChange(w.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: fileTypeName, PriorState: w.prior(), PlannedState: second.PlannedState, Config: w.Config(config),
		PlannedPrivate: second.PlannedPrivate, PlannedIdentity: second.PlannedIdentity,
	})
	if err != nil {
		w.t.Error(err)
		return false
	}
	for _, d := range applied.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			w.history = append(w.history, d.Summary)
			return true // the state is as it was, but for a failed create
		}
	}
	if !w.refines("apply", applied.NewState, second.PlannedState) {
		return false
	}
	w.state = tftest.State{Object: applied.NewState, Identity: applied.NewIdentity, Private: applied.Private}
	w.read()
	return w.refines("the plan after it", w.Plan(w.state, config).PlannedState, w.state.Object)
}

func (w *randomWalk) prior() *tfprotov6.DynamicValue {
	if w.state.Object == nil {
		return w.None()
	}
	return w.state.Object
}

func (w *randomWalk) read() {
	w.t.Helper()
	if w.state.Object != nil {
		w.state, _ = w.Read(w.state)
	}
}

// refines reports whether now has every known value of before.
func (w *randomWalk) refines(what string, now, before *tfprotov6.DynamicValue) bool {
	w.t.Helper()
	ok := true
	was, is := w.Fields(before), w.Fields(now)
	for name, value := range was {
		if !keeps(is[name], value) {
			w.t.Errorf("%s: %s was %s, then %s", what, name, value, is[name])
			ok = false
		}
	}
	return ok
}

// keeps reports whether now equals before except for values that were unknown in it.
func keeps(now, before tftypes.Value) bool {
	diffs, err := before.Diff(now)
	if err != nil {
		return false
	}
	for _, diff := range diffs {
		if diff.Value1 != nil && diff.Value1.IsKnown() && diff.Value1.IsFullyKnown() {
			return false
		}
	}
	return true
}
