package provider

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// privateReader and privateWriter are the private state in the framework's requests and responses.
type (
	privateReader interface {
		GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	}
	privateWriter interface {
		SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
	}
)

// readPrivate returns the value of a key of the private state, or the zero value.
func readPrivate[T any](ctx context.Context, private privateReader, key string) (T, diag.Diagnostics) {
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

// writePrivate stores a key of the private state, or removes it if empty.
func writePrivate(ctx context.Context, private privateWriter, key string, value any, empty bool) diag.Diagnostics {
	if empty {
		return private.SetKey(ctx, key, nil)
	}
	data, err := json.Marshal(value)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Private State Not Writable", err.Error())}
	}
	return private.SetKey(ctx, key, data)
}

// rawAttributes returns the attributes of a protocol value.
func rawAttributes(object tftypes.Value) (attributes map[string]tftypes.Value, diags diag.Diagnostics) {
	if err := object.As(&attributes); err != nil {
		diags.Append(rawDiagnostic(err))
	}
	return attributes, diags
}

// readRaw reads a known value; null becomes the zero value.
func readRaw[T any](value tftypes.Value, target *T) error {
	if value.IsNull() {
		return nil
	}
	return value.As(target)
}

func rawDiagnostic(err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic("State Not Readable", fmt.Sprintf("The state does not fit its schema: %s.", err))
}
