package archive

import "testing"

func TestKey(t *testing.T) {
	t.Parallel()
	part := int64(12)
	tests := []struct {
		part *int64
		want Key
	}{
		{nil, "6B1F0A52-93c4"},
		{&part, "6B1F0A52-93c4/12"},
	}
	for _, tt := range tests {
		got := NewKey("6B1F0A52-93c4", tt.part)
		if got != tt.want || got.Run() != "6B1F0A52-93c4" {
			t.Errorf("got %q of run %q, want %q", got, got.Run(), tt.want)
		}
		if back := got.Part(); (back == nil) != (tt.part == nil) || back != nil && *back != *tt.part {
			t.Errorf("%q has part %v, want %v", got, back, tt.part)
		}
		if upper := NewKey("6b1f0a52-93C4", tt.part); upper.fold() != got.fold() {
			t.Errorf("%q and %q are different", upper.fold(), got.fold())
		}
	}
}
