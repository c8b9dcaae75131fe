package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// print writes the results for people.
func (r *results) print(w io.Writer) error {
	m := r.Machine
	_, err := fmt.Fprintf(w, "Commit %s, %s, %s, %s, %d CPUs, %s; medians of %d interleaved runs.\n\n",
		orDash(m.Commit), orDash(m.Terraform), m.Go, m.System, m.CPUs, m.Time.Format("2006-01-02 15:04"), r.Runs)
	if err != nil {
		return err
	}
	if len(r.Rows) > 0 {
		if err := writeTable(w, r.rowTable()); err != nil {
			return err
		}
		_, err := fmt.Fprint(w, "\nBeside an apply: curl and openssl, with unzip between them for a wrapped report, or "+
			"as many terraform_data with as much state.\nBeside a plan: openssl, or these terraform_data. Ratios of single "+
			"reports are without what one of 1 KB costs.\nCPU, memory (VmHWM) and requests are the provider's; "+
			"requests and connections of the apply, and of the plan after the plus.\n\n")
		if err != nil {
			return err
		}
	}
	if r.Start != nil {
		_, err := fmt.Fprintf(w, "Start to handshake: %.1f ms, the emptiest provider %.1f ms.\n\n",
			1000*r.Start.Provider, 1000*r.Start.Empty)
		if err != nil {
			return err
		}
	}
	for _, row := range r.Rows {
		if row.Note != "" {
			if _, err := fmt.Fprintf(w, "%s: no baseline, %s.\n", row.Name, row.Note); err != nil {
				return err
			}
		}
	}
	return writeTable(w, r.targetTable())
}

func (r *results) rowTable() [][]string {
	table := [][]string{{
		"work", "apply s", "beside", "ratio", "plan s", "beside", "ratio", "CPU apply s", "CPU plan s", "peak MiB", "state B",
		"requests", "connections",
	}}
	for i := range r.Rows {
		row := &r.Rows[i]
		applyBeside, planBeside := row.ByHandSeconds, row.HashSeconds
		if row.TerraformApply != nil {
			applyBeside, planBeside = &row.TerraformApply.Seconds, &row.TerraformPlan.Seconds
		}
		table = append(table, []string{
			row.Name, number(&row.Apply.Seconds, 2), number(applyBeside, 2), number(row.applyRatio(), 2),
			number(&row.Plan.Seconds, 2), number(planBeside, 2), number(row.planRatio(), 2),
			number(row.Apply.ProviderCPUSeconds, 2), number(row.Plan.ProviderCPUSeconds, 2), number(row.peak(), 1),
			number(&row.StateBytes, 0), fmt.Sprintf("%d+%d", row.Apply.Requests, row.Plan.Requests),
			fmt.Sprintf("%d+%d", row.Apply.Connections, row.Plan.Connections),
		})
	}
	return table
}

func (r *results) targetTable() [][]string {
	table := [][]string{{"target", "measured", "must", "aim", "unit"}}
	limit := func(value float64) string {
		if value == 0 {
			return ""
		}
		return "<= " + strconv.FormatFloat(value, 'f', -1, 64)
	}
	for _, t := range r.Targets {
		digits := 2
		if t.Unit == "bytes" {
			digits = 0
		}
		table = append(table, []string{t.What, number(t.Value, digits), limit(t.Must), limit(t.Aim), t.Unit})
	}
	return table
}

// number shows a value, and nothing where there is none.
func number(value *float64, digits int) string {
	if value == nil {
		return ""
	}
	return strconv.FormatFloat(*value, 'f', digits, 64)
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// writeTable aligns the first column to the left and the others to the right, in the form of a Markdown table: it can
// be pasted into a document as it is.
func writeTable(w io.Writer, table [][]string) error {
	widths := make([]int, len(table[0]))
	for _, cells := range table {
		for i, cell := range cells {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell), len("-:"))
		}
	}
	var text strings.Builder
	for i, cells := range table {
		for column, cell := range cells {
			padding := strings.Repeat(" ", widths[column]-utf8.RuneCountInString(cell))
			if column == 0 {
				text.WriteString("| " + cell + padding + " |")
			} else {
				text.WriteString(" " + padding + cell + " |")
			}
		}
		text.WriteByte('\n')
		if i > 0 {
			continue
		}
		for column, width := range widths {
			if column == 0 {
				text.WriteString("| " + strings.Repeat("-", width) + " |")
			} else {
				text.WriteString(" " + strings.Repeat("-", width-1) + ": |")
			}
		}
		text.WriteByte('\n')
	}
	_, err := io.WriteString(w, text.String())
	return err
}
