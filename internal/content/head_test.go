package content

import (
	"strings"
	"testing"
)

// A secret across the end of a snippet is left out as a whole, wherever it stands.
func TestSnippetEndsWithAWord(t *testing.T) {
	const secret = "0123456789abcdef"
	for offset := range len(secret) + 2 {
		body := "<html>" + strings.Repeat(" ", headSize-len("<html>")-offset) + secret + strings.Repeat(" ", 100)
		_, _, err := received(t, []byte(body), wanted(CSV))
		snippet := wantKind(t, err, Page).Snippet
		if strings.Contains(strings.ReplaceAll(snippet, secret, ""), secret[:1]) {
			t.Errorf("at %d from the end the snippet ends with %q", offset, snippet[len(snippet)-10:])
		}
	}
}
