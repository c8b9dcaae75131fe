//go:build live

package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// liveKey is read before TestMain hides it from the other tests.
var liveKey = os.Getenv(envAPIKey)

// TestLive downloads one run of a real account: make testacc. The build tag keeps it out of make test.
func TestLive(t *testing.T) {
	filename := filepath.Join(t.TempDir(), "report")
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{{
			Config: fmt.Sprintf(`
provider "digicert" {
  api_key = %q
}
resource "digicert_report_file" "this" {
  report_identifier     = %q
  report_run_identifier = %q
  report_format         = %q
  filename              = %q
}
`, liveKey, os.Getenv("DIGICERT_REPORT_IDENTIFIER"), os.Getenv("DIGICERT_REPORT_RUN_IDENTIFIER"),
				os.Getenv("DIGICERT_REPORT_FORMAT"), filename),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			},
			ConfigStateChecks: []statecheck.StateCheck{
				stateOf("present", knownvalue.Bool(true)), stateOf("content_sha256", knownvalue.NotNull()),
			},
		}},
	})
}
