package provider

import (
	"cmp"
	"slices"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// GuideMessage is a row of the message tables, for the troubleshooting guide.
type GuideMessage struct {
	// Summary is the title, under which the guide has an entry.
	Summary string
	// Remedy is the next step that the message names.
	Remedy string
	// Attribute is the attribute that the message points at, in Markdown; empty if there is none.
	Attribute string
}

// GuideMessages returns the rows of the message tables, sorted, each once.
func GuideMessages() []GuideMessage {
	rows := []GuideMessage{historyNotFound.guide()}
	for _, messages := range []map[reportlibrary.Kind]message{requestMessages, lookupMessages} {
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

func (m message) guide() GuideMessage {
	row := GuideMessage{Summary: m.summary, Remedy: m.remedy}
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
