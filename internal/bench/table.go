package main

import (
	"fmt"
	"strings"
)

const tableHead = "| work | apply | other | ratio | plan without changes | other | ratio | " +
	"provider's CPU, apply and plan | its peak memory | other's | state of each | requests |\n" +
	"| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"

// table formats the rows. The baseline's name is in parentheses, and > marks a value above its limit.
func table(rows []*row) string {
	var b strings.Builder
	b.WriteString(tableHead)
	for _, r := range rows {
		apply, plan := r.apply.ours, r.plan.ours
		requests := fmt.Sprint(apply[0].requests)
		if len(plan) > 0 {
			requests += fmt.Sprintf("+%d", plan[0].requests)
		}
		fmt.Fprintln(&b, "|", strings.Join([]string{
			r.name,
			cell("%.3g s", seconds(apply), 0), cell("%.3g s", seconds(r.apply.other), 0),
			cell("%.2f", r.apply.ratio(), r.limits.applyRatio),
			cell("%.3g s", seconds(plan), r.limits.planSeconds), cell("%.3g s", seconds(r.plan.other), 0),
			cell("%.2f", r.plan.ratio(), r.limits.planRatio),
			cell("%.3g s", cpuSeconds(apply), 0) + ", " + cell("%.3g s", cpuSeconds(plan), r.limits.planCPU),
			cell("%.0f MiB", peakMiB(append(apply, plan...)...), r.limits.peakMiB),
			cell("%.0f MiB", peakMiB(append(r.apply.other, r.plan.other...)...), 0),
			cell("%.0f B", apply[0].stateBytes/float64(max(r.items, 1)), r.limits.itemBytes),
			requests,
		}, " | "), "|")
	}
	return b.String()
}

// cell formats a value with its limit; empty without a value.
func cell(format string, value, limit float64) string {
	switch {
	case value == 0:
		return ""
	case limit == 0:
		return fmt.Sprintf(format, value)
	case value > limit:
		return fmt.Sprintf(format+" > %g", value, limit)
	default:
		return fmt.Sprintf(format+" ≤ %g", value, limit)
	}
}
