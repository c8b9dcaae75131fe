package main

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/provider"
)

// indexMark is the line of the guide that the index replaces.
const indexMark = "<!-- index -->"

// heading matches the title of a group (##) or of an entry (###).
var heading = regexp.MustCompile(`(?m)^(##|###) (.+)\n`)

// complete replaces the mark of guide by an index, and adds the next steps of messages to their entries. It returns an
// error for a message without an entry.
func complete(guide string, messages []provider.GuideMessage) (string, error) {
	if strings.Count(guide, indexMark) != 1 {
		return "", fmt.Errorf("the guide needs the mark %s once", indexMark)
	}
	steps := map[string][]provider.GuideMessage{}
	for _, m := range messages {
		steps[m.Summary] = append(steps[m.Summary], m)
	}
	headings := heading.FindAllStringSubmatchIndex(guide, -1)
	if len(headings) == 0 {
		return "", errors.New("the guide has no headings")
	}
	var page, index strings.Builder
	for i, found := range headings {
		end := len(guide)
		if i+1 < len(headings) {
			end = headings[i+1][0]
		}
		level, title := guide[found[2]:found[3]], guide[found[4]:found[5]]
		fmt.Fprintf(&page, "\n%s\n", strings.TrimSpace(guide[found[0]:end]))
		if level == "##" {
			fmt.Fprintf(&index, "- **%s**\n", title)
			continue
		}
		fmt.Fprintf(&index, "  - [%s](#%s)\n", title, strings.ReplaceAll(strings.ToLower(title), " ", "-"))
		page.WriteString(nextSteps(steps[title]))
		delete(steps, title)
	}
	preamble := strings.TrimSpace(guide[:headings[0][0]])
	preamble = strings.Replace(preamble, indexMark, strings.TrimSpace(index.String()), 1)
	var missing []error
	for _, title := range slices.Sorted(maps.Keys(steps)) {
		missing = append(missing, fmt.Errorf("the guide has no entry %q", title))
	}
	return preamble + "\n" + page.String(), errors.Join(missing...)
}

// nextSteps returns the next step of an entry's message, or the list of them where several messages share the title.
func nextSteps(messages []provider.GuideMessage) string {
	if len(messages) == 1 {
		return fmt.Sprintf("\n**Next step%s:** %s\n", place(messages[0]), messages[0].Remedy)
	}
	var text strings.Builder
	for i, m := range messages {
		if i == 0 {
			text.WriteString("\n**Next step**, depending on the cause that the message names:\n\n")
		}
		fmt.Fprintf(&text, "- %s%s\n", m.Remedy, place(m))
	}
	return text.String()
}

// place names the attribute of the message.
func place(m provider.GuideMessage) string {
	if m.Attribute == "" {
		return ""
	}
	return " (" + m.Attribute + ")"
}
