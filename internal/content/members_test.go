package content

import (
	"strings"
	"testing"
)

func TestMembersSHA256(t *testing.T) {
	one := Member{Name: "a", Size: 1, SHA256: strings.Repeat("b", 64)}
	two := Member{Name: "b", Size: 12, SHA256: strings.Repeat("a", 64)}
	want := sha256Hex(two.SHA256 + " 12\n" + one.SHA256 + " 1\n")
	renamed := Member{Name: "c", Size: one.Size, SHA256: one.SHA256}
	for _, members := range [][]Member{{one, two}, {two, one}, {two, renamed}} {
		if got := MembersSHA256(members); got != want {
			t.Errorf("%v: got %s, want %s", members, got, want)
		}
	}
	if got := MembersSHA256(nil); got != sha256Hex("") {
		t.Errorf("no Members: got %s", got)
	}
}
