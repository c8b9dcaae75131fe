package provider

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	frameworkresource "github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// importBlock imports the file of run at path, as a user would write it.
func importBlock(run reportlibrarytest.Run, sequence, path string) string {
	return fmt.Sprintf("import {\n to = %s\n id = %q\n}\n", this,
		strings.Join([]string{run.ReportIdentifier, run.RunIdentifier, run.Format, sequence, path}, ","))
}

func TestReportFile_importMakesNoRequest(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	filename := s.file("January, 2026.csv") // the path comes last in the identifier, so it may hold commas
	s.write("January, 2026.csv", january)()
	config := s.saved(run, `filename = "`+filename+`"`)
	noChange := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(this, plancheck.ResourceActionNoop)}}
	s.test(
		resource.TestStep{
			Config:           importBlock(run, "", filename) + config,
			ConfigPlanChecks: noChange,
			ConfigStateChecks: []statecheck.StateCheck{
				stateOf("content_sha256", knownvalue.StringExact(sha256Of(january))),
				stateOf("content_size", knownvalue.Int64Exact(int64(len(january)))),
				stateOf("row_count", knownvalue.Int64Exact(2)),
				stateOf("columns", knownvalue.ListSizeExact(2)),
				stateOf("content_type", knownvalue.StringExact("text/csv")),
				stateOf("delivered_format", knownvalue.Null()),
				stateOf("downloaded_at", knownvalue.Null()),
				stateOf("suggested_filename", knownvalue.Null()),
				stateOf("present", knownvalue.Bool(true)),
			},
			Check: s.requests(0),
		},
		resource.TestStep{ // a folder, which import can't see, is one update without a request or a rename
			Config: s.saved(run, `directory = "`+s.dir+`"`),
			ConfigPlanChecks: planned(
				known("path", knownvalue.StringExact(filename)), known("content_sha512", knownvalue.NotNull()),
			),
			Check: resource.ComposeTestCheckFunc(s.onlyFiles("January, 2026.csv"), s.requests(0)),
		},
		resource.TestStep{ // an imported file can be restored
			PreConfig:        s.remove("January, 2026.csv"),
			Config:           s.saved(run, `directory = "`+s.dir+`"`),
			ConfigPlanChecks: planned(known("downloaded_at", knownvalue.Null()), known("content_sha256", knownvalue.StringExact(sha256Of(january)))),
			Check:            resource.ComposeTestCheckFunc(holds(filename, january), s.requests(1)),
		},
	)
}

func TestReportFile_importRejectsUnusableInput(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	s.write("there.csv", january)()
	there, page := s.file("there.csv"), s.file("page.csv")
	s.write("page.csv", "<!DOCTYPE html><title>Log in</title>")()
	tests := map[string]struct {
		run      reportlibrarytest.Run
		sequence string
		path     string
		want     string
	}{
		"no file":    {run, "", s.file("gone.csv"), `(?s)File Not Found.*gone\.csv.*downloads`},
		"a folder":   {run, "", s.dir, `(?s)Path Is Not A File.*a folder`},
		"sequence":   {run, "one", there, `Invalid Import Identifier`},
		"format":     {reportlibrarytest.Run{ReportIdentifier: run.ReportIdentifier, RunIdentifier: run.RunIdentifier, Format: "PDF"}, "", there, `(?s)report_format.*PDF`},
		"identifier": {reportlibrarytest.Run{ReportIdentifier: "x", RunIdentifier: run.RunIdentifier, Format: "CSV"}, "", there, `(?s)report_identifier`},
		"login page": {run, "", page, `(?s)File Not Adopted.*HTML`},
		"no archive": {reportlibrarytest.Run{ReportIdentifier: run.ReportIdentifier, RunIdentifier: run.RunIdentifier, Format: "ZIP"}, "", there, `File Not Adopted`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			unitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: factories(),
				Steps: []resource.TestStep{{
					Config:      importBlock(tt.run, tt.sequence, tt.path) + s.saved(run, `filename = "`+there+`"`),
					PlanOnly:    true,
					ExpectError: regexp.MustCompile(tt.want),
				}},
			})
		})
	}
}

func TestParseImportID(t *testing.T) {
	t.Parallel()
	identity, problem := parseImportID("a,b,CSV,3,dir/x,y.csv")
	want := reportFileIdentity{
		ReportIdentifier: types.StringValue("a"), ReportRunIdentifier: types.StringValue("b"), ReportFormat: types.StringValue("CSV"),
		SplitReportSequence: types.Int64Value(3), Path: types.StringValue("dir/x,y.csv"),
	}
	if identity != want || problem != "" {
		t.Errorf("%v, %q", identity, problem)
	}
	for _, id := range []string{"", "a,b,CSV", "a,b,CSV,x,path", "a,b,CSV,-1,path", "a,b,CSV,1.5,path"} {
		if _, problem := parseImportID(id); problem == "" {
			t.Errorf("%q is accepted", id)
		}
	}
}

