package provider

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

const downloaded = "data.digicert_report_download.this"

func (s *fixture) downloaded(run reportlibrarytest.Run, lines ...string) string {
	return s.provider() + downloadBlock(run, lines...)
}

func downloadBlock(run reportlibrarytest.Run, lines ...string) string {
	return strings.Replace(savedBlock("this", run, lines...), `resource "digicert_report_file"`, `data "digicert_report_download"`, 1)
}

func dataOf(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(downloaded, tfjsonpath.New(attribute), value)
}

func TestReportDownloadDataSource_hashes(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	s.test(resource.TestStep{
		Config: s.downloaded(s.orders(january)),
		ConfigStateChecks: []statecheck.StateCheck{
			dataOf("content_sha256", knownvalue.StringExact(sha256Of(january))),
			dataOf("content_base64sha256", knownvalue.StringExact(base64SHA256Of(january))),
			dataOf("content_size", knownvalue.Int64Exact(int64(len(january)))),
			dataOf("row_count", knownvalue.Int64Exact(2)),
			dataOf("columns", knownvalue.ListExact([]knownvalue.Check{
				knownvalue.StringExact("order"), knownvalue.StringExact("amount"),
			})),
			dataOf("content_type", knownvalue.StringExact("text/csv")),
			dataOf("delivered_format", knownvalue.StringExact("CSV")),
			dataOf("suggested_filename", knownvalue.StringRegexp(regexp.MustCompile(`^Monthly orders-\d{4}-\d\d-\d\d\.csv$`))),
			dataOf("members", knownvalue.ListSizeExact(0)),
			dataOf("members_sha256", knownvalue.Null()),
			dataOf("content", knownvalue.Null()),
			dataOf("content_base64", knownvalue.Null()),
		},
		Check: s.onlyFiles(),
	})
}

func TestReportDownloadDataSource_content(t *testing.T) {
	t.Parallel()
	binary := "caf\xe9;1\r\n"
	tests := map[string]struct {
		content string
		text    knownvalue.Check
	}{
		"text":   {january, knownvalue.StringExact(january)},
		"binary": {binary, knownvalue.Null()},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newFixture(t)
			s.test(resource.TestStep{
				Config: s.downloaded(s.orders(tt.content), "include_content = true"),
				ConfigStateChecks: []statecheck.StateCheck{
					dataOf("content", tt.text),
					dataOf("content_base64", knownvalue.StringExact(base64.StdEncoding.EncodeToString([]byte(tt.content)))),
					statecheck.ExpectSensitiveValue(downloaded, tfjsonpath.New("content_base64")),
				},
			})
		})
	}
}

func TestReportDownloadDataSource_contentHasALimit(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	config := func(limit int) string {
		return s.downloaded(run, "include_content = true", fmt.Sprintf("max_content_bytes = %d", limit))
	}
	s.test(
		resource.TestStep{
			Config:      config(len(january) - 1),
			ExpectError: regexp.MustCompile(fmt.Sprintf(`(?s)Content Too Large.*max_content_bytes.*%d`, len(january)-1)),
		},
		resource.TestStep{Config: config(len(january))},
		resource.TestStep{Config: config(67108865), ExpectError: regexp.MustCompile(`max_content_bytes`)},
		resource.TestStep{Config: s.provider()},
	)
}

// TestReportDownload_wrappedIsTheSameContent saves and reads one content in each way of delivery, in one apply.
func TestReportDownload_wrappedIsTheSameContent(t *testing.T) {
	t.Parallel()
	csv := string(reportlibrarytest.Orders(500, 1).CSV())
	tests := []struct {
		name      string
		delivery  *reportlibrarytest.Delivery
		delivered string
	}{
		{"bare", nil, "CSV"},
		{"gzip", &reportlibrarytest.Delivery{Gzip: true}, "CSV"},
		{"chunked", &reportlibrarytest.Delivery{Chunked: true}, "CSV"},
		{"wrapped", &reportlibrarytest.Delivery{Wrap: reportlibrarytest.WrapAlways}, "ZIP"},
		{"stored", &reportlibrarytest.Delivery{
			Wrap: reportlibrarytest.WrapAlways, Store: true, NoDataDescriptor: true, MemberName: "other/name.csv",
		}, "ZIP"},
	}
	s := newFixture(t)
	step := resource.TestStep{Config: s.provider()}
	var checks []resource.TestCheckFunc
	var files []string
	for _, tt := range tests {
		run := s.AddRun(reportlibrarytest.Run{Format: "CSV", Content: reportlibrarytest.Text(csv), Delivery: tt.delivery})
		file := tt.name + ".csv"
		step.Config += strings.Replace(downloadBlock(run), `"this"`, strconv.Quote(tt.name), 1) +
			savedBlock(tt.name, run, `filename = "`+s.file(file)+`"`)
		for _, address := range []string{"data.digicert_report_download." + tt.name, fileTypeName + "." + tt.name} {
			step.ConfigStateChecks = append(step.ConfigStateChecks,
				statecheck.ExpectKnownValue(address, tfjsonpath.New("content_sha256"), knownvalue.StringExact(sha256Of(csv))),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("delivered_format"), knownvalue.StringExact(tt.delivered)))
		}
		checks, files = append(checks, holds(s.file(file), csv)), append(files, file)
	}
	step.Check = resource.ComposeTestCheckFunc(append(checks, s.onlyFiles(files...))...)
	s.test(step)
}

