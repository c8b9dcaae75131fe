package provider

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// TestReportFile_diskChangesBetweenPlanAndApply applies saved plans after changes on disk.
func TestReportFile_diskChangesBetweenPlanAndApply(t *testing.T) {
	t.Parallel()
	cli := tftest.Shared(t)
	const ignored, kept = `on_missing = "ignore"`, `keep_files = true`
	tests := map[string]struct {
		first, second []string
		beforePlan    func(*workFolder)
		beforeApply   func(*workFolder)
		wantStatus    int
		want          string // in the output of apply
		wantFile      bool
		wantRequests  int
	}{
		"missing, then back where ignored": {
			[]string{ignored}, []string{ignored, kept}, (*workFolder).removeOrders, (*workFolder).writeOrders, 0, "1 changed", true, 0,
		},
		"there, then gone where ignored": {
			[]string{ignored}, []string{ignored, kept}, nil, (*workFolder).removeOrders, 0, "1 changed", false, 0,
		},
		"there, then gone":      {nil, []string{kept}, nil, (*workFolder).removeOrders, 0, "1 changed", true, 1},
		"there, then edited":    {nil, []string{kept}, nil, (*workFolder).editOrders, 0, "1 changed", true, 1},
		"missing, then back":    {nil, nil, (*workFolder).removeOrders, (*workFolder).writeOrders, 0, "1 changed", true, 0},
		"edited, then repaired": {nil, nil, (*workFolder).editOrders, (*workFolder).writeOrders, 0, "1 changed", true, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newFixture(t)
			run := s.orders(january)
			work := s.workFolder(t, cli)
			config := func(lines []string) string {
				return tftest.Source + savedBlock("this", run, append([]string{`filename = "orders.csv"`}, lines...)...)
			}
			work.Write("main.tf", config(tt.first))
			work.Run(0, "apply", "-auto-approve")
			if tt.beforePlan != nil {
				tt.beforePlan(work)
			}
			work.Write("main.tf", config(tt.second))
			work.Run(2, "plan", "-detailed-exitcode", "-out=saved.tfplan")
			s.ResetRequests()
			tt.beforeApply(work)
			if out := work.Run(tt.wantStatus, "apply", "saved.tfplan"); !strings.Contains(out, tt.want) {
				t.Error(out)
			}
			if err := s.wantRequests(tt.wantRequests); err != nil {
				t.Error(err)
			}
			content, err := os.ReadFile(work.File("orders.csv"))
			if tt.wantFile != (err == nil) || tt.wantFile && string(content) != january {
				t.Errorf("the file holds %q (%v)", content, err)
			}
			work.Run(0, "plan", "-detailed-exitcode")
		})
	}
}

func (w *workFolder) removeOrders() {
	w.t.Helper()
	if err := os.Remove(w.File("orders.csv")); err != nil {
		w.t.Fatal(err)
	}
}

func (w *workFolder) writeOrders() { w.Write("orders.csv", january) }

func (w *workFolder) editOrders() { w.Write("orders.csv", "edited\n") }

func TestReportFile_presentIsUnknownWhereMissingIsIgnored(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	filename := `filename = "` + s.file("orders.csv") + `"`
	config := s.saved(run, filename, `on_missing = "ignore"`)
	late := `
resource "terraform_data" "run" {
  input = "` + run.RunIdentifier + `"
}
` + strings.Replace(config, `"`+run.RunIdentifier+`"`, `terraform_data.run.output`, 1)
	s.test(
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:        s.forget(s.remove("orders.csv")),
			Config:           late,
			ConfigPlanChecks: planned(unknown("present"), unknown("content_sha256")),
			Check:            resource.ComposeTestCheckFunc(s.onlyFiles(), s.requests(0)),
		},
	)
}

