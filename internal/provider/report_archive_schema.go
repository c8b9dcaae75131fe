package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// archivedFileType is the type of the values of runs.
var archivedFileType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"path": types.StringType, "content_sha256": types.StringType, "content_size": types.Int64Type,
	"row_count": types.Int64Type, "report_start_date": types.StringType, "report_end_date": types.StringType,
	"manifest": types.Int64Type,
}}

func reportArchiveSchema(ctx context.Context) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Keeps every run of one report in one folder. DigiCert deletes a run after 90 days; the " +
			"archive keeps its file and its record, and continues to verify both. Each apply that archives files writes a " +
			"manifest with the digests of the new files and of the previous manifest, so that `sha256sum -c` alone finds a " +
			"removed, swapped or modified file. With `timestamp = true` a time stamp authority signs when each manifest " +
			"existed.",
		Attributes: attributesFor(attribute.forResource, reportArchiveOwnAttributes(ctx), archiveFactAttributes()),
	}
}

func reportArchiveOwnAttributes(ctx context.Context) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"report_identifier": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "Identifier of the report, as the report history lists it: 32 to 36 hex digits and " +
				"hyphens. Another report is another archive: a change replaces the resource.",
			Validators:    []validator.String{identifierValidator()},
			PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplaceIf(otherIdentifier, "", "")},
		},
		"report_format": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "`CSV`, `JSON` or `EXCEL`, whichever the report was created with, or `ZIP`. A change " +
				"applies to runs that are not archived yet. Avoid `ZIP`: DigiCert rebuilds the ZIP archive for each download, " +
				"so a missing one can't be restored byte for byte.",
			Validators: []validator.String{reportFormat{}},
		},
		"directory": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "Folder of the archive, created if it is missing. Each report needs a folder of its own, " +
				"not below another archive. After a change, files are taken from the new folder if they are there with the " +
				"recorded content, else copied from the old folder, else downloaded.",
			Validators: []validator.String{pathText{}},
		},
		"started_after": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Archives only runs that started on or after this date, such as `2026-11-01`, or after " +
				"this time, such as `2026-11-01 08:30:00`. It is compared with `report_start_date` as the API writes it, " +
				"without a zone. Archived runs stay. All runs by default.",
			Validators: []validator.String{startedAfter{}},
		},
		"timestamp": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Asks the provider's `timestamp_authority` for a time stamp (RFC 3161) over each new " +
				"manifest, and over the newest one if it has none. Defaults to `false`.",
		},
		"on_missing": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(onMissingRestore),
			MarkdownDescription: "How a missing file is treated: `restore` plans to download it again, `ignore` plans " +
				"nothing, for pipelines that keep the files elsewhere. A modified file is restored either way. Defaults to " +
				"`restore`.",
			Validators: []validator.String{stringvalidator.OneOf(onMissingRestore, onMissingIgnore)},
		},
		"file_permission": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Mode of the files in octal, such as `\"0640\"`: exact, independent of the umask, and the " +
				"mode of archived files is watched. Without it files are written with `0600` and their modes are not watched. No " +
				"effect on Windows.",
			Validators: []validator.String{fileModeValidator()},
		},
		"directory_permission": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(defaultDirectoryPermission),
			MarkdownDescription: "Mode of folders that are created, in octal; folders that exist stay as they are. " +
				"Defaults to `\"0700\"`. No effect on Windows.",
			Validators: []validator.String{directoryModeValidator()},
		},
		"max_download_bytes": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: "Largest download of one file accepted, in bytes, before and after " +
				"unpacking. No limit by default.",
			Validators: []validator.Int64{int64validator.AtLeast(1)},
		},
		"allow_empty": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			MarkdownDescription: "Accepts an empty response as an empty report. Without it a response without content, or " +
				"with just the words `No content`, is an error. Defaults to `false`.",
		},
		"keep_files": schema.BoolAttribute{
			Optional: true, Computed: true, Default: booldefault.StaticBool(true),
			MarkdownDescription: "Whether files and manifests stay when the resource is destroyed. `false` removes those " +
				"that are unmodified. Defaults to `true`.",
		},
		"timeouts": archiveTimeouts(ctx),
		"runs": schema.MapAttribute{
			ElementType: archivedFileType, Computed: true,
			MarkdownDescription: "Every archived file, also of runs that DigiCert no longer lists. The key is the run " +
				"identifier, or `<run identifier>/<part>` for a part of a split run. Each value has `path`; " +
				"`content_sha256` and `content_size` in bytes; `row_count`, the number of records, null where it is not known; " +
				"`report_start_date` and `report_end_date` as the API writes them; and `manifest`, the number of the manifest " +
				"that lists the file. Keys and paths of new runs are known in the plan of an update, so `for_each` over this " +
				"map works; in the plan of a creation the map is unknown.",
		},
	}
}

func archiveFactAttributes() []attribute {
	text := func(name, description string) attribute {
		return attribute{name: name, valueType: types.StringType, computed: true, description: description}
	}
	return []attribute{
		{
			name: "complete", valueType: types.BoolType, computed: true,
			description: "Whether every `READY` run that DigiCert lists, and that `started_after` admits, is archived, and " +
				"every archived file is on disk with the recorded content (with `on_missing = \"ignore\"`, or missing). A " +
				"plan that has something to do shows `false -> true`.",
		},
		text("newest_run_end_time", "End of the newest archived run as RFC 3339 in UTC, for functions such as `timecmp`; "+
			"null while no run is archived."),
		{
			name: "sequence", valueType: types.Int64Type, computed: true,
			description: "Number of the newest manifest; `0` before the first.",
		},
		text("manifest_path", "Path of the newest manifest, such as `evidence/orders/0002.json`; null before the first."),
		text("sha256sums_path", "Path of the newest manifest's list in the form of `sha256sum`, such as "+
			"`evidence/orders/0002.sha256`; null before the first."),
		text("timestamp_path", "Path of the newest manifest's time stamp, such as `evidence/orders/0002.sha256.tsr`; null "+
			"while there is none."),
		text("sha256", "SHA-256 of the newest list, in lower-case hex: the head of the chain. It depends on everything "+
			"in the archive. Keep it outside of the folder, as an output, in a commit or in a ticket."),
		text("timestamped_at", "Time in the newest manifest's time stamp, RFC 3339; null while there is none."),
		text("timestamp_signer", "Name of the authority that signed it."),
		text("timestamp_expires_at", "End of the authority's certificate, RFC 3339. The next manifest contains the digest "+
			"of this time stamp, so a later time stamp renews it."),
		text("manifest_json", "Content of the newest manifest, an in-toto Statement, for object stores and attestations. "+
			"Null if manifest and list together are longer than 8 KiB, as after a first apply with many runs; then read "+
			"`manifest_path`."),
		text("sha256sums", "Content of the newest list. Null where `manifest_json` is."),
		text("timestamp_base64", "Content of the newest manifest's time stamp in Base64; null while there is none."),
	}
}
