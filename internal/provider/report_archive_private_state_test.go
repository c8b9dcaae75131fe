package provider

import (
	"context"
	"encoding/json"
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/archive"
)

// privateState is a private state in memory.
type privateState map[string][]byte

func (p privateState) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) {
	return p[key], nil
}

func (p privateState) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	if value == nil {
		delete(p, key)
		return nil
	}
	if !json.Valid(value) {
		return diag.Diagnostics{diag.NewErrorDiagnostic("not JSON", key)}
	}
	p[key] = value
	return nil
}

func TestArchivePrivateState(t *testing.T) {
	t.Parallel()
	private := privateState{}
	want := archivePrivateState{
		Discovery:  archive.Discovery{Runs: []archive.Run{{ReportRunIdentifier: exampleRun, Status: "READY"}}},
		Inspection: archive.Inspection{Files: []archive.Finding{{Key: "a", Name: "b", Condition: archive.Missing}}},
	}
	if diags := want.write(t.Context(), private); diags.HasError() {
		t.Fatal(diags)
	}
	got, diags := readArchivePrivateState(t.Context(), private)
	if diags.HasError() || len(got.Discovery.Runs) != 1 || got.Discovery.Runs[0].ReportRunIdentifier != exampleRun ||
		got.Inspection.Files[0] != want.Inspection.Files[0] {
		t.Errorf("got %+v %v", got, diags)
	}
	before := maps.Clone(private)
	if diags := want.write(t.Context(), private); diags.HasError() || !maps.EqualFunc(before, private, func(a, b []byte) bool { return string(a) == string(b) }) {
		t.Error("the same stored are written in another way")
	}
	var none archivePrivateState
	if diags := none.write(t.Context(), private); diags.HasError() || len(private) > 0 {
		t.Errorf("left are %v", private)
	}
}
