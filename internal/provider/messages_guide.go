package provider

import (
	"cmp"
	"slices"
	"strings"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// GuideMessage is a message for the troubleshooting guide.
type GuideMessage struct {
	Summary   string // the title, and the heading in the guide
	Remedy    string // the next step
	Attribute string // the attribute of the message in Markdown; empty without an attribute
}

// GuideMessages returns the distinct messages, sorted.
func GuideMessages() []GuideMessage {
	rows := []GuideMessage{historyNotFound.guide()}
	for _, messages := range []map[reportlibrary.Kind]kindMessage{requestMessages, lookupMessages} {
		for _, m := range messages {
			rows = append(rows, m.guide())
		}
	}
	for _, m := range refusalMessages {
		rows = append(rows, GuideMessage{Summary: m.summary, Remedy: m.remedy, Attribute: "`filename` or `directory`"})
	}
	slices.SortFunc(rows, func(a, b GuideMessage) int {
		return cmp.Or(
			cmp.Compare(a.Summary, b.Summary), cmp.Compare(a.Remedy, b.Remedy), cmp.Compare(a.Attribute, b.Attribute),
		)
	})
	return slices.Compact(rows)
}

func (m kindMessage) guide() GuideMessage {
	row := GuideMessage{Summary: m.summary, Remedy: strings.ReplaceAll(m.remedy, timeoutToRaise, "a longer `timeouts`")}
	switch m.attribute {
	case "":
	case attributeTimeout:
		row.Attribute = "`timeouts`"
	case attributeSubject:
		row.Attribute = "the argument that names the report"
	default:
		row.Attribute = "`" + m.attribute + "`"
	}
	return row
}
