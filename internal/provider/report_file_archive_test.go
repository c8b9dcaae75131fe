package provider

import (
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// on makes the fake serve as on another day: names and bytes of its archives change with it.
func (s *fixture) on(day int) func() {
	return func() {
		s.Configure(func(o *reportlibrarytest.Options) {
			o.Now = func() time.Time { return time.Date(2026, 11, day, 12, 0, 0, 0, time.UTC) }
		})
	}
}

func membersSHA256Of(contents ...string) string {
	var members []reportlibrary.Member
	for _, content := range contents {
		members = append(members, reportlibrary.Member{Size: int64(len(content)), SHA256: sha256Of(content)})
	}
	return reportlibrary.MembersSHA256(members)
}

func TestReportFile_archiveIsRestoredByItsMembers(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	s.on(1)()
	filename := s.file("orders.zip")
	config := s.saved(run, `filename = "`+filename+`"`, `report_format = "ZIP"`) + `
resource "terraform_data" "upload" {
  triggers_replace = digicert_report_file.this.members_sha256
}
`
	var before []byte
	s.test(
		resource.TestStep{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				stateOf("content_type", knownvalue.StringExact("application/zip")),
				stateOf("delivered_format", knownvalue.StringExact("ZIP")),
				stateOf("members_sha256", knownvalue.StringExact(membersSHA256Of(january))),
				stateOf("members", knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
					"name": knownvalue.StringExact("Monthly orders-2026-11-01.csv"), "sha256": knownvalue.StringExact(sha256Of(january)),
					"size": knownvalue.Int64Exact(int64(len(january))),
				})})),
				stateOf("suggested_filename", knownvalue.StringExact("Monthly orders-2026-11-01.zip")),
			},
		},
		resource.TestStep{
			PreConfig: s.forget(s.on(2), func() {
				var err error
				if before, err = os.ReadFile(filename); err != nil {
					t.Fatal(err)
				}
			}, s.remove("orders.zip")),
			Config: config,
			ConfigPlanChecks: planned(
				known("present", knownvalue.Bool(true)),
				known("members_sha256", knownvalue.StringExact(membersSHA256Of(january))),
				unknown("content_sha256"), unknown("content_sha512"), unknown("content_md5"), unknown("content_size"),
				plancheck.ExpectUnknownValue(this, tfjsonpath.New("members").AtSliceIndex(0).AtMapKey("name")),
				plancheck.ExpectKnownValue(this, tfjsonpath.New("members").AtSliceIndex(0).AtMapKey("sha256"), knownvalue.StringExact(sha256Of(january))),
				known("suggested_filename", knownvalue.StringExact("Monthly orders-2026-11-01.zip")),
				plancheck.ExpectResourceAction("terraform_data.upload", plancheck.ResourceActionNoop),
			),
			Check: resource.ComposeTestCheckFunc(s.requests(1), func(*terraformState) error {
				after, err := os.ReadFile(filename)
				if string(after) == string(before) {
					t.Error("the archive's bytes are the same on another day: this tests nothing")
				}
				return err
			}),
		},
		resource.TestStep{ // other members are another content
			PreConfig: s.forget(s.remove("orders.zip"), func() {
				s.SetRun(run.RunIdentifier, func(r *reportlibrarytest.Run) { r.Content = reportlibrarytest.Text(february) })
			}),
			Config:      config,
			ExpectError: regexp.MustCompile(`(?s)Content Changed At Its Source.*members_sha256.*` + membersSHA256Of(january) + `.*` + membersSHA256Of(february)),
		},
		resource.TestStep{
			PreConfig: s.must(s.onlyFiles()),
			Config:    s.provider(),
		},
	)
}

func TestReportFile_archiveWithTheSameMembersIsAdopted(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	filename := s.file("orders.zip")
	config := s.saved(run, `filename = "`+filename+`"`, `report_format = "ZIP"`, `keep_files = true`)
	s.on(1)()
	s.test(resource.TestStep{Config: config})
	before, err := os.ReadFile(filename)
	if err != nil {
		t.Fatal(err)
	}
	s.on(2)()
	s.test(resource.TestStep{
		Config: config,
		ConfigStateChecks: []statecheck.StateCheck{
			stateOf("content_sha256", knownvalue.StringExact(sha256Of(string(before)))),
			stateOf("members_sha256", knownvalue.StringExact(membersSHA256Of(january))),
		},
		Check: holds(filename, string(before)),
	})
}

