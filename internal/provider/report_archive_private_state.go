package provider

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
)

// archivePrivateState is the private state of an archive.
type archivePrivateState struct {
	// Discovery and Inspection are the results of the last Read, for ModifyPlan and Update.
	Discovery  archive.Discovery
	Inspection archive.Inspection
	// Manifest is the compact form of a newest manifest that is too long for an attribute, else null.
	Manifest json.RawMessage
}

// The keys of an archive's private state. The values are compressed JSON.
const (
	keyDiscovery  = "discovery"
	keyInspection = "inspection"
	keyManifest   = "manifest"
)

func (n *archivePrivateState) byKey() map[string]any {
	return map[string]any{keyDiscovery: &n.Discovery, keyInspection: &n.Inspection, keyManifest: &n.Manifest}
}

func readArchivePrivateState(ctx context.Context, private privateReader) (archivePrivateState, diag.Diagnostics) {
	var (
		stored archivePrivateState
		diags  diag.Diagnostics
	)
	for key, target := range stored.byKey() {
		compressed, keyDiags := readPrivate[[]byte](ctx, private, key)
		diags.Append(keyDiags...)
		if len(compressed) == 0 {
			continue
		}
		if err := decompressJSON(compressed, target); err != nil {
			diags.AddError("Private State Not Readable", fmt.Sprintf("The key %q of the resource's private state can't be "+
				"read: %s.", key, err))
		}
	}
	return stored, diags
}

// write stores all values, and removes empty ones.
func (n *archivePrivateState) write(ctx context.Context, private privateWriter) diag.Diagnostics {
	var diags diag.Diagnostics
	for key, value := range n.byKey() {
		text, err := json.Marshal(value)
		if err != nil {
			diags.AddError("Private State Not Writable", err.Error())
			continue
		}
		empty := string(text) == "{}" || string(text) == "null"
		diags.Append(writePrivate(ctx, private, key, compress(text), empty)...)
	}
	return diags
}

func compress(text []byte) []byte {
	var out bytes.Buffer
	writer := gzip.NewWriter(&out)
	_, _ = writer.Write(text) // a bytes.Buffer never fails
	_ = writer.Close()
	return out.Bytes()
}

func decompressJSON(compressed []byte, target any) error {
	reader, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return err
	}
	text, err := io.ReadAll(reader)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, target)
}

// keepManifest stores the newest manifest in the private state if it is too long for an attribute.
func (n *archivePrivateState) keepManifest(record archive.Record) diag.Diagnostics {
	var diags diag.Diagnostics
	n.Manifest = nil
	if record.Sequence == 0 || manifestFitsState(record.Newest) {
		return diags
	}
	compact, err := archive.Compact(record.Newest.Manifest)
	if err != nil {
		diags.AddError("Private State Not Writable", err.Error())
	}
	n.Manifest = compact
	return diags
}
