package content

import (
	"errors"
	"strings"
	"testing"
)

// TestCSVJudge_lastRow ends a report with a row of control characters, which are binary data from the fourth on.
func TestCSVJudge_lastRow(t *testing.T) {
	t.Parallel()
	rows := strings.Repeat("1,example.com\r\n", 10_000) // beyond the head, whose check is stricter
	tests := []struct {
		name, last string
		binary     bool
	}{
		{"three", "9,\x01\x02\x03", false},
		{"four", "9,\x01\x02\x03\x04", true},
		{"four in a long row", "9,\x01\x02\x03\x04" + strings.Repeat("x", 20), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := judged(t, testCSV+rows+tt.last, CSV, Hints{}, 4096)
			failed, _ := errors.AsType[*Error](err)
			if got := failed != nil && failed.Kind == Binary; got != tt.binary {
				t.Errorf("got %v, want binary data: %t", err, tt.binary)
			}
		})
	}
}
