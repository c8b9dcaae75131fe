package provider

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"runtime"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/atomicfile"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/savedfile"
)

// Limits of max_content_bytes. The upper one keeps the Base64 of a content below Terraform's message limit.
const (
	defaultMaxContentBytes = 4 << 20
	largestMaxContentBytes = 64 << 20
)

// reportContent is a report in memory.
type reportContent struct {
	Content       types.String `tfsdk:"content"`
	ContentBase64 types.String `tfsdk:"content_base64"`
}

func reportContentAttributes() []attribute {
	return []attribute{
		{
			name: "content", valueType: types.StringType, computed: true, sensitive: true,
			description: "The content as a string, without a byte order mark, so that `csvdecode` and `jsondecode` take " +
				"it; null unless it is valid UTF-8. Terraform normalises strings to NFC, so the exact bytes are in " +
				"`content_base64` only.",
		},
		{
			name: "content_base64", valueType: types.StringType, computed: true, sensitive: true,
			description: "The exact bytes of the content in Base64.",
		},
	}
}

func maxContentBytesAttribute() attribute {
	return attribute{
		name: "max_content_bytes", valueType: types.Int64Type,
		description: "Largest content in bytes that is returned in `content` and `content_base64`; a larger one is an " +
			"error. Defaults to `4194304` (4 MiB), at most `67108864` (64 MiB).",
		int64Validators: []validator.Int64{int64validator.Between(1, largestMaxContentBytes)},
	}
}

// contentLimitError reports a content above max_content_bytes.
type contentLimitError struct {
	limit int64
}

func (e *contentLimitError) Error() string {
	return fmt.Sprintf("The content is larger than max_content_bytes, which is %d", e.limit)
}

// memoryDestination computes the digests of a content and, if limit is positive, keeps the content.
type memoryDestination struct {
	digester *atomicfile.Digester
	limit    int64
	kept     bytes.Buffer
}

func newMemoryDestination(limit int64) *memoryDestination {
	return &memoryDestination{digester: atomicfile.NewDigester(), limit: limit}
}

func (d *memoryDestination) Reset() error {
	d.kept.Reset()
	d.digester.Reset()
	return nil
}

func (d *memoryDestination) Expect(size int64) error {
	if d.limit > 0 && size > d.limit {
		return &contentLimitError{limit: d.limit}
	}
	return nil
}

func (d *memoryDestination) Fill(r io.Reader) (int64, error) {
	return io.CopyBuffer(memoryWriter{d}, struct{ io.Reader }{r}, make([]byte, 64<<10))
}

func (d *memoryDestination) ReadBack() io.ReaderAt { return nil }

type memoryWriter struct{ *memoryDestination }

func (w memoryWriter) Write(p []byte) (int, error) {
	if w.limit > 0 {
		if int64(w.kept.Len()+len(p)) > w.limit {
			return 0, &contentLimitError{limit: w.limit}
		}
		w.kept.Write(p)
	}
	return w.digester.Write(p)
}

func (d *memoryDestination) content() reportContent {
	content := reportContent{
		Content:       types.StringNull(),
		ContentBase64: types.StringValue(base64.StdEncoding.EncodeToString(d.kept.Bytes())),
	}
	// Remove the byte order mark, because csvdecode reads it as a part of the first heading.
	if text := bytes.TrimPrefix(d.kept.Bytes(), []byte("\xef\xbb\xbf")); utf8.Valid(text) {
		content.Content = types.StringValue(string(text))
	}
	return content
}

// fetch downloads a run into memory. limit is the maximum size of the content to keep; 0 means digests only.
func (p *configuredProvider) fetch(
	ctx context.Context, args reportArguments, limit int64, timeout path.Path,
) (contentFacts, reportContent, diag.Diagnostics) {
	var facts contentFacts
	content := reportContent{Content: types.StringNull(), ContentBase64: types.StringNull()}
	client, diags := p.reportLibrary()
	if diags.HasError() {
		return facts, content, diags
	}
	destination := newMemoryDestination(limit)
	defer destination.digester.Close()
	request := args.request()
	request.Scratch = func() (reportlibrary.Scratch, error) { return atomicfile.NewScratch("") }
	delivery, err := client.Download(ctx, request, destination)
	if isFileError(err) {
		diags.Append(temporaryFolderDiagnostic(args, err))
		return facts, content, diags
	}
	if err != nil {
		diags.Append(downloadDiagnostic(err, args, timeout, client))
		return facts, content, diags
	}
	digests := destination.digester.Sum()
	if expected := args.expected(); expected != "" && expected != digests.SHA256Hex() {
		l := unexpectedContentMessage(expected, digests.SHA256Hex())
		l.lines = append(args.context(), l.lines...)
		diags.Append(l.diagnostic(noRedaction))
		return facts, content, diags
	}
	facts.setContent(args.format(), savedfile.Content{
		Digests: digests, Members: delivery.Members, MembersSHA256: delivery.MembersSHA256,
		RowCount: delivery.RowCount, Columns: delivery.Columns,
	})
	facts.setDelivery(deliveryOf(delivery))
	if limit > 0 {
		content = destination.content()
	}
	return facts, content, diags
}

// temporaryFolderDiagnostic explains why a body could not be unpacked in the system's temporary folder.
func temporaryFolderDiagnostic(args reportArguments, err error) diag.Diagnostic {
	l := fileMessage(err)
	if l.summary != "No Space Left" && l.summary != "Too Many Open Files" {
		l.summary = "Temporary Folder Not Usable"
	}
	variable := "TMPDIR"
	if runtime.GOOS == "windows" {
		variable = "TMP"
	}
	l.problem = "Unpacking the report in the system's temporary folder failed: " + err.Error()
	l.remedy = fmt.Sprintf("Set the environment variable %s to a folder that can be written and has more space than the "+
		"report: it needs as much as the archive that DigiCert sends. Nothing was saved.", variable)
	l.lines = append(args.context(), "Temporary folder: "+os.TempDir())
	return l.diagnostic(noRedaction)
}

// unexpectedContentMessage explains that a content does not match expected_sha256.
func unexpectedContentMessage(want, got string) message {
	return message{
		summary: "Unexpected Content", attribute: path.Root("expected_sha256"),
		problem: "The delivered content does not match expected_sha256",
		remedy: "Nothing was saved. If the delivered content is right, set expected_sha256 to its digest or remove the " +
			"argument. If not, check the identifiers.",
		lines: []string{"Expected: " + want, "Delivered: " + got},
	}
}