func TestReportFile_splitRun(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.AddRun(reportlibrarytest.Run{DisplayName: "All orders", Format: "CSV", Parts: []reportlibrarytest.Content{
		reportlibrarytest.Text(january), reportlibrarytest.Text(february),
	}})
	s.on(1)()
	s.test(resource.TestStep{
		Config: s.saved(run, `count = 2`, `split_report_sequence = count.index`, `directory = "`+s.file("parts")+`"`),
		Check: resource.ComposeTestCheckFunc(
			s.onlyFiles("parts/All orders-2026-11-01-"+run.RunIdentifier[:8]+"-part0.csv", "parts/All orders-2026-11-01-"+run.RunIdentifier[:8]+"-part1.csv"),
			holds(s.file("parts/All orders-2026-11-01-"+run.RunIdentifier[:8]+"-part1.csv"), february),
		),
	})
}

func TestReportFile_workbookIsContent(t *testing.T) {
	t.Parallel()
	workbook := string(reportlibrarytest.Orders(5, 1).XLSX())
	for name, wrap := range map[string]reportlibrarytest.Wrap{"bare": reportlibrarytest.WrapNever, "wrapped": reportlibrarytest.WrapAlways} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newFixture(t)
			run := s.AddRun(reportlibrarytest.Run{
				DisplayName: "Orders", Format: "EXCEL", Content: reportlibrarytest.Text(workbook), Delivery: &reportlibrarytest.Delivery{Wrap: wrap},
			})
			s.test(resource.TestStep{
				Config: s.saved(run, `filename = "`+s.file("orders.xlsx")+`"`),
				ConfigStateChecks: []statecheck.StateCheck{
					stateOf("content_sha256", knownvalue.StringExact(sha256Of(workbook))),
					stateOf("suggested_filename", knownvalue.StringRegexp(regexp.MustCompile(`^Orders-.*\.xlsx$`))),
				},
				Check: resource.ComposeTestCheckFunc(holds(s.file("orders.xlsx"), workbook), s.onlyFiles("orders.xlsx")),
			})
		})
	}
}

func TestReportFile_severalFilesNeedTheArchive(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.AddRun(reportlibrarytest.Run{Format: "CSV", Content: reportlibrarytest.Text(january), Delivery: &reportlibrarytest.Delivery{
		Wrap: reportlibrarytest.WrapAlways, MemberName: "first.csv",
		ExtraMembers: []reportlibrarytest.Member{{Name: "second.csv", Content: reportlibrarytest.Text(february)}},
	}})
	s.test(
		resource.TestStep{
			Config:      s.saved(run, `filename = "`+s.file("x")+`"`),
			ExpectError: regexp.MustCompile(`(?s)Archive Does Not Hold One File.*report_format.*ZIP.*first\.csv.*second\.csv`),
		},
		resource.TestStep{
			PreConfig: s.must(s.onlyFiles()),
			Config:    s.saved(run, `filename = "`+s.file("x")+`"`, `report_format = "ZIP"`),
			ConfigStateChecks: []statecheck.StateCheck{
				stateOf("members", knownvalue.ListSizeExact(2)),
				stateOf("members_sha256", knownvalue.StringExact(membersSHA256Of(january, february))),
			},
		},
	)
}

func TestReportFile_downloadLimit(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.AddRun(reportlibrarytest.Run{Format: "CSV", Content: reportlibrarytest.SizedCSV(100_000), Delivery: &reportlibrarytest.Delivery{
		Wrap: reportlibrarytest.WrapAlways, // far below the limit as it arrives
	}})
	s.test(resource.TestStep{
		Config:      s.saved(run, `filename = "`+s.file("x")+`"`, `max_download_bytes = 99999`),
		ExpectError: regexp.MustCompile(`(?s)Report Too Large.*max_download_bytes`),
	})
	s.must(s.onlyFiles())()
}