// TestReportDownload_errors goes through each response without a report.
func TestReportDownload_errors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		response reportlibrarytest.Response
		want     string
	}{
		"format":       {reportlibrarytest.ReportFormatInapplicable, `(?s)Report Format Not Applicable.*report_format .*report_format_inapplicable.*Status: 400`},
		"mandatory":    {reportlibrarytest.MissingMandatoryField("format"), `(?s)Request Rejected.*missing_mandatory_field: format.*Status: 400`},
		"user":         {reportlibrarytest.UserAuthenticationError, `(?s)Authentication Failed.*user_authentication_error.*api_key.*Status: 401`},
		"key":          {reportlibrarytest.AccessDeniedInvalidKey, `(?s)Authentication Failed.*access_denied.*api_key.*Status: 403`},
		"forbidden":    {reportlibrarytest.UserForbidden, `(?s)Permission Denied.*user_forbidden.*administrator.*Status: 403`},
		"not enabled":  {reportlibrarytest.CustomReportsNotEnabled, `(?s)Report Library Not Enabled.*custom_reports_not_enabled`},
		"no report":    {reportlibrarytest.ReportsNotFound, `(?s)Report Run Expired.*reports_not_found.*90 days.*Report: .*Run: .*Status: 404`},
		"no run":       {reportlibrarytest.ReportNotFound.InList(), `(?s)Report Run Expired.*report_run_identifier.*report_not_found`},
		"server":       {reportlibrarytest.Status(500, "").Forever(), `(?s)Service Unavailable.*after\s+5\s+attempts.*Status: 500`},
		"not ours":     {reportlibrarytest.HTML(403, "blocked"), `(?s)Access Denied.*blocked`},
		"html":         {reportlibrarytest.HTML(200, "Log in"), `(?s)Response Is Not A Report.*proxy.*Log in`},
		"page behind":  {reportlibrarytest.Status(200, "id,name\r\n1,x\r\n<html>\r\n502\r\n</html>"), `(?s)Response Is Not A Report.*after row 1.*proxy`},
		"JSON":         {reportlibrarytest.Status(200, `[{"id":1}]`), `(?s)Response Is Not A Report.*JSON.*report_format`},
		"binary":       {reportlibrarytest.Status(200, strings.Repeat("\x00\x01", 50)), `(?s)Response Is Not A Report.*binary.*Check\s+report_format`},
		"error in 200": {reportlibrarytest.Status(200, `{"errors":[{"code":"oops","message":"broken"}]}`), `(?s)Response Is Not A Report.*oops.*Act on\s+the message`},
		"empty":        {reportlibrarytest.Empty(), `(?s)Report Is Empty.*allow_empty`},
		"204":          {reportlibrarytest.NoContent204(), `(?s)Report Is Empty.*204`},
		"words":        {reportlibrarytest.NoContentWords(), `Report Is Empty`},
		"teapot":       {reportlibrarytest.Status(418, "I am \x1b[31ma teapot"), `(?s)Unexpected Response.*a teapot`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newFixture(t)
			run := s.orders(january)
			s.Script(nil, tt.response)
			_, diagnostics := s.newResource().TryApply(tftest.State{}, configFor(run, s.file("orders.csv")))
			var got string
			for _, d := range diagnostics {
				got += fmt.Sprintf("%s\n%s \n%s\n", d.Summary, attributeName(d), d.Detail)
			}
			if !regexp.MustCompile(tt.want).MatchString(got) {
				t.Errorf("got %q, want %s", got, tt.want)
			}
			if err := s.wantFiles(); err != nil {
				t.Error(err)
			}
		})
	}
}

// attributeName returns the name of the attribute that a diagnostic blames; empty for none.
func attributeName(d *tfprotov6.Diagnostic) string {
	if d.Attribute == nil {
		return ""
	}
	name, _ := d.Attribute.Steps()[0].(tftypes.AttributeName)
	return string(name)
}

