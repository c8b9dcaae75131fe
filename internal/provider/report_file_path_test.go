package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

func TestReportFile_isNamedAfterTheReportInADirectory(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	s.test(resource.TestStep{
		Config: s.saved(run, `directory = "`+s.file("evidence")+`"`),
		ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply: []plancheck.PlanCheck{unknown("path")},
		},
		Check: func(*terraformState) error {
			entries, err := os.ReadDir(s.file("evidence"))
			if err != nil {
				return err
			}
			want := regexp.MustCompile(`^Monthly orders-\d{4}-\d\d-\d\d-` + run.RunIdentifier[:8] + `\.csv$`)
			if len(entries) != 1 || !want.MatchString(entries[0].Name()) {
				t.Errorf("the folder holds %v", entries)
			}
			return nil
		},
	})
}

func TestReportFile_moveMakesNoRequest(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	s.test(
		resource.TestStep{Config: s.saved(run, `filename = "`+s.file("old.csv")+`"`) + dependant},
		resource.TestStep{
			PreConfig: s.forget(),
			Config:    s.saved(run, `filename = "`+s.file("new/place.csv")+`"`) + dependant,
			ConfigPlanChecks: planned(
				known("content_sha256", knownvalue.StringExact(sha256Of(january))), known("path", knownvalue.StringExact(s.file("new/place.csv"))),
				known("downloaded_at", knownvalue.NotNull()), plancheck.ExpectResourceAction("terraform_data.upload", plancheck.ResourceActionNoop),
			),
			Check: resource.ComposeTestCheckFunc(holds(s.file("new/place.csv"), january), s.onlyFiles("new/place.csv"), s.requests(0)),
		},
		resource.TestStep{ // only spelled in another way
			Config: s.saved(run, `filename = "`+s.dir+`/new/../new/place.csv"`),
			Check:  resource.ComposeTestCheckFunc(s.onlyFiles("new/place.csv"), s.requests(0)),
		},
		resource.TestStep{
			Config:           s.saved(run, `directory = "`+s.file("evidence")+`"`),
			ConfigPlanChecks: planned(known("path", knownvalue.StringRegexp(regexp.MustCompile(`evidence.Monthly orders-.*\.csv$`)))),
			Check:            s.requests(0),
		},
		resource.TestStep{ // a missing file is downloaded instead
			PreConfig: s.forget(func() {
				files, _ := filepath.Glob(s.file("evidence/*.csv"))
				if len(files) != 1 || os.Remove(files[0]) != nil {
					t.Fatalf("no saved file to remove in %v", files)
				}
			}),
			Config: s.saved(run, `filename = "`+s.file("again.csv")+`"`),
			Check:  resource.ComposeTestCheckFunc(holds(s.file("again.csv"), january), s.onlyFiles("again.csv"), s.requests(1)),
		},
		resource.TestStep{
			Config: s.saved(run, `filename = "`+s.file("kept.csv")+`"`, `keep_files = true`),
			Check:  resource.ComposeTestCheckFunc(s.onlyFiles("again.csv", "kept.csv"), s.requests(1)),
		},
	)
	if err := s.wantFiles("again.csv", "kept.csv"); err != nil {
		t.Error("after destroy with keep_files:", err)
	}
}

