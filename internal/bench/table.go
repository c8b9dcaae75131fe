package main

import (
	"fmt"
	"strings"
)

// rowTable shows the rows as CONTRIBUTING does.
func rowTable(rows []*row) string {
	var b strings.Builder
	b.WriteString("| work | apply | ratio | plan without changes | ratio | provider's CPU, apply and plan | " +
		"its peak memory | state per report | requests |\n" +
		"| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | %.2f s | %s | %.2f s | %s | %.1f s, %.1f s | %.0f MiB | %.0f B | %d+%d |\n", r.name,
			r.apply.seconds(), ratioText(r.apply.ratio()), r.plan.seconds(), ratioText(r.plan.ratio()),
			r.apply.cpuSeconds(), r.plan.cpuSeconds(), r.peakMiB(), r.stateBytes,
			r.apply.ours[0].requests, r.plan.ours[0].requests)
	}
	return b.String()
}

func ratioText(ratio float64) string {
	if ratio == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", ratio)
}

// targetTable shows the figures that have a limit.
func targetTable(rows []*row, start *starts) string {
	var b strings.Builder
	b.WriteString("| target | measured | limit |\n| --- | ---: | ---: |\n")
	add := func(what string, value, limit float64) { fmt.Fprintf(&b, "| %s | %.2f | %g |\n", what, value, limit) }
	for _, r := range rows {
		switch r.name {
		case "200 MB bare":
			add("200 MB bare: apply / (curl + openssl)", r.apply.ratio(), 1.3)
			add("200 MB bare: plan / openssl", r.plan.ratio(), 0.8)
		case "200 MB wrapped":
			add("200 MB wrapped: apply / (curl + unzip + openssl)", r.apply.ratio(), 0.9)
		case "1 GB bare", "1 GB wrapped":
			add(r.name+": MiB of memory", r.peakMiB(), 32)
			add(r.name+": bytes of state", r.stateBytes, 2200)
		case "ten of 1 GB at once, bare", "ten of 1 GB at once, wrapped":
			add(r.name+": MiB of memory", r.peakMiB(), 64)
		case "1,000 of 10 KB":
			add("1,000 of 10 KB: apply / terraform_data", r.apply.ratio(), 1.3)
			add("1,000 of 10 KB: the provider's CPU seconds in a plan", r.plan.cpuSeconds(), 3)
		}
	}
	if start != nil {
		add("start / the emptiest provider", start.provider/start.empty, 1.1)
	}
	return b.String()
}