// TestReportDownload_emptyWhereAllowed saves and reads an empty content in each form of a response, in one apply.
func TestReportDownload_emptyWhereAllowed(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	step := resource.TestStep{Config: s.provider()}
	var checks []resource.TestCheckFunc
	for name, response := range map[string]reportlibrarytest.Response{
		"empty": reportlibrarytest.Empty(), "no_content": reportlibrarytest.NoContent204(), "words": reportlibrarytest.NoContentWords(),
	} {
		run := s.orders(january)
		s.Script(reportlibrarytest.DownloadsOf(run), response.Forever())
		file := s.file(name + ".csv")
		step.Config += strings.Replace(downloadBlock(run, "allow_empty = true"), `"this"`, strconv.Quote(name), 1) +
			savedBlock(name, run, `filename = "`+file+`"`, "allow_empty = true")
		step.ConfigStateChecks = append(step.ConfigStateChecks,
			statecheck.ExpectKnownValue("data.digicert_report_download."+name, tfjsonpath.New("content_size"), knownvalue.Int64Exact(0)),
			statecheck.ExpectKnownValue(fileTypeName+"."+name, tfjsonpath.New("content_sha256"), knownvalue.StringExact(sha256Of(""))))
		checks = append(checks, holds(file, ""))
	}
	step.Check = resource.ComposeTestCheckFunc(checks...)
	s.test(step)
}

func TestReportDownload_badInputIsAnErrorAtValidate(t *testing.T) {
	t.Parallel()
	run := reportlibrarytest.Run{ReportIdentifier: exampleReport, RunIdentifier: exampleRun, Format: "CSV"}
	saved := func(lines ...string) string { return savedBlock("this", run, lines...) }
	wantInvalid(t, map[string]invalid{
		"identifier":      {downloadBlock(reportlibrarytest.Run{ReportIdentifier: "short", RunIdentifier: run.RunIdentifier, Format: "CSV"}), `(?s)report_identifier.*hex`},
		"run identifier":  {downloadBlock(reportlibrarytest.Run{ReportIdentifier: run.ReportIdentifier, RunIdentifier: strings.Repeat("g", 36), Format: "CSV"}), `(?s)report_run_identifier.*hex`},
		"format":          {downloadBlock(run, `report_format = "csv"`), `report_format`},
		"sequence":        {downloadBlock(run, `split_report_sequence = -1`), `split_report_sequence`},
		"digest":          {downloadBlock(run, `expected_sha256 = "abc"`), `expected_sha256`},
		"limit":           {downloadBlock(run, `max_download_bytes = 0`), `max_download_bytes`},
		"timeout":         {downloadBlock(run, `timeouts = { read = "soon" }`), `Invalid Duration`},
		"no path":         {saved(), `(?s)filename.*directory`},
		"two paths":       {saved(`filename = "a"`, `directory = "b"`), `(?s)filename.*directory`},
		"mode":            {saved(`filename = "a"`, `file_permission = "0689"`), `file_permission`},
		"unreadable mode": {saved(`filename = "a"`, `file_permission = "0200"`), `file_permission`},
		"directory mode":  {saved(`filename = "a"`, `directory_permission = "rwx"`), `directory_permission`},
		"on_missing":      {saved(`filename = "a"`, `on_missing = "recreate"`), `on_missing`},
		"empty filename":  {saved(`filename = ""`), `filename`},
	})
}

// TestReportDownload_byteOrderMark reads texts with and without a byte order mark; Base64 keeps the mark.
func TestReportDownload_byteOrderMark(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		content string
		want    knownvalue.Check
	}{
		{"UTF-8", "\xef\xbb\xbfid,name\r\n1,Ä\r\n", knownvalue.StringExact("id,name\r\n1,Ä\r\n")},
		{"no-mark", "id,name\r\n", knownvalue.StringExact("id,name\r\n")},
		{"UTF-16", "\xff\xfei\x00d\x00", knownvalue.Null()},
		{"not-UTF-8", "\xef\xbb\xbfid\xff\r\n", knownvalue.Null()},
	}
	s := newFixture(t)
	step := resource.TestStep{Config: s.provider()}
	for _, tt := range tests {
		run := s.AddRun(reportlibrarytest.Run{Format: "CSV", Content: reportlibrarytest.Text(tt.content)})
		step.Config += strings.Replace(downloadBlock(run, "include_content = true"), `"this"`, strconv.Quote(tt.name), 1)
		address, encoded := "data.digicert_report_download."+tt.name, base64.StdEncoding.EncodeToString([]byte(tt.content))
		step.ConfigStateChecks = append(step.ConfigStateChecks,
			statecheck.ExpectKnownValue(address, tfjsonpath.New("content"), tt.want),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("content_base64"), knownvalue.StringExact(encoded)))
	}
	s.test(step)
}
