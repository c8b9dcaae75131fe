package tftest

import (
	"fmt"
	"strings"
)

// Block returns a block of a configuration with these labels and lines.
func Block(kind string, labels []string, lines ...string) string {
	var b strings.Builder
	b.WriteString(kind)
	for _, label := range labels {
		fmt.Fprintf(&b, " %q", label)
	}
	b.WriteString(" {\n")
	for _, line := range lines {
		b.WriteString("  " + strings.ReplaceAll(line, "\n", "\n  ") + "\n")
	}
	b.WriteString("}\n")
	return b.String()
}

// Set returns the line that sets an attribute to a string or a number.
func Set(name string, value any) string {
	if text, ok := value.(string); ok {
		return name + " = " + quote(text)
	}
	return fmt.Sprintf("%s = %v", name, value)
}

// quote returns a string as HCL writes it: without a template in it.
func quote(text string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(fmt.Sprintf("%q", text))
}
