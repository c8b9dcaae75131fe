package provider

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// noteReader and noteWriter are the private state in the framework's requests and responses.
type (
	noteReader interface {
		GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	}
	noteWriter interface {
		SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
	}
)

// readNote reads a key of the private state; a missing one is the zero value.
func readNote[T any](ctx context.Context, private noteReader, key string) (T, diag.Diagnostics) {
	var value T
	data, diags := private.GetKey(ctx, key)
	if len(data) > 0 {
		if err := json.Unmarshal(data, &value); err != nil {
			diags.AddError("Private State Not Readable", fmt.Sprintf("The key %q of the resource's private state can't be "+
				"read: %s.", key, err))
		}
	}
	return value, diags
}

// writeNote stores a key of the private state, or removes it if empty.
func writeNote(ctx context.Context, private noteWriter, key string, value any, empty bool) diag.Diagnostics {
	if empty {
		return private.SetKey(ctx, key, nil)
	}
	data, err := json.Marshal(value)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Private State Not Writable", err.Error())}
	}
	return private.SetKey(ctx, key, data)
}

// rawAttributes returns the attributes of a value as Terraform sent it.
func rawAttributes(object tftypes.Value) (attributes map[string]tftypes.Value, diags diag.Diagnostics) {
	if err := object.As(&attributes); err != nil {
		diags.Append(rawDiagnostic(err))
	}
	return attributes, diags
}

// readRaw reads a known value; null is the zero value.
func readRaw[T any](value tftypes.Value, target *T) error {
	if value.IsNull() {
		return nil
	}
	return value.As(target)
}

func rawDiagnostic(err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic("State Not Readable", fmt.Sprintf("The state does not fit its schema: %s.", err))
}
