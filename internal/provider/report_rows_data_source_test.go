package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

const (
	reportRows  = "digicert_report_rows"
	certificate = "Order ID;Status;Valid until;Amount\n" +
		"1;issued;2026-01-31;9\n" +
		"2;issued;28-Feb-2026 10:00:00;10,5\n" +
		"3;pending;;100\n" +
		"4;issued;2027-01-31T00:00:00+01:00;1e2\n"
)

// rowsOf is a digicert_report_rows "this" of one file with these further lines. It has no provider block, and no key.
func rowsOf(file string, lines ...string) string {
	return lookupBlock(reportRows, append([]string{listOf("paths", file)}, lines...)...)
}

// listOf is the line that sets an attribute to a list of texts.
func listOf(name string, texts ...string) string {
	var elements []string
	for _, text := range texts {
		_, element, _ := strings.Cut(tftest.Set("x", text), " = ")
		elements = append(elements, element)
	}
	return name + " = [" + strings.Join(elements, ", ") + "]"
}

func where(conditions ...string) string {
	return "where = [\n" + strings.Join(conditions, ",\n") + "\n]"
}

func rowsChecks(values map[string]knownvalue.Check) (checks []statecheck.StateCheck) {
	for attribute, value := range values {
		checks = append(checks, lookupOf(reportRows, attribute, value))
	}
	return checks
}

func TestReportRowsDataSource(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	s.write("a.csv", certificate)()
	count := func(n int) knownvalue.Check { return knownvalue.Int64Exact(int64(n)) }
	number := func(operator, value string) string {
		return where(`{ column = "Amount", operator = "` + operator + `", value = "` + value + `" }`)
	}
	tests := []struct {
		lines []string
		want  map[string]knownvalue.Check
	}{
		{nil, map[string]knownvalue.Check{
			"columns":   textsExact("Order ID", "Status", "Valid until", "Amount"),
			"row_count": count(4), "match_count": count(4), "unparsed_count": count(0),
			"rows": knownvalue.ListSizeExact(0), "truncated": knownvalue.Bool(false),
		}},
		{[]string{where(
			`{ column = "Status", operator = "equals", value = "issued" }`,
			`{ column = "Valid until", operator = "before", value = "2026-03-01T00:00:00Z" }`,
		), `select = ["Order ID"]`}, map[string]knownvalue.Check{
			"row_count": count(4), "match_count": count(2), "unparsed_count": count(0), "truncated": knownvalue.Bool(false),
			"rows": knownvalue.ListExact([]knownvalue.Check{
				knownvalue.MapExact(map[string]knownvalue.Check{"Order ID": knownvalue.StringExact("1")}),
				knownvalue.MapExact(map[string]knownvalue.Check{"Order ID": knownvalue.StringExact("2")}),
			}),
		}},
		{[]string{`select = ["Order ID"]`, "max_rows = 3"}, map[string]knownvalue.Check{
			"match_count": count(4), "truncated": knownvalue.Bool(true), "rows": knownvalue.ListSizeExact(3),
		}},
		{[]string{number("greater_than", "9.0")}, map[string]knownvalue.Check{"match_count": count(2), "unparsed_count": count(1)}},
		{[]string{number("less_than", "10")}, map[string]knownvalue.Check{"match_count": count(1), "unparsed_count": count(1)}},
		{[]string{where(`{ column = "Valid until", operator = "after", value = "2027-01-30 22:59:59" }`)}, map[string]knownvalue.Check{
			"match_count": count(1), "unparsed_count": count(1),
		}},
		{[]string{where(`{ column = "Status", operator = "in", values = ["pending", "x"] }`, `{ column = "Valid until", operator = "is_empty" }`)},
			map[string]knownvalue.Check{"match_count": count(1), "unparsed_count": count(0)}},
		{[]string{where(`{ column = "Status", operator = "not_equals", value = "issued" }`)}, map[string]knownvalue.Check{"match_count": count(1)}},
		{[]string{where(`{ column = "Status", operator = "contains", value = "end" }`)}, map[string]knownvalue.Check{"match_count": count(1)}},
		{[]string{where(`{ column = "Status", operator = "matches", value = "^(?i)ISS" }`)}, map[string]knownvalue.Check{"match_count": count(3)}},
		{[]string{listOf("content_sha256", strings.ToUpper(sha256Of(certificate)))}, map[string]knownvalue.Check{"row_count": count(4)}},
	}
	// One configuration with a data source for each row of the table.
	var step resource.TestStep
	for i, tt := range tests {
		name := fmt.Sprintf("row_%d", i)
		step.Config += strings.Replace(rowsOf(s.file("a.csv"), tt.lines...), `"this"`, strconv.Quote(name), 1)
		for attribute, value := range tt.want {
			address := "data." + reportRows + "." + name
			step.ConfigStateChecks = append(step.ConfigStateChecks,
				statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), value))
		}
	}
	s.test(step)
	if err := s.wantRequests(0); err != nil {
		t.Error(err)
	}
}

