package provider

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/tftest"
)

// TestUnchangedReads compares each read that the framework did not make with the framework's own.
func TestUnchangedReads(t *testing.T) {
	t.Parallel()
	s := newFixture(t)
	run := s.orders(january)
	c := s.newResource()
	server, ok := c.Server.(*unchangedPlans)
	if !ok {
		t.Fatalf("the server is a %T", c.Server)
	}
	file := filepath.Join(s.dir, "orders.csv")
	state, _ := c.Apply(tftest.State{}, map[string]any{
		"report_identifier": run.ReportIdentifier, "report_run_identifier": run.RunIdentifier, "report_format": run.Format,
		"filename": file, "file_permission": "0640",
	})
	with := func(name string, value any) *tfprotov6.DynamicValue {
		fields := c.Fields(state.Object)
		fields[name] = tftypes.NewValue(c.Type.AttributeTypes[name], value)
		return tftest.Dynamic(t, tftypes.NewValue(c.Type, fields))
	}
	modeIgnored := []byte(`{"mode_ignored":"dHJ1ZQ=="}`)
	for _, tt := range []struct {
		name     string
		change   func() error // before this read and the following ones
		state    *tfprotov6.DynamicValue
		identity *tfprotov6.ResourceIdentityData
		private  []byte
		want     bool
	}{
		{"as it was", nil, state.Object, state.Identity, state.Private, true},
		{"no identity yet", nil, state.Object, nil, state.Private, true},
		{"no private state", nil, state.Object, state.Identity, nil, true},
		{"a change was found before", nil, state.Object, state.Identity, []byte(`{"found":"eyJkaXNrIjoibWlzc2luZyJ9"}`), false},
		{"the mode is ignored", nil, state.Object, state.Identity, modeIgnored, false},
		{"an invalid private state", nil, state.Object, state.Identity, []byte(`{`), false},
		{"absent before", nil, with("present", false), state.Identity, nil, false},
		{"an absent presence", nil, with("present", nil), state.Identity, nil, false},
		{"another hash", nil, with("content_sha256", sha256Of(february)), state.Identity, nil, false},
		{"another path", nil, with("path", file+".old"), state.Identity, nil, false},
		{"other mode", func() error { return os.Chmod(file, 0o600) }, state.Object, state.Identity, nil, runtime.GOOS == "windows"},
		{"modified", func() error { return os.WriteFile(file, []byte(february), 0o600) }, state.Object, nil, nil, false},
		{"missing", func() error { return os.Remove(file) }, state.Object, nil, nil, false},
		{"missing and ignored", nil, with("on_missing", "ignore"), nil, nil, false},
		{"a folder", func() error { return os.Mkdir(file, 0o700) }, state.Object, nil, nil, false},
	} {
		if tt.change != nil {
			if err := tt.change(); err != nil {
				t.Fatal(err)
			}
		}
		req := &tfprotov6.ReadResourceRequest{
			TypeName: c.Name, CurrentState: tt.state, CurrentIdentity: tt.identity, Private: tt.private,
		}
		_, taken := server.unchangedOnDisk(t.Context(), req)
		if taken != tt.want {
			t.Errorf("%s: got a read without the framework: %t, want %t", tt.name, taken, tt.want)
		}
		if !taken {
			continue
		}
		got, err := server.ReadResource(t.Context(), req)
		c.Must(err, got.Diagnostics)
		framework, err := server.ProviderServer.ReadResource(t.Context(), req)
		c.Must(err, framework.Diagnostics)
		if !bytes.Equal(framework.NewState.MsgPack, got.NewState.MsgPack) ||
			!bytes.Equal(framework.Private, got.Private) || framework.Deferred != nil || len(framework.Diagnostics) > 0 ||
			!bytes.Equal(framework.NewIdentity.IdentityData.MsgPack, got.NewIdentity.IdentityData.MsgPack) {
			t.Errorf("%s: the framework reads otherwise: %+v", tt.name, framework)
		}
	}
}
