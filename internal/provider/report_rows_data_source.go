package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/rows"
)

var _ datasource.DataSourceWithValidateConfig = (*reportRowsDataSource)(nil)

func newReportRowsDataSource() datasource.DataSource { return &reportRowsDataSource{} }

// reportRowsDataSource reads files only, so it ignores the provider's configuration.
type reportRowsDataSource struct{}

func (d *reportRowsDataSource) Metadata(
	_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse,
) {
	resp.TypeName = req.ProviderTypeName + "_report_rows"
}

func (d *reportRowsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Counts the rows of saved CSV and JSON reports that fulfil conditions, for `check` " +
			"blocks such as \"no certificate expires within 30 days\". It reads the files in pieces, needs no API " +
			"key and makes no request. No cell is in the plan or state, unless `select` names its column.",
		Attributes: attributesFor(attribute.forDataSource, map[string]schema.Attribute{
			"paths": schema.ListAttribute{
				ElementType: types.StringType, Required: true,
				MarkdownDescription: "Paths of the files: CSV, or JSON with an array of objects, which may be the " +
					"one array in an object. Several files are one report, as the parts of a split run are: " +
					"their headings must agree.",
				Validators: []validator.List{
					listvalidator.SizeAtLeast(1), listvalidator.NoNullValues(), listvalidator.UniqueValues(),
					listvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1)),
				},
			},
			"content_sha256": schema.ListAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: "SHA-256 digests that the files must have, in hex, one for each path. Another " +
					"content is an error. Take them from the resource that saves the files: they are unknown when a " +
					"new run comes, so that the files are read after the apply has saved it.",
				Validators: []validator.List{
					listvalidator.NoNullValues(), listvalidator.ValueStringsAre(sha256Validator()),
				},
			},
			"where": schema.ListNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Conditions that must all hold for a row to match. Without one every row matches.",
				NestedObject:        schema.NestedAttributeObject{Attributes: conditionAttributes()},
			},
			"select": schema.ListAttribute{
				ElementType: types.StringType, Optional: true,
				MarkdownDescription: "Headings of the columns that `rows` returns. The cells are in the state. " +
					"Defaults to none.",
				Validators: []validator.List{listvalidator.NoNullValues(), listvalidator.UniqueValues()},
			},
		}, []attribute{
			{
				name: "max_rows", valueType: types.Int64Type,
				description:     "Largest number of rows that `rows` returns. Defaults to `100`.",
				int64Validators: []validator.Int64{int64validator.Between(1, 100_000)},
			},
			{
				name: "columns", valueType: types.ListType{ElemType: types.StringType}, computed: true,
				description: "The headings, or the keys of the first object of a JSON array.",
			},
			{
				name: "row_count", valueType: types.Int64Type, computed: true,
				description: "Number of rows, without headers and blank lines.",
			},
			{
				name: "match_count", valueType: types.Int64Type, computed: true,
				description: "Number of rows for which all conditions hold.",
			},
			{
				name: "unparsed_count", valueType: types.Int64Type, computed: true,
				description: "Number of cells that could not be read as a date or number, empty ones included, in " +
					"rows that fulfil all other conditions. Such rows do not match. If there are any, a warning " +
					"names the first.",
			},
			{
				name: "rows", computed: true,
				valueType:   types.ListType{ElemType: types.MapType{ElemType: types.StringType}},
				description: "The selected cells of the first matching rows, by the names in `select`.",
			},
			{
				name: "truncated", valueType: types.BoolType, computed: true,
				description: "Whether more rows match than `rows` has.",
			},
		}),
	}
}

func conditionAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"column": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "Heading of the column: exactly as it is in the file, or without white space around " +
				"it. A heading that does not exist is an error that lists those that do.",
		},
		"operator": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "`equals`, `not_equals`, `in`, `contains` and `matches` (a regular expression of " +
				"RE2 anywhere in the cell) compare text, with regard to case. `before` and `after` compare dates, " +
				"`less_than` and `greater_than` numbers; cells that are neither are counted in `unparsed_count`. " +
				"`is_empty` holds for a cell with nothing but white space. A cell that a row lacks is empty.",
			Validators: []validator.String{stringvalidator.OneOf(rows.Operators()...)},
		},
		"value": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "The value that the cell is compared with, for all operators but `in` and `is_empty`. A date " +
				"is RFC 3339, `2026-01-31`, `2026-01-31 09:15:48`, `31-Jan-2026` or `31-Jan-2026 09:15:48`, in UTC " +
				"unless it says otherwise; the same holds for cells. A number has no separators of thousands.",
		},
		"values": schema.ListAttribute{
			ElementType: types.StringType, Optional: true,
			MarkdownDescription: "The texts of the operator `in`.",
			Validators:          []validator.List{listvalidator.NoNullValues()},
		},
	}
}

func (d *reportRowsDataSource) ValidateConfig(
	ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse,
) {
	var data reportRowsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &data)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(data.validate(ctx)...)
}

func (d *reportRowsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var data reportRowsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &data)...)
	if resp.Diagnostics.HasError() {
		return
	}
	query, diags := data.query(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	result, err := rows.Run(ctx, query)
	if err != nil {
		resp.Diagnostics.Append(rowsMessage(err).diagnostic(noRedaction))
		return
	}
	resp.Diagnostics.Append(unparsedWarning(query, result)...)
	resp.Diagnostics.Append(data.setResult(ctx, result)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &data)...)
}
