package tftest

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Value returns v as a value of a type. nil is null, and tftypes.UnknownValue is unknown. A map is an object, whose
// other attributes are null, or a map; a slice is a list. A tftypes.Value stands for itself.
func Value(t testing.TB, want tftypes.Type, v any) tftypes.Value {
	t.Helper()
	value, err := valueOf(want, v)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func valueOf(want tftypes.Type, v any) (tftypes.Value, error) {
	if value, ok := v.(tftypes.Value); ok {
		return value, nil
	}
	if v == nil || v == tftypes.UnknownValue {
		return tftypes.NewValue(want, v), nil
	}
	switch want := want.(type) {
	case tftypes.Object:
		return objectOf(want, v)
	case tftypes.Map:
		fields := map[string]tftypes.Value{}
		for name, element := range asMap(v) {
			value, err := valueOf(want.ElementType, element)
			if err != nil {
				return tftypes.Value{}, fmt.Errorf("%s: %w", name, err)
			}
			fields[name] = value
		}
		return tftypes.NewValue(want, fields), nil
	case tftypes.List:
		elements := []tftypes.Value{}
		for i, element := range asSlice(v) {
			value, err := valueOf(want.ElementType, element)
			if err != nil {
				return tftypes.Value{}, fmt.Errorf("[%d]: %w", i, err)
			}
			elements = append(elements, value)
		}
		return tftypes.NewValue(want, elements), nil
	default:
		if err := tftypes.ValidateValue(want, v); err != nil {
			return tftypes.Value{}, err
		}
		return tftypes.NewValue(want, v), nil
	}
}

// objectOf rejects an attribute that the type does not have, because a misspelt one would be null.
func objectOf(want tftypes.Object, v any) (tftypes.Value, error) {
	given, fields := asMap(v), map[string]tftypes.Value{}
	for name := range given {
		if want.AttributeTypes[name] == nil {
			return tftypes.Value{}, fmt.Errorf("there is no attribute %s", name)
		}
	}
	for name, fieldType := range want.AttributeTypes {
		value, err := valueOf(fieldType, given[name])
		if err != nil {
			return tftypes.Value{}, fmt.Errorf("%s: %w", name, err)
		}
		fields[name] = value
	}
	return tftypes.NewValue(want, fields), nil
}

func asMap(v any) map[string]any {
	switch v := v.(type) {
	case map[string]any:
		return v
	case map[string]string:
		fields := make(map[string]any, len(v))
		for name, text := range v {
			fields[name] = text
		}
		return fields
	default:
		return nil
	}
}

func asSlice(v any) []any {
	switch v := v.(type) {
	case []any:
		return v
	case []string:
		elements := make([]any, len(v))
		for i, text := range v {
			elements[i] = text
		}
		return elements
	default:
		return nil
	}
}

// Dynamic encodes a value as the protocol does.
func Dynamic(t testing.TB, value tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	dynamic, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		t.Fatal(err)
	}
	return &dynamic
}

// Fields decodes an object; nil for a null one.
func Fields(t testing.TB, dynamic *tfprotov6.DynamicValue, objectType tftypes.Type) map[string]tftypes.Value {
	t.Helper()
	value, err := dynamic.Unmarshal(objectType)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]tftypes.Value
	if !value.IsNull() {
		if err := value.As(&fields); err != nil {
			t.Fatal(err)
		}
	}
	return fields
}

// String returns a string of an object; "" for a null one.
func String(t testing.TB, fields map[string]tftypes.Value, name string) string {
	t.Helper()
	var text *string
	if err := fields[name].As(&text); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if text == nil {
		return ""
	}
	return *text
}