func TestReportFile_takesOverALocalFile(t *testing.T) {
	t.Parallel()
	if olderClient(t, "", "1.10.0") {
		return // it moves no resource to another type; TestMoveFromLocalFile has the provider's part
	}
	for _, sourceType := range movedFromTypes {
		t.Run(sourceType, func(t *testing.T) {
			t.Parallel()
			s := newFixture(t)
			run := s.orders(january)
			filename := s.file("orders.csv")
			s.write("orders.csv", january)()
			factories := factories()
			factories["local"] = providerserver.NewProtocol6WithError(localProvider{})
			old := fmt.Sprintf("resource %q %q {\n filename = %q\n content_sha256 = %q\n}\n", sourceType, "old", filename, sha256Of(january))
			unitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				Steps: []resource.TestStep{
					{Config: s.provider() + old},
					{
						PreConfig: s.forget(),
						Config:    fmt.Sprintf("moved {\n from = %s.old\n to = %s\n}\n", sourceType, this) + s.saved(run, `filename = "`+filename+`"`),
						ConfigPlanChecks: planned(
							known("content_sha256", knownvalue.StringExact(sha256Of(january))), unknown("content_size"),
							known("content_type", knownvalue.StringExact("text/csv")), known("downloaded_at", knownvalue.Null()),
						),
						ConfigStateChecks: []statecheck.StateCheck{
							stateOf("content_size", knownvalue.Int64Exact(int64(len(january)))),
							stateOf("content_md5", knownvalue.NotNull()),
							stateOf("report_run_identifier", knownvalue.StringExact(run.RunIdentifier)),
						},
						Check: resource.ComposeTestCheckFunc(holds(filename, january), s.requests(0)),
					},
				},
			})
		})
	}
}

// localProvider stands for hashicorp/local: its two file types, without files.
type localProvider struct{}

func (localProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "local"
}
func (localProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (localProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}
func (localProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }
func (localProvider) Resources(context.Context) []func() frameworkresource.Resource {
	return []func() frameworkresource.Resource{
		func() frameworkresource.Resource { return localFile{"local_file"} },
		func() frameworkresource.Resource { return localFile{"local_sensitive_file"} },
	}
}

type localFile struct{ typeName string }

func (f localFile) Metadata(_ context.Context, _ frameworkresource.MetadataRequest, resp *frameworkresource.MetadataResponse) {
	resp.TypeName = f.typeName
}

func (localFile) Schema(_ context.Context, _ frameworkresource.SchemaRequest, resp *frameworkresource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"filename":       schema.StringAttribute{Required: true},
		"content_sha256": schema.StringAttribute{Required: true},
	}}
}

func (localFile) Create(_ context.Context, req frameworkresource.CreateRequest, resp *frameworkresource.CreateResponse) {
	resp.State.Raw = req.Plan.Raw
}
func (localFile) Read(context.Context, frameworkresource.ReadRequest, *frameworkresource.ReadResponse) {
}
func (localFile) Update(_ context.Context, req frameworkresource.UpdateRequest, resp *frameworkresource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}
func (localFile) Delete(context.Context, frameworkresource.DeleteRequest, *frameworkresource.DeleteResponse) {
}

// TestMoveFromLocalFile checks the addresses that a local provider has in registries and mirrors.
func TestMoveFromLocalFile(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	c := s.newResource()
	tests := []struct {
		address, sourceType string
		want                bool
	}{
		{"registry.terraform.io/hashicorp/local", "local_file", true},
		{"registry.opentofu.org/hashicorp/local", "local_sensitive_file", true},
		{"mirror.example.com/hashicorp/local", "local_file", true},
		{"app.terraform.io/example/local", "local_file", true},
		{"local", "local_file", true},
		{"notlocal", "local_file", false},
		{"registry.terraform.io/example/notlocal", "local_file", false},
		{"registry.terraform.io/hashicorp/local", "local_command", false},
		{"registry.terraform.io/hashicorp/aws", "aws_s3_object", false},
	}
	for _, tt := range tests {
		resp, err := c.Server.MoveResourceState(t.Context(), &tfprotov6.MoveResourceStateRequest{
			SourceProviderAddress: tt.address, SourceTypeName: tt.sourceType, TargetTypeName: fileTypeName,
			SourceState: &tfprotov6.RawState{JSON: []byte(`{"filename":"orders.csv","content_sha256":"` + sha256Of(january) + `"}`)},
		})
		if err != nil {
			t.Fatal(err)
		}
		if tt.want {
			c.Must(nil, resp.Diagnostics)
			wantString(t, c.Fields(resp.TargetState), "path", "orders.csv")
			continue
		}
		if len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Summary != "State Not Movable" || !strings.Contains(resp.Diagnostics[0].Detail, "import") {
			t.Errorf("%s of %s: got %v, want an error that says to import", tt.sourceType, tt.address, resp.Diagnostics)
		}
	}
}
