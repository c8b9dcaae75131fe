package tftest

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestValueOf(t *testing.T) {
	t.Parallel()
	object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.String, "size": tftypes.Number}}
	list := tftypes.List{ElementType: tftypes.String}
	tests := map[string]struct {
		want  tftypes.Type
		value any
		text  string // a part of the error, or of the value as text
	}{
		"null":             {tftypes.String, nil, "tftypes.String<null>"},
		"unknown":          {tftypes.String, tftypes.UnknownValue, "tftypes.String<unknown>"},
		"string":           {tftypes.String, "a", `tftypes.String<"a">`},
		"number":           {tftypes.Number, 7, `tftypes.Number<"7">`},
		"bool":             {tftypes.Bool, true, `tftypes.Bool<"true">`},
		"itself":           {tftypes.Bool, tftypes.NewValue(tftypes.String, "a"), `tftypes.String<"a">`},
		"list":             {list, []string{"a", "b"}, `<tftypes.String<"a">, tftypes.String<"b">>`},
		"list of anything": {list, []any{"a", nil}, `<tftypes.String<"a">, tftypes.String<null>>`},
		"map":              {tftypes.Map{ElementType: tftypes.Number}, map[string]any{"0": 1}, `"0":tftypes.Number<"1">`},
		"object":           {object, map[string]any{"name": "a"}, `"name":tftypes.String<"a">, "size":tftypes.Number<null>`},
		"object of text":   {object, map[string]string{"name": "a"}, `"name":tftypes.String<"a">`},
		"unknown field":    {object, map[string]any{"size": tftypes.UnknownValue}, `"size":tftypes.Number<unknown>`},
		"no such field":    {object, map[string]any{"names": "a"}, "there is no attribute names"},
		"another type":     {object, map[string]any{"size": true}, "size: "},
		"another element":  {list, []any{7}, "[0]: "},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			value, err := valueOf(tt.want, tt.value)
			got := value.String()
			if err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, tt.text) {
				t.Errorf("got %s, want %s", got, tt.text)
			}
		})
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.String, "note": tftypes.String}}
	fields := Fields(t, Dynamic(t, Value(t, object, map[string]any{"name": "a"})), object)
	if got := String(t, fields, "name") + "|" + String(t, fields, "note"); got != "a|" {
		t.Errorf("got %q, want %q", got, "a|")
	}
	if got := Fields(t, Dynamic(t, tftypes.NewValue(object, nil)), object); got != nil {
		t.Errorf("got %v for a null object, want nil", got)
	}
}
