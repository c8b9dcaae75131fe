package atomicfile

import (
	"fmt"
	"testing"
)

func childRun([]string) error {
	_, err := fmt.Println(ParentRun())
	return err
}

func TestParentRun(t *testing.T) {
	first, second := startChild(t, "run").line(), startChild(t, "run").line()
	if first != second {
		t.Errorf("two processes of one parent got %s and %s", first, second)
	}
	if own := ParentRun(); own == first {
		t.Errorf("a process of another parent got %s too", own)
	}
	if NewOwner() == NewOwner() {
		t.Error("two owners have one identifier")
	}
}
