package provider

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// TestReportArchive_checksTheReport checks the messages about the report in the plan of a creation.
func TestReportArchive_checksTheReport(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.monthly(1)
	config := s.archive(run.ReportIdentifier)
	withoutKey := fmt.Sprintf("provider \"digicert\" {\n  base_url = %q\n}\n", s.URL()) +
		s.archiveBlock("this", run.ReportIdentifier, "evidence")
	respond := func(match reportlibrarytest.Match, response reportlibrarytest.Response) func() {
		return func() {
			s.ClearScript()
			s.Script(match, response.Forever())
		}
	}
	s.test(
		resource.TestStep{
			Config: s.archive(exampleReport), PlanOnly: true, ExpectError: regexp.MustCompile(`(?s)Report Not Found.*report_identifier`),
		},
		resource.TestStep{Config: withoutKey, PlanOnly: true, ExpectNonEmptyPlan: true},
		resource.TestStep{ // the service is down
			PreConfig: respond(nil, reportlibrarytest.Status(503, "")), Config: config, PlanOnly: true, ExpectNonEmptyPlan: true,
		},
		resource.TestStep{ // the report was deleted, its run was not
			PreConfig: respond(reportlibrarytest.Details, reportlibrarytest.ReportNotFound), Config: config,
			ConfigStateChecks: []statecheck.StateCheck{archiveState("runs", knownvalue.MapSizeExact(1))},
		},
	)
}

// TestReportArchive_requests counts the requests of a plan and of its apply, which plans the creation once more.
func TestReportArchive_requests(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.monthly(1)
	w := s.workFolder(t, tftest.Shared(t))
	w.Write("main.tf", archiveSourceOf(run.ReportIdentifier))
	tests := []struct {
		args []string
		want []string
	}{
		{[]string{"plan", "-target=digicert_report_archive.this", "-out=saved.tfplan"}, []string{"details"}},
		{[]string{"apply", "saved.tfplan"}, []string{"details", "download", "history"}},
		{[]string{"plan"}, []string{"history"}},
	}
	for _, tt := range tests {
		s.ResetRequests()
		w.Run(0, tt.args...)
		var got []string
		for _, request := range s.Requests() {
			switch {
			case strings.HasSuffix(request.Path, "/download"):
				got = append(got, "download")
			case strings.HasSuffix(request.Path, "/history"):
				got = append(got, "history")
			case strings.HasSuffix(request.Path, "/"+run.ReportIdentifier):
				got = append(got, "details")
			default:
				got = append(got, request.Path)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got the requests %q, want %q", tt.args[0], got, tt.want)
		}
	}
}
