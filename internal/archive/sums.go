package archive

import (
	"fmt"
	"strings"
)

// Sum is a line of sha256sum's output.
type Sum struct {
	SHA256, Name string
}

// escapeName and its inverse follow coreutils: a line whose name contains a backslash or line break starts with a
// backslash.
var (
	escapeName   = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`)
	unescapeName = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\r")
)

// EncodeSums returns a list for `sha256sum -c`.
func EncodeSums(sums []Sum) string {
	var text strings.Builder
	for _, sum := range sums {
		name := escapeName.Replace(sum.Name)
		if name != sum.Name {
			text.WriteByte('\\')
		}
		fmt.Fprintf(&text, "%s  %s\n", sum.SHA256, name)
	}
	return text.String()
}

// ParseSums parses the output of sha256sum.
func ParseSums(text string) ([]Sum, error) {
	var sums []Sum
	for number, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		rest, escaped := strings.CutPrefix(line, `\`)
		digest, name, ok := strings.Cut(rest, " ")
		if !ok || len(name) < 2 || name[0] != ' ' && name[0] != '*' || !isSHA256(digest) {
			return nil, fmt.Errorf("line %d is not in the form of sha256sum", number+1)
		}
		if name = name[1:]; escaped {
			name = unescapeName.Replace(name)
		}
		sums = append(sums, Sum{SHA256: digest, Name: name})
	}
	return sums, nil
}

func isSHA256(text string) bool {
	return len(text) == 64 && strings.Trim(text, "0123456789abcdef") == ""
}