func TestReportFile_stateFromWindows(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	windows := strings.ReplaceAll(s.file("evidence"), "/", `\`)
	s.test(
		resource.TestStep{ // a configuration with backslashes is for the same file
			Config: s.saved(run, fmt.Sprintf("filename = %q", windows+`\orders.csv`)),
			Check: resource.ComposeTestCheckFunc(
				holds(s.file("evidence/orders.csv"), january), s.onlyFiles("evidence/orders.csv"),
			),
		},
		resource.TestStep{
			PreConfig:        s.forget(),
			Config:           s.saved(run, `directory = "`+s.file("evidence")+`"`),
			ConfigPlanChecks: planned(known("path", knownvalue.StringExact(windows+`\orders.csv`))),
			Check:            resource.ComposeTestCheckFunc(s.onlyFiles("evidence/orders.csv"), s.requests(0)),
		},
	)
	if err := s.wantFiles(); err != nil {
		t.Error("after destroy:", err)
	}
}

func TestReportFile_existingFile(t *testing.T) {
	t.Parallel()
	t.Run("with the same content is adopted", func(t *testing.T) {
		t.Parallel()
		s := newFixture(t)
		filename := s.file("orders.csv")
		s.write("orders.csv", january)()
		before, err := os.Stat(filename)
		if err != nil || os.Chmod(filename, 0o644) != nil {
			t.Fatal(err)
		}
		s.test(resource.TestStep{
			Config: s.saved(s.orders(january), `filename = "`+filename+`"`),
			Check: resource.ComposeTestCheckFunc(hasMode(filename, 0o644), s.onlyFiles("orders.csv"), func(*terraformState) error {
				after, err := os.Stat(filename)
				if err == nil && (!os.SameFile(before, after) || !before.ModTime().Equal(after.ModTime())) {
					t.Error("the file was rewritten")
				}
				return err
			}),
		})
	})
	t.Run("with other content is an error", func(t *testing.T) {
		t.Parallel()
		s := newFixture(t)
		s.write("orders.csv", "mine")()
		s.test(resource.TestStep{
			Config:      s.saved(s.orders(january), `filename = "`+s.file("orders.csv")+`"`),
			ExpectError: regexp.MustCompile(`(?s)File Already Exists.*overwrite`),
		})
		s.must(holds(s.file("orders.csv"), "mine"))()
		s.must(s.onlyFiles("orders.csv"))()
	})
	t.Run("is replaced with overwrite", func(t *testing.T) {
		t.Parallel()
		s := newFixture(t)
		s.write("orders.csv", "mine")()
		s.test(resource.TestStep{
			Config: s.saved(s.orders(january), `filename = "`+s.file("orders.csv")+`"`, `overwrite = true`),
			Check:  resource.ComposeTestCheckFunc(holds(s.file("orders.csv"), january), s.onlyFiles("orders.csv")),
		})
	})
	t.Run("in the way of a move is an error", func(t *testing.T) {
		t.Parallel()
		s := newFixture(t)
		run := s.orders(january)
		s.test(
			resource.TestStep{Config: s.saved(run, `filename = "`+s.file("old.csv")+`"`)},
			resource.TestStep{
				PreConfig:   s.write("new.csv", "mine"),
				Config:      s.saved(run, `filename = "`+s.file("new.csv")+`"`),
				ExpectError: regexp.MustCompile(`File Already Exists`),
			},
			resource.TestStep{
				PreConfig: s.forget(s.must(holds(s.file("new.csv"), "mine")), s.must(holds(s.file("old.csv"), january))),
				Config:    s.saved(run, `filename = "`+s.file("old.csv")+`"`),
				Check:     s.onlyFiles("new.csv", "old.csv"),
			},
		)
	})
}

func TestReportFile_replacementKeepsAPathThatItWrote(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	config := s.provider() + `
resource "terraform_data" "generation" {
  input = %q
}
` + savedBlock("this", run, `filename = "`+s.file("orders.csv")+`"`,
		`lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.generation]
  }`)
	s.test(
		resource.TestStep{Config: fmt.Sprintf(config, "one")},
		resource.TestStep{
			Config: fmt.Sprintf(config, "two"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(this, plancheck.ResourceActionCreateBeforeDestroy),
			}},
			Check: resource.ComposeTestCheckFunc(holds(s.file("orders.csv"), january), s.onlyFiles("orders.csv")),
		},
	)
}

func TestReportFile_twoResourcesWithOnePathAreAnError(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	first, second := s.orders(january), s.orders(february)
	s.test(resource.TestStep{
		Config: s.provider() +
			savedBlock("this", first, `filename = "`+s.file("orders.csv")+`"`, `overwrite = true`) +
			savedBlock("that", second, `filename = "`+s.dir+`/./orders.csv"`, `overwrite = true`),
		ExpectError: regexp.MustCompile(`(?s)Path Written Twice.*(` + first.RunIdentifier + `.*` + second.RunIdentifier + `|` +
			second.RunIdentifier + `.*` + first.RunIdentifier + `)`),
	})
}
