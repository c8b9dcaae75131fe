package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

func wantString(t *testing.T, fields map[string]tftypes.Value, name, want string) {
	t.Helper()
	if got := tftest.String(t, fields, name); got != want {
		t.Errorf("%s: got %q, want %q", name, got, want)
	}
}

func configFor(run reportlibrarytest.Run, filename string) map[string]any {
	return map[string]any{
		"report_identifier": run.ReportIdentifier, "report_run_identifier": run.RunIdentifier, "report_format": "CSV", "filename": filename,
	}
}

func configIn(run reportlibrarytest.Run, directory string) map[string]any {
	config := configFor(run, "")
	delete(config, "filename")
	config["directory"] = directory
	return config
}

// TestReportFile_identityFollowsTheFile changes every field of the identity in place.
func TestReportFile_identityFollowsTheFile(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	first, second := s.orders(january), s.orders(february)
	c := s.newResource()
	state, _ := c.Apply(tftest.State{}, configFor(first, s.file("first.csv")))
	got := tftest.Fields(t, state.Identity.IdentityData, c.IdentityType)
	wantString(t, got, "report_run_identifier", first.RunIdentifier)
	wantString(t, got, "path", s.file("first.csv"))

	// Another run of one provider configuration: the first one has written first.csv.
	c = s.newResource()
	state, _ = c.Apply(state, configFor(second, s.file("second.csv")))
	got = tftest.Fields(t, state.Identity.IdentityData, c.IdentityType)
	wantString(t, got, "report_identifier", second.ReportIdentifier)
	wantString(t, got, "report_run_identifier", second.RunIdentifier)
	wantString(t, got, "report_format", "CSV")
	wantString(t, got, "path", s.file("second.csv"))
	s.must(holds(s.file("second.csv"), february))()
	s.must(s.onlyFiles("second.csv"))()

	// In a folder, the name and with it the new identity are known after the download.
	c = s.newResource()
	state, _ = c.Apply(tftest.State{}, configIn(first, s.file("evidence")))
	c = s.newResource()
	state, _ = c.Apply(state, configIn(second, s.file("evidence")))
	got = tftest.Fields(t, state.Identity.IdentityData, c.IdentityType)
	wantString(t, got, "report_run_identifier", second.RunIdentifier)
}

func TestReportFile_importByIdentity(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	s.write("orders.csv", january)()
	c := s.newResource()
	imported, err := c.Server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{
		TypeName: fileTypeName,
		Identity: &tfprotov6.ResourceIdentityData{IdentityData: tftest.Dynamic(t, tftest.Value(t, c.IdentityType, map[string]any{
			"report_identifier": run.ReportIdentifier, "report_run_identifier": run.RunIdentifier, "report_format": "CSV",
			"path": s.file("orders.csv"),
		}))},
	})
	c.Must(err, imported.Diagnostics)
	state := c.Fields(imported.ImportedResources[0].State)
	wantString(t, state, "content_sha256", sha256Of(january))
	wantString(t, state, "filename", s.file("orders.csv"))
	wantString(t, state, "on_missing", onMissingRestore)
	if err := s.wantRequests(0); err != nil {
		t.Error(err)
	}
}