// TestReportRowsDataSource_defaultMaxRows looks at the number of rows without max_rows.
func TestReportRowsDataSource_defaultMaxRows(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	s.write("a.csv", "a,b\n"+strings.Repeat("1,2\n", 101))()
	s.test(resource.TestStep{
		Config: rowsOf(s.file("a.csv"), `select = ["b"]`),
		ConfigStateChecks: rowsChecks(map[string]knownvalue.Check{
			"rows": knownvalue.ListSizeExact(defaultMaxRows), "truncated": knownvalue.Bool(true), "match_count": knownvalue.Int64Exact(101),
		}),
	})
}

func TestReportRowsDataSource_refusals(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	file := s.file("a.csv")
	s.write("a.csv", certificate)()
	s.write("twice.csv", "a,a\n")()
	s.write("open.csv", "a,b\n1,\"2\n")()
	s.write("large.csv", "a\n"+strings.Repeat(strings.Repeat("x", 1<<20)+"\n", 17))()
	condition := func(operator, more string) string {
		return rowsOf(file, where(`{ column = "Status", operator = "`+operator+`"`+more+` }`))
	}
	var steps []resource.TestStep
	tests := []struct{ config, want string }{
		{rowsOf(s.file("missing.csv")), `(?s)Saved Report Not Found.*missing\.csv`},
		{rowsOf(s.dir), `(?s)Path Is Not A File.*folder`},
		{rowsOf(file, listOf("content_sha256", sha256Of(january))), "(?s)Saved Report Differs.*" + sha256Of(january) + ".*" + sha256Of(certificate)},
		{rowsOf(file, `select = ["Order"]`), `(?s)Column Not Found.*"Order".*headings are\s+"Order\s+ID",\s+"Status",\s+"Valid\s+until",\s+"Amount"`},
		{rowsOf(file, where(`{ column = "status", operator = "is_empty" }`)), `(?s)Column Not Found.*where\[0\]\.column`},
		{rowsOf(s.file("twice.csv"), `select = ["a"]`), "Column Ambiguous"},
		{rowsOf(s.file("open.csv")), "(?s)Rows Not Readable.*row\\s+1"},
		{rowsOf(s.file("large.csv"), `select = ["a"]`), "(?s)Selected Rows Too Large"},
		{condition("like", ""), "Invalid Attribute Value Match"},
		{condition("equals", ""), `(?s)Invalid Condition.*needs\s+value.*where\[0\]\.value`},
		{condition("in", ""), `(?s)Invalid Condition.*needs\s+values.*where\[0\]\.values`},
		{condition("is_empty", `, value = ""`), `(?s)Invalid Condition.*takes\s+no\s+value`},
		{condition("equals", `, value = "a", values = ["a"]`), `(?s)Invalid Condition.*takes\s+no\s+values`},
		{condition("in", ", value = terraform_data.later.output") + later, `(?s)Invalid Condition.*takes\s+no\s+value`},
		{condition("before", `, value = "soon"`), `(?s)Invalid Condition.*"soon".*31-Jan-2026`},
		{condition("less_than", `, value = "1,000"`), `(?s)Invalid Condition.*"1,000".*number`},
		{condition("matches", `, value = "(?=a)"`), `(?s)Invalid Condition.*matches`},
		{rowsOf(file, listOf("content_sha256", sha256Of(january), sha256Of(january))), "(?s)Invalid Attribute Combination.*2\\s+digests"},
		{rowsOf(file, `content_sha256 = ["abc"]`), "64 hex digits"},
		{rowsOf(file, "max_rows = 0"), "between 1 and"},
		{lookupBlock(reportRows, "paths = []"), "at least 1"},
	}
	for _, tt := range tests {
		steps = append(steps, resource.TestStep{Config: tt.config, ExpectError: regexp.MustCompile(tt.want)})
	}
	s.test(steps...)
}