// TestReportFile_warnings checks the warnings of plan and apply.
func TestReportFile_warnings(t *testing.T) {
	t.Parallel()
	cli := tftest.Shared(t)
	newWork := func(t *testing.T) (*fixture, *workFolder, func(...string) string) {
		t.Helper()
		s := newFixture(t)
		run := s.orders(january)
		return s, s.workFolder(t, cli), func(lines ...string) string { return tftest.Source + savedBlock("this", run, lines...) }
	}
	want := func(t *testing.T, out string, texts ...string) {
		t.Helper()
		out = strings.Join(strings.Fields(strings.ReplaceAll(out, "│", "")), " ")
		for _, text := range texts {
			if !strings.Contains(out, text) {
				t.Errorf("there is no %q in:\n%s", text, out)
			}
		}
	}
	t.Run("adopted", func(t *testing.T) {
		t.Parallel()
		_, work, config := newWork(t)
		work.Write("orders.csv", january)
		work.Write("main.tf", config(`filename = "orders.csv"`))
		want(t, work.Run(0, "apply", "-auto-approve"), "Existing File Adopted", "orders.csv existed before", "Another state")
	})
	t.Run("moved by a run whose state was lost", func(t *testing.T) {
		t.Parallel()
		s, work, config := newWork(t)
		work.Write("main.tf", config(`filename = "orders.csv"`))
		work.Run(0, "apply", "-auto-approve")
		if err := os.Rename(work.File("orders.csv"), work.File("new.csv")); err != nil {
			t.Fatal(err)
		}
		s.Script(nil, reportlibrarytest.ReportNotFound.Forever())
		s.ResetRequests()
		work.Write("main.tf", config(`filename = "new.csv"`))
		want(t, work.Run(0, "apply", "-auto-approve"), "Existing File Adopted", "1 changed")
		if err := s.wantRequests(0); err != nil {
			t.Error(err)
		}
		work.Run(0, "plan", "-detailed-exitcode")
	})
	t.Run("missing, and the run expired", func(t *testing.T) {
		t.Parallel()
		s, work, config := newWork(t)
		work.Write("main.tf", config(`filename = "orders.csv"`))
		work.Run(0, "apply", "-auto-approve")
		work.removeOrders()
		s.Script(nil, reportlibrarytest.ReportNotFound.Forever())
		want(t, work.Run(1, "apply", "-auto-approve"), "Report Run Not Found", "The saved file orders.csv is missing", `on_missing = "ignore"`, "backup")
	})
	for kind, obstruct := range map[string]func(name string) error{
		"a symbolic link": func(name string) error { return os.Symlink("elsewhere", name) },
		"a folder":        func(name string) error { return os.Mkdir(name, 0o700) },
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s, work, config := newWork(t)
			work.Write("main.tf", config(`filename = "orders.csv"`))
			work.Run(0, "apply", "-auto-approve")
			work.removeOrders()
			if err := obstruct(work.File("orders.csv")); err != nil {
				t.Fatal(err)
			}
			s.ResetRequests()
			out := work.Run(2, "plan", "-detailed-exitcode")
			want(t, out, "Path Is Not A File", "There is "+kind+" at orders.csv", "Move it away")
			if strings.Contains(out, "restore") {
				t.Errorf("the plan promises to restore the file:\n%s", out)
			}
			want(t, work.Run(1, "apply", "-auto-approve"), "Path Is Not A File", kind)
			if err := s.wantRequests(0); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestReportFile_archiveRemovedSinceThePlan(t *testing.T) {
	t.Parallel()
	cli := tftest.Shared(t)
	s := newFixture(t)
	run := s.orders(january)
	s.on(1)()
	work := s.workFolder(t, cli)
	config := func(lines ...string) string {
		return tftest.Source + savedBlock("this", run, append([]string{`filename = "orders.csv"`, `report_format = "ZIP"`}, lines...)...)
	}
	work.Write("main.tf", config())
	work.Run(0, "apply", "-auto-approve")
	work.Write("main.tf", config(`keep_files = true`))
	work.Run(0, "plan", "-out=saved.tfplan")
	work.removeOrders()
	s.on(2)()
	if out := work.Run(1, "apply", "saved.tfplan"); !strings.Contains(out, "Archive Differs Since The Plan") {
		t.Error(out)
	}
	work.Run(0, "apply", "-auto-approve")
	work.Run(0, "plan", "-detailed-exitcode")
}

func TestReportFile_archiveAdoptedInRecordedOrder(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	archiveOf := func(first, second string) reportlibrarytest.Run {
		contents := map[string]string{"january.csv": january, "february.csv": february}
		return s.AddRun(reportlibrarytest.Run{
			DisplayName: "Both", Content: reportlibrarytest.Text(contents[first]),
			Delivery: &reportlibrarytest.Delivery{MemberName: first, ExtraMembers: []reportlibrarytest.Member{
				{Name: second, Content: reportlibrarytest.Text(contents[second])},
			}},
		})
	}
	run, other := archiveOf("january.csv", "february.csv"), archiveOf("february.csv", "january.csv")
	zip := `report_format = "ZIP"`
	at := func(name string) string { return `filename = "` + s.file(name) + `"` }
	s.test(
		resource.TestStep{Config: s.provider() + savedBlock("this", run, at("a.zip"), zip) + savedBlock("that", other, at("b.zip"), zip, `keep_files = true`)},
		resource.TestStep{Config: s.provider() + savedBlock("this", run, at("a.zip"), zip)},
		resource.TestStep{
			PreConfig:        s.remove("a.zip"),
			Config:           s.provider() + savedBlock("this", run, at("b.zip"), zip),
			ConfigPlanChecks: planned(known("members_sha256", knownvalue.StringExact(membersSHA256Of(january, february)))),
			Check:            s.onlyFiles("b.zip"),
		},
	)
}

func TestReportFile_hardLinksAreTwoFiles(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	s.test(
		resource.TestStep{Config: s.saved(run, `filename = "`+s.file("a.csv")+`"`)},
		resource.TestStep{
			PreConfig: func() {
				if err := os.Link(s.file("a.csv"), s.file("b.csv")); err != nil {
					t.Fatal(err)
				}
			},
			Config: s.saved(run, `filename = "`+s.file("b.csv")+`"`),
			Check:  resource.ComposeTestCheckFunc(s.onlyFiles("b.csv"), holds(s.file("b.csv"), january)),
		},
	)
}

func TestReportFile_failedCreateLeavesNoFolder(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	s.Script(nil, reportlibrarytest.HTML(200, "Log in"))
	s.test(resource.TestStep{
		Config:      s.saved(run, `directory = "`+s.file("deep/er")+`"`),
		ExpectError: regexp.MustCompile(`Response Is Not A Report`),
	})
	if entries, err := os.ReadDir(s.dir); err != nil || len(entries) > 0 {
		t.Errorf("left are %v (%v)", entries, err)
	}
}
