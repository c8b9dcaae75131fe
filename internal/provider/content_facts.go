package provider

import (
	"encoding/base64"
	"encoding/hex"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/content"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/savedfile"
)

// contentFacts are the recorded attributes of a report's content.
type contentFacts struct {
	ContentSHA256       types.String `tfsdk:"content_sha256"`
	ContentBase64SHA256 types.String `tfsdk:"content_base64sha256"`
	ContentSHA512       types.String `tfsdk:"content_sha512"`
	ContentMD5          types.String `tfsdk:"content_md5"`
	ContentSize         types.Int64  `tfsdk:"content_size"`
	RowCount            types.Int64  `tfsdk:"row_count"`
	Columns             types.List   `tfsdk:"columns"`
	ContentType         types.String `tfsdk:"content_type"`
	DeliveredFormat     types.String `tfsdk:"delivered_format"`
	Members             types.List   `tfsdk:"members"`
	MembersSHA256       types.String `tfsdk:"members_sha256"`
	SuggestedFilename   types.String `tfsdk:"suggested_filename"`
}

var memberType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"name": types.StringType, "size": types.Int64Type, "sha256": types.StringType,
}}

func contentFactAttributes() []attribute {
	return []attribute{
		{name: "content_sha256", valueType: types.StringType, computed: true, description: "SHA-256 digest of the " +
			"content, in lower-case hex."},
		{
			name: "content_base64sha256", valueType: types.StringType, computed: true,
			description: "SHA-256 digest of the content in Base64, as S3 and Lambda take it.",
		},
		{name: "content_sha512", valueType: types.StringType, computed: true, description: "SHA-512 digest of the " +
			"content, in lower-case hex."},
		{
			name: "content_md5", valueType: types.StringType, computed: true,
			description: "MD5 digest of the content in lower-case hex: the ETag of a simple S3 object. No protection " +
				"against forgery.",
		},
		{name: "content_size", valueType: types.Int64Type, computed: true, description: "Size of the content in bytes."},
		{
			name: "row_count", valueType: types.Int64Type, computed: true,
			description: "Number of records of a `CSV` without the header and blank lines, or of elements of a `JSON` " +
				"report's one array. Null for `EXCEL` and `ZIP`, and where it is not known.",
		},
		{
			name: "columns", valueType: types.ListType{ElemType: types.StringType}, computed: true,
			description: "Headings of a `CSV`, or keys of the first record of a `JSON` report, in the report's language. Null " +
				"for `EXCEL` and `ZIP`, and where they are not known.",
		},
		{
			name: "content_type", valueType: types.StringType, computed: true,
			description: "Media type of the content: `text/csv`, `application/json`, " +
				"`application/vnd.openxmlformats-officedocument.spreadsheetml.sheet` or `application/zip`.",
		},
		{
			name: "delivered_format", valueType: types.StringType, computed: true,
			description: "The format that the server sent: the requested one, or `ZIP` if it wrapped the file. Null for " +
				"imported and moved files.",
		},
		{
			name: "members", valueType: types.ListType{ElemType: memberType}, computed: true,
			description: "The files of a requested `ZIP` in archive order, each with `name`, `size` in bytes and `sha256`, " +
				"which is null for an encrypted file and for one in a compression method that can't be read; else empty.",
		},
		{
			name: "members_sha256", valueType: types.StringType, computed: true,
			description: "For `ZIP`, the SHA-256 digest over the sorted lines `<sha256> <size>` of its files, without names. " +
				"It is stable across downloads; DigiCert rebuilds the archive, so the archive's own hash changes. Null for " +
				"other formats, and if a file has no `sha256`.",
		},
		{
			name: "suggested_filename", valueType: types.StringType, computed: true,
			description: "The server's name for the content, reduced to a base name that is safe on every system; null if " +
				"it gave none.",
		},
	}
}

// setDelivery sets the attributes of the download.
func (f *contentFacts) setDelivery(delivery savedfile.Delivery) {
	f.DeliveredFormat = types.StringValue(string(delivery.Format))
	f.SuggestedFilename = types.StringNull()
	if delivery.SuggestedFilename != "" {
		f.SuggestedFilename = types.StringValue(delivery.SuggestedFilename)
	}
}

// setContent sets the attributes that follow from the bytes.
func (f *contentFacts) setContent(format content.Format, got savedfile.Content) {
	f.setSHA256(got.Digests.SHA256Hex())
	f.ContentSHA512 = types.StringValue(got.Digests.SHA512Hex())
	f.ContentMD5 = types.StringValue(got.Digests.MD5Hex())
	f.ContentSize = types.Int64Value(got.Digests.Size)
	f.RowCount, f.Columns = types.Int64PointerValue(got.RowCount), textsValue(got.Columns)
	f.setFormat(format)
	if format == content.ZIP {
		f.Members = membersValue(got.Members)
		f.MembersSHA256 = digestValue(got.MembersSHA256)
	}
}

// setFormat sets the attributes that follow from the format: the media type, and null for members or row counts that
// the format cannot have.
func (f *contentFacts) setFormat(format content.Format) {
	f.ContentType = types.StringValue(format.MediaType())
	if format == content.ZIP || format == content.Excel {
		f.RowCount, f.Columns = types.Int64Null(), textsValue(nil)
	}
	if format != content.ZIP {
		f.Members = membersValue(nil)
		f.MembersSHA256 = types.StringNull()
	}
}

// setUnknown sets all attributes unknown that a download may change.
func (f *contentFacts) setUnknown() {
	*f = contentFacts{
		ContentSHA256:       types.StringUnknown(),
		ContentBase64SHA256: types.StringUnknown(),
		ContentSHA512:       types.StringUnknown(),
		ContentMD5:          types.StringUnknown(),
		ContentSize:         types.Int64Unknown(),
		RowCount:            types.Int64Unknown(),
		Columns:             types.ListUnknown(types.StringType),
		ContentType:         types.StringUnknown(),
		DeliveredFormat:     types.StringUnknown(),
		Members:             types.ListUnknown(memberType),
		MembersSHA256:       types.StringUnknown(),
		SuggestedFilename:   types.StringUnknown(),
	}
}

func (f *contentFacts) setSHA256(sha256Hex string) {
	f.ContentSHA256 = types.StringValue(sha256Hex)
	if raw, err := hex.DecodeString(sha256Hex); err == nil {
		f.ContentBase64SHA256 = types.StringValue(base64.StdEncoding.EncodeToString(raw))
	}
}

func membersValue(members []content.Member) types.List {
	values := make([]attr.Value, 0, len(members))
	for _, member := range members {
		values = append(values, memberValue(types.StringValue(member.Name), member))
	}
	return types.ListValueMust(memberType, values)
}

func memberValue(name types.String, member content.Member) attr.Value {
	return types.ObjectValueMust(memberType.AttrTypes, map[string]attr.Value{
		"name": name, "size": types.Int64Value(member.Size), "sha256": digestValue(member.SHA256),
	})
}

// digestValue returns null for the digest of a member that can't be unpacked, and of an archive with such a member.
func digestValue(sha256Hex string) types.String {
	if sha256Hex == "" {
		return types.StringNull()
	}
	return types.StringValue(sha256Hex)
}
