package provider

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// reportArguments name a run and limit its download. Data source, ephemeral resource and file resource share them.
type reportArguments struct {
	ReportIdentifier    types.String `tfsdk:"report_identifier"`
	ReportRunIdentifier types.String `tfsdk:"report_run_identifier"`
	ReportFormat        types.String `tfsdk:"report_format"`
	SplitReportSequence types.Int64  `tfsdk:"split_report_sequence"`
	ExpectedSHA256      types.String `tfsdk:"expected_sha256"`
	MaxDownloadBytes    types.Int64  `tfsdk:"max_download_bytes"`
	AllowEmpty          types.Bool   `tfsdk:"allow_empty"`
}

func reportArgumentAttributes() []attribute {
	return []attribute{
		{
			name: "report_identifier", valueType: types.StringType, required: true,
			description:      "Identifier of the report, as the report history lists it: 32 to 36 hex digits and hyphens.",
			stringValidators: []validator.String{identifierValidator()},
		},
		{
			name: "report_run_identifier", valueType: types.StringType, required: true,
			description: "Identifier of the run, as the report history lists it: 32 to 36 hex digits and hyphens. " +
				"DigiCert keeps a run for 90 days.",
			stringValidators: []validator.String{identifierValidator()},
		},
		{
			name: "report_format", valueType: types.StringType, required: true,
			description: "`CSV`, `JSON` or `EXCEL`, whichever the report was created with, or `ZIP`. DigiCert " +
				"wraps files over 2 MB and parts of split runs of every format in a ZIP; they are unwrapped, unless the " +
				"format is `ZIP`.",
			stringValidators: []validator.String{reportFormat{}},
		},
		{
			name: "split_report_sequence", valueType: types.Int64Type,
			description:     "Part of a split run, from `0`. Leave it out for a run that is not split.",
			int64Validators: []validator.Int64{int64validator.AtLeast(0)},
		},
		{
			name: "expected_sha256", valueType: types.StringType,
			description: "SHA-256 digest that the content must have, in hex of either case. Other content is an error, " +
				"and replaces no file.",
			stringValidators: []validator.String{sha256Validator()},
		},
		{
			name: "max_download_bytes", valueType: types.Int64Type,
			description: "Largest download accepted, in bytes, before and after unpacking. No " +
				"limit by default.",
			int64Validators: []validator.Int64{int64validator.AtLeast(1)},
		},
		{
			name: "allow_empty", valueType: types.BoolType,
			description: "Accepts an empty response as an empty report. Without it, a response without a body, or with just " +
				"the words `No content`, is an error. Defaults to `false`.",
		},
	}
}

func (a reportArguments) request() reportlibrary.DownloadRequest {
	return reportlibrary.DownloadRequest{
		ReportIdentifier:    a.ReportIdentifier.ValueString(),
		ReportRunIdentifier: a.ReportRunIdentifier.ValueString(),
		Format:              a.format(),
		SplitReportSequence: a.SplitReportSequence.ValueInt64Pointer(),
		MaxBytes:            a.MaxDownloadBytes.ValueInt64(),
		AllowEmpty:          a.AllowEmpty.ValueBool(),
	}
}

func (a reportArguments) format() reportlibrary.Format {
	return reportlibrary.Format(a.ReportFormat.ValueString())
}

// expected returns the required digest in lower case, or "" for any.
func (a reportArguments) expected() string { return strings.ToLower(a.ExpectedSHA256.ValueString()) }

// context returns the lines of a message that identify the report.
func (a reportArguments) context() []string {
	if a.ReportIdentifier.IsNull() { // as of a file that was moved from another resource type
		return nil
	}
	lines := []string{"Report: " + a.ReportIdentifier.ValueString(), "Run: " + a.ReportRunIdentifier.ValueString()}
	if !a.SplitReportSequence.IsNull() {
		lines = append(lines, "Part: "+a.SplitReportSequence.String())
	}
	return append(lines, "Format: "+a.ReportFormat.ValueString())
}
