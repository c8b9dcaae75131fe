package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/rows"
)

const defaultMaxRows = 100

type reportRowsModel struct {
	Paths         types.List  `tfsdk:"paths"`
	ContentSHA256 types.List  `tfsdk:"content_sha256"`
	Where         types.List  `tfsdk:"where"`
	Select        types.List  `tfsdk:"select"`
	MaxRows       types.Int64 `tfsdk:"max_rows"`

	Columns       types.List  `tfsdk:"columns"`
	RowCount      types.Int64 `tfsdk:"row_count"`
	MatchCount    types.Int64 `tfsdk:"match_count"`
	UnparsedCount types.Int64 `tfsdk:"unparsed_count"`
	Rows          types.List  `tfsdk:"rows"`
	Truncated     types.Bool  `tfsdk:"truncated"`
}

// conditionModel is an element of where.
type conditionModel struct {
	Column   types.String `tfsdk:"column"`
	Operator types.String `tfsdk:"operator"`
	Value    types.String `tfsdk:"value"`
	Values   types.List   `tfsdk:"values"`
}

// condition returns the condition. known is false if a part of it is unknown.
func (m conditionModel) condition() (c rows.Condition, known bool) {
	if m.Column.IsUnknown() || m.Operator.IsUnknown() || m.Value.IsUnknown() || m.Values.IsUnknown() {
		return c, false
	}
	c = rows.Condition{
		Column: m.Column.ValueString(), Operator: m.Operator.ValueString(), Value: m.Value.ValueStringPointer(),
	}
	if !m.Values.IsNull() {
		c.Values = []string{}
	}
	for _, element := range m.Values.Elements() {
		text, ok := element.(types.String)
		if !ok || text.IsUnknown() {
			return c, false
		}
		c.Values = append(c.Values, text.ValueString())
	}
	return c, true
}

// validate checks the known arguments together.
func (data reportRowsModel) validate(ctx context.Context) (diags diag.Diagnostics) {
	paths, digests := len(data.Paths.Elements()), len(data.ContentSHA256.Elements())
	known := !data.Paths.IsUnknown() && !data.ContentSHA256.IsUnknown() && !data.ContentSHA256.IsNull()
	if known && paths != digests {
		diags.AddAttributeError(path.Root("content_sha256"), "Invalid Attribute Combination",
			fmt.Sprintf("content_sha256 has %d digests for the %d files in paths: it takes one for each, in the same "+
				"order.", digests, paths))
	}
	for i, element := range data.Where.Elements() {
		object, ok := element.(types.Object)
		if !ok || object.IsNull() || object.IsUnknown() {
			continue
		}
		var model conditionModel
		if got := object.As(ctx, &model, objectOptions); got.HasError() {
			diags.Append(got...)
			continue
		}
		condition, ok := model.condition()
		if !ok {
			diags.Append(wrongArgument(i, model)...)
			continue
		}
		if problem, ok := errors.AsType[*rows.ConditionError](condition.Check()); ok && problem.Argument != "operator" {
			diags.Append(conditionProblem(i, problem.Argument, problem.Reason))
		} // the operator has a validator
	}
	return diags
}

// wrongArgument rejects an argument that the operator does not accept, even if its value is unknown.
func wrongArgument(i int, model conditionModel) (diags diag.Diagnostics) {
	if model.Operator.IsUnknown() {
		return nil
	}
	operator, takes := model.Operator.ValueString(), rows.ArgumentsOf(model.Operator.ValueString())
	if takes != 0 && takes != rows.OneValue && !model.Value.IsNull() {
		diags.Append(conditionProblem(i, "value", "the operator "+operator+" takes no value"))
	}
	if takes != 0 && takes != rows.ManyValues && !model.Values.IsNull() {
		diags.Append(conditionProblem(i, "values", "the operator "+operator+" takes no values"))
	}
	return diags
}

func conditionProblem(i int, argument, reason string) diag.Diagnostic {
	at := conditionPath(i).AtName(argument)
	return message{
		summary: "Invalid Condition", attribute: at, problem: "The condition cannot be tested: " + reason,
		lines: []string{"Attribute: " + at.String()},
	}.diagnostic(noRedaction)
}

func conditionPath(i int) path.Path { return path.Root("where").AtListIndex(i) }

// query returns the arguments, which are known.
func (data reportRowsModel) query(ctx context.Context) (q rows.Query, diags diag.Diagnostics) {
	diags.Append(data.Paths.ElementsAs(ctx, &q.Paths, false)...)
	if !data.ContentSHA256.IsNull() {
		diags.Append(data.ContentSHA256.ElementsAs(ctx, &q.SHA256, false)...)
	}
	if !data.Select.IsNull() {
		diags.Append(data.Select.ElementsAs(ctx, &q.Select, false)...)
	}
	q.MaxRows = defaultMaxRows
	if !data.MaxRows.IsNull() {
		q.MaxRows = int(data.MaxRows.ValueInt64())
	}
	var models []conditionModel
	if !data.Where.IsNull() {
		diags.Append(data.Where.ElementsAs(ctx, &models, false)...)
	}
	for _, model := range models {
		condition, _ := model.condition()
		q.Where = append(q.Where, condition)
	}
	return q, diags
}

func (data *reportRowsModel) setResult(ctx context.Context, result *rows.Result) (diags diag.Diagnostics) {
	list := func(element attr.Type, value any) types.List {
		l, problems := types.ListValueFrom(ctx, element, value)
		diags.Append(problems...)
		return l
	}
	data.Columns = list(types.StringType, append([]string{}, result.Columns...))
	data.Rows = list(types.MapType{ElemType: types.StringType}, append([]map[string]string{}, result.Rows...))
	data.RowCount, data.MatchCount = types.Int64Value(result.RowCount), types.Int64Value(result.MatchCount)
	data.UnparsedCount, data.Truncated = types.Int64Value(result.UnparsedCount), types.BoolValue(result.Truncated)
	return diags
}
