package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/rows"
)

var objectOptions = basetypes.ObjectAsOptions{}

// rowsMessage explains why a query of saved reports failed.
func rowsMessage(err error) message {
	var (
		column *rows.ColumnError
		digest *rows.HashError
		read   *rows.ReadError
		size   *rows.SizeError
		target *atomicfile.TargetError
	)
	l := message{problem: "Reading the rows failed: " + err.Error(), attribute: path.Root("paths")}
	switch {
	case errors.As(err, &column):
		return columnMessage(column)
	case errors.As(err, &digest):
		l.summary, l.attribute = "Saved Report Differs", path.Root("content_sha256")
		l.problem = digest.Path + " does not have the expected content"
		l.remedy = "Put the expected file back: digicert_report_file and digicert_report_archive restore a modified " +
			"one at the next apply. Or take content_sha256 from the resource that saved this file."
		l.lines = []string{"Expected: " + digest.Want, "Found: " + digest.Got}
	case errors.As(err, &read):
		l.summary = "Rows Not Readable"
		l.remedy = "Rows are read from CSV, and from JSON with an array of objects. Look at the file at this place; " +
			"a report that was modified by hand can be downloaded again."
	case errors.As(err, &size):
		l.summary, l.attribute = "Selected Rows Too Large", path.Root("select")
		l.remedy = "Select fewer columns, lower max_rows, or add conditions."
	case errors.Is(err, atomicfile.TargetMissing):
		l.summary = "Saved Report Not Found"
		l.remedy = "Check the path. If a resource saves the file, take paths from its attributes, and content_sha256 " +
			"too, so that the file is read after it was saved."
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		l.summary, l.attribute = "Operation Canceled", path.Path{}
	case errors.As(err, &target) && target.Problem != atomicfile.TargetRefused:
		l.summary = "Path Is Not A File"
		l.remedy = "Name the regular file itself."
	default:
		l.summary = "File Not Readable"
		l.remedy = "Make the file and its folder readable."
	}
	return l
}

func columnMessage(column *rows.ColumnError) message {
	l := message{
		summary: "Column Not Found", attribute: path.Root("select"), problem: column.Error(),
		remedy: "The file has no headings, because it is empty.",
	}
	headings := make([]string, len(column.Headings))
	for i, heading := range column.Headings {
		headings[i] = fmt.Sprintf("%q", heading)
	}
	if len(headings) > 0 {
		l.remedy = "Its headings are " + strings.Join(headings, ", ") + "."
	}
	if column.Condition >= 0 {
		l.attribute = conditionPath(column.Condition).AtName("column")
		l.lines = []string{"Attribute: " + l.attribute.String()}
	}
	if column.Twice {
		l.summary = "Column Ambiguous"
	}
	return l
}

// unparsedWarning names the first cell that could not be compared, but not its content.
func unparsedWarning(query rows.Query, result *rows.Result) (diags diag.Diagnostics) {
	if result.FirstUnparsed == nil {
		return nil
	}
	cell := result.FirstUnparsed
	condition := query.Where[cell.Condition]
	what := "date or time"
	if condition.Operator == "less_than" || condition.Operator == "greater_than" {
		what = "number"
	}
	at := conditionPath(cell.Condition)
	got := message{
		attribute: at, problem: fmt.Sprintf("%d cells could not be compared, and their rows do not match. The first is "+
			"in the column %q, row %d of %s: it is empty or not a %s", result.UnparsedCount, condition.Column,
			cell.Row, cell.Path, what),
		remedy: "If such rows do not matter, add a condition that excludes them, for example operator = \"not_equals\" " +
			"with value = \"\" for empty cells. Otherwise assert that unparsed_count is 0.",
		lines: []string{"Attribute: " + at.String()},
	}.diagnostic(noRedaction)
	diags.AddAttributeWarning(at, "Cells Not Compared", got.Detail())
	return diags
}