const later = `
resource "terraform_data" "later" {
  input = timestamp()
}
`

// TestReportRowsDataSource_afterTheApply reads a file that is saved by the same apply, and the next run's after its own.
func TestReportRowsDataSource_afterTheApply(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	first, second := s.orders(january), s.orders(february)
	config := func(run string) string {
		return tftest.Source + strings.Replace(savedBlock("this", first, `filename = "orders.csv"`), first.RunIdentifier, run, 1) +
			lookupBlock(reportRows, "paths = [digicert_report_file.this.path]", "content_sha256 = [digicert_report_file.this.content_sha256]") +
			"output \"count\" {\n  value = data.digicert_report_rows.this.row_count\n}\n"
	}
	work := s.workFolder(t, tftest.Shared(t))
	for _, step := range [][2]string{{first.RunIdentifier, "2"}, {second.RunIdentifier, "1"}} {
		run, want := step[0], step[1]
		work.Write("main.tf", config(run))
		work.Run(0, "apply", "-auto-approve")
		out, _ := work.Command(0, "output", "-no-color", "count")
		if got := strings.TrimSpace(out); got != want {
			t.Errorf("got %s rows, want %s", got, want)
		}
		work.Run(0, "plan", "-detailed-exitcode")
	}
}

// TestReportRowsDataSource_check has every failure be a warning in a check, and no cell in the state that is not selected.
func TestReportRowsDataSource_check(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	work := s.workFolder(t, tftest.Shared(t))
	work.Write("orders.csv", certificate)
	check := func(file string, lines ...string) string {
		block := rowsOf(file, lines...)
		return tftest.Source + "check \"rows\" {\n" + block + `
  assert {
    condition     = data.digicert_report_rows.this.match_count == 0
    error_message = "Some rows match."
  }
}
`
	}
	expiring := where(`{ column = "Valid until", operator = "before", value = "2026-02-01" }`)
	tests := map[string]struct{ config, want string }{
		"matches":    {check("orders.csv", expiring, `select = ["Order ID"]`), "Some rows match."},
		"unreadable": {check("orders.csv", expiring), `Cells Not Compared`},
		"place":      {check("orders.csv", expiring), `column "Valid until", row 3 of orders.csv`},
		"file":       {check("missing.csv"), "Saved Report Not Found"},
		"column":     {check("orders.csv", `select = ["x"]`), "Column Not Found"},
		"content":    {check("orders.csv", listOf("content_sha256", sha256Of(january))), "Saved Report Differs"},
	}
	for name, tt := range tests {
		work.Write("main.tf", tt.config)
		out := work.Run(0, "apply", "-auto-approve")
		flat := strings.Join(strings.Fields(strings.NewReplacer("│", "", "╷", "", "╵", "").Replace(out)), " ")
		if !strings.Contains(flat, tt.want) || !strings.Contains(out, "Warning") || strings.Contains(out, "Error:") {
			t.Errorf("%s: %q is not a warning in:\n%s", name, tt.want, out)
		}
		state, err := os.ReadFile(filepath.Join(work.Dir, "terraform.tfstate"))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(state), "issued") || strings.Contains(string(state), "28-Feb") {
			t.Errorf("%s: a cell is in the state that is not selected", name)
		}
	}
}
