package provider

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

func (s *fixture) echoed(run reportlibrarytest.Run, lines ...string) string {
	return s.provider() + fmt.Sprintf(`
ephemeral "digicert_report_download" "this" {
  report_identifier     = %q
  report_run_identifier = %q
  report_format         = %q
  %s
}
provider "echo" {
  data = ephemeral.digicert_report_download.this
}
resource "echo" "this" {}
`, run.ReportIdentifier, run.RunIdentifier, run.Format, strings.Join(lines, "\n  "))
}

func (s *fixture) testEphemeral(step resource.TestStep) {
	s.t.Helper()
	unitTest(s.t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_10_0)},
		Steps:                    []resource.TestStep{step},
	})
}

func TestReportDownloadEphemeralResource_content(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	echo := func(attribute string, value knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("echo.this", tfjsonpath.New("data").AtMapKey(attribute), value)
	}
	s.testEphemeral(resource.TestStep{
		Config: s.echoed(s.orders(january)),
		ConfigStateChecks: []statecheck.StateCheck{
			echo("content", knownvalue.StringExact(january)),
			echo("content_base64", knownvalue.StringExact(base64.StdEncoding.EncodeToString([]byte(january)))),
			echo("content_sha256", knownvalue.StringExact(sha256Of(january))),
			echo("content_size", knownvalue.Int64Exact(int64(len(january)))),
		},
		Check: s.onlyFiles(),
	})
}

func TestReportDownloadEphemeralResource_errors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		lines    string
		response reportlibrarytest.Response
		want     string
	}{
		"limit":      {"max_content_bytes = 3", reportlibrarytest.Pass(), `(?s)Content Too Large.*max_content_bytes`},
		"unexpected": {`expected_sha256 = "` + sha256Of(february) + `"`, reportlibrarytest.Pass(), `Unexpected Content`},
		"refused":    {"", reportlibrarytest.UserForbidden, `Permission Denied`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newFixture(t)
			run := s.orders(january)
			s.Script(nil, tt.response.Forever())
			s.testEphemeral(resource.TestStep{Config: s.echoed(run, tt.lines), ExpectError: regexp.MustCompile(tt.want)})
		})
	}
}
