package provider

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/timestamp/timestamptest"
)

// stamped is a configuration with an archive "this" and the time stamp authority.
func (s *fixture) stamped(tsa *timestamptest.Server, report string, lines ...string) string {
	authority := fmt.Sprintf("timestamp_authority = {\n    url = %q\n    ca_cert_pem = %q\n  }", tsa.URL(), tsa.CACertPEM())
	return s.provider(authority) + s.archiveBlock("this", report, "evidence", lines...)
}

func TestReportArchive_timeStamps(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	tsa := timestamptest.NewServer()
	t.Cleanup(tsa.Close)
	run := s.monthly(1)
	on, off := s.stamped(tsa, run.ReportIdentifier, "timestamp = true"), s.stamped(tsa, run.ReportIdentifier)
	unstamped := []statecheck.StateCheck{
		archiveState("timestamped_at", knownvalue.Null()), archiveState("timestamp_path", knownvalue.Null()),
		archiveState("timestamp_base64", knownvalue.Null()), archiveState("complete", knownvalue.Bool(true)),
	}
	isStamped := []statecheck.StateCheck{
		archiveState("timestamped_at", knownvalue.StringRegexp(regexp.MustCompile(`Z$`))),
		archiveState("timestamp_signer", knownvalue.NotNull()), archiveState("timestamp_expires_at", knownvalue.NotNull()),
		archiveState("timestamp_base64", knownvalue.NotNull()),
	}
	unknownStamp := plancheck.ExpectUnknownValue(archiveAddress, tfjsonpath.New("timestamped_at"))
	var list string
	s.test(
		resource.TestStep{Config: off, ConfigStateChecks: unstamped},
		resource.TestStep{ // switched on later
			PreConfig: s.forget(), Config: on, ConfigStateChecks: isStamped,
			ConfigPlanChecks: archivePlanned(unknownStamp, archiveKnown("sequence", knownvalue.Int64Exact(1))),
			Check:            resource.ComposeTestCheckFunc(s.onlyHistory(), s.audit(t, tsa, "0001")),
		},
		resource.TestStep{Config: on, ConfigPlanChecks: noArchiveChange},
		resource.TestStep{ // the service is down: the manifest stands without a time stamp
			PreConfig: func() {
				s.monthly(2)
				tsa.Always(timestamptest.HTML(200))
			},
			Config: on, ConfigStateChecks: unstamped, ExpectNonEmptyPlan: true,
			ConfigPlanChecks: archivePlanned(unknownStamp, archiveKnown("sequence", knownvalue.Int64Exact(2))),
		},
		resource.TestStep{ // the same bytes are stamped later
			PreConfig: s.forget(func() {
				text, err := os.ReadFile(s.file("evidence/0002.sha256"))
				if err != nil {
					t.Fatal(err)
				}
				list = string(text)
				if !strings.Contains(list, "  0001.sha256.tsr\n") {
					t.Errorf("the list does not pin the time stamp before:\n%s", list)
				}
				tsa.Always(timestamptest.Genuine())
			}),
			Config: on, ConfigStateChecks: isStamped, ConfigPlanChecks: archivePlanned(unknownStamp),
			Check: resource.ComposeTestCheckFunc(s.audit(t, tsa, "0002"), s.onlyHistory(), func(state *terraformState) error {
				return holds(s.file("evidence/0002.sha256"), list)(state)
			}),
		},
		resource.TestStep{ // a missing token is written from the state
			PreConfig: s.forget(s.remove("evidence/0002.sha256.tsr")), Config: on,
			ConfigPlanChecks: archivePlanned(archiveKnown("timestamped_at", knownvalue.NotNull())),
			Check:            resource.ComposeTestCheckFunc(s.audit(t, tsa, "0002"), s.onlyHistory()),
		},
		resource.TestStep{
			Config: on, ResourceName: archiveAddress, ImportState: true, ImportStateId: run.ReportIdentifier + ",CSV," + s.file("evidence"),
			ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "sha256",
		},
		resource.TestStep{ // a damaged one is not imported
			PreConfig: s.write("evidence/0002.sha256.tsr", "not a time stamp"),
			Config:    on, ResourceName: archiveAddress, ImportState: true, ImportStateId: run.ReportIdentifier + ",CSV," + s.file("evidence"),
			ExpectError: regexp.MustCompile(`Time Stamp Damaged`),
		},
	)
	for _, request := range tsa.Requests() {
		if text := fmt.Sprintf("%v", request); strings.Contains(text, s.APIKey) || strings.Contains(text, "order,month") {
			t.Errorf("the key or a report is in a request for a time stamp: %s", text)
		}
	}
}

func TestReportArchive_clock(t *testing.T) {
	t.Parallel()
	for off, want := range map[time.Duration]string{
		0: "", 5 * time.Minute: "", -5 * time.Minute: "", 6 * time.Minute: "6m0s ahead of", -time.Hour: "1h0m0s behind",
	} {
		diags := clockWarning(off)
		if got := fmt.Sprint(diags); (want == "") != (len(diags) == 0) || !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %q", off, got, want)
		}
	}
}
