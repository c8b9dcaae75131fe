package content

import (
	"fmt"
	"strings"
	"testing"
)

// A few control characters pass anywhere, more than allowedControls in one place do not.
func TestControls(t *testing.T) {
	row := strings.Repeat("a", 99) + "\n"
	for _, before := range []int{200, 1000, 2 * controlWindow, headSize, headSize + 3*controlWindow} {
		for _, after := range []int{0, 500, controlWindow - 500, 3 * controlWindow} {
			for _, tt := range []struct {
				count  int
				binary bool
			}{{1, false}, {8, false}, {120, true}} {
				t.Run(fmt.Sprintf("%d between %d and %d", tt.count, before, after), func(t *testing.T) {
					text := strings.Repeat(row, before/len(row)) + strings.Repeat("ab\x00c\x11d", tt.count/2) +
						strings.Repeat("\x00", tt.count%2) + strings.Repeat(row, after/len(row))
					for _, size := range []int{1, 100, controlBlock, len(text)} {
						var c controls
						for rest := text; rest != ""; rest = rest[min(size, len(rest)):] {
							c.write([]byte(rest[:min(size, len(rest))]))
						}
						if got := !c.end(); got != tt.binary {
							t.Errorf("in pieces of %d: binary: got %v, want %v", size, got, tt.binary)
						}
					}
				})
			}
		}
	}
}

// At the end of a text the last two windows count together.
func TestControlsAtTheEnd(t *testing.T) {
	var c controls
	c.write([]byte(strings.Repeat("a", controlWindow-35) + strings.Repeat("\x00", 70)))
	if c.end() {
		t.Error("70 control characters across two windows pass for text")
	}
}

func TestAllowedControls(t *testing.T) {
	t.Parallel()
	for size, want := range map[int]int{0: 8, 99: 8, 100: 9, controlWindow: 48} {
		if got := allowedControls(size); got != want {
			t.Errorf("%d bytes: got %d control characters, want %d", size, got, want)
		}
	}
}
