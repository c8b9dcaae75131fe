package main

// target is what a figure should be; the figure may be missing.
type target struct {
	What  string   `json:"what"`
	Value *float64 `json:"value"`
	Unit  string   `json:"unit,omitempty"`
	// Must is the highest value that is good enough, Aim the one hoped for; 0 where there is none.
	Must float64 `json:"must"`
	Aim  float64 `json:"aim,omitempty"`
}

// standsOut is the size in bytes from which a report's cost stands out from what every command costs.
const standsOut = 20 * megabyte

// applyRatio compares an apply with what a script does, without what an apply of 1 KB costs as well; nil if the
// baseline is missing, or the difference would drown in noise.
func (r *row) applyRatio() *float64 {
	if r == nil {
		return nil
	}
	if r.TerraformApply != nil {
		return ratio(r.Apply.Seconds, r.TerraformApply.Seconds)
	}
	if r.SmallestApply == nil || r.ByHandSeconds == nil || r.Size < standsOut {
		return nil
	}
	return ratio(r.Apply.Seconds-r.SmallestApply.Seconds, *r.ByHandSeconds)
}

// planRatio is the same for a plan without changes, compared with openssl alone.
func (r *row) planRatio() *float64 {
	if r == nil {
		return nil
	}
	if r.TerraformPlan != nil {
		return ratio(r.Plan.Seconds, r.TerraformPlan.Seconds)
	}
	if r.SmallestPlan == nil || r.HashSeconds == nil || r.Size < standsOut {
		return nil
	}
	return ratio(r.Plan.Seconds-r.SmallestPlan.Seconds, *r.HashSeconds)
}

func ratio(value, of float64) *float64 {
	if of <= 0 {
		return nil
	}
	quotient := value / of
	return &quotient
}

const mebibyte = 1 << 20

// peak is the provider's largest memory in MiB over apply and plan.
func (r *row) peak() *float64 {
	if r == nil || r.Apply.ProviderPeakBytes == nil {
		return nil
	}
	peak := *r.Apply.ProviderPeakBytes
	if r.Plan.ProviderPeakBytes != nil {
		peak = max(peak, *r.Plan.ProviderPeakBytes)
	}
	return ratio(float64(peak), mebibyte)
}

// growth compares the provider's CPU per report in a large row with that in a smaller one; what its processes cost
// without any report, taken from a row of one, is left out of both.
func growth(one, some, many *row, of func(*row) figures) *float64 {
	if one == nil || some == nil || many == nil {
		return nil
	}
	fixed, few, lots := of(one).ProviderCPUSeconds, of(some).ProviderCPUSeconds, of(many).ProviderCPUSeconds
	if fixed == nil || few == nil || lots == nil {
		return nil
	}
	return ratio((*lots-*fixed)/float64(many.Reports-one.Reports), (*few-*fixed)/float64(some.Reports-one.Reports))
}

// compare puts the figures beside what they should be.
func (r *results) compare() []target {
	var targets []target
	add := func(what string, value *float64, unit string, must, aim float64) {
		targets = append(targets, target{What: what, Value: value, Unit: unit, Must: must, Aim: aim})
	}
	add("200 MB bare: (apply - apply of 1 KB) / (curl + openssl)", r.row("200 MB bare").applyRatio(), "", 1.5, 1)
	add("200 MB wrapped: the same / (curl + unzip + openssl)", r.row("200 MB wrapped").applyRatio(), "", 1.3, 0.8)
	for _, way := range []string{bare, wrapped} {
		large, tiny := r.row("1 GB "+way).peak(), r.row("1 KB "+way).peak()
		add("1 GB "+way+": peak memory of the provider", large, "MiB", 40, 30)
		var growth *float64
		if large != nil && tiny != nil {
			growth = ratio(*large, *tiny)
		}
		add("1 GB "+way+": the same / that of 1 KB", growth, "", 1.3, 0)
	}
	for _, way := range []string{bare, wrapped} {
		add(tenLargeName+way+": peak memory", r.row(tenLargeName+way).peak(), "MiB", 64, 0)
	}
	for _, name := range []string{"1 KB bare", "1 GB bare", manyName} {
		var state *float64
		if row := r.row(name); row != nil {
			state = &row.StateBytes
		}
		add(name+": state per report", state, "bytes", 2200, 1600)
	}
	add("200 MB bare: (plan - plan of 1 KB) / openssl", r.row("200 MB bare").planRatio(), "", 0.8, 0.5)
	many, hundred, one := r.row(manyName), r.row(hundredName), r.row("1 KB bare")
	add(manyName+": apply / as many terraform_data", many.applyRatio(), "", 1.6, 1.3)
	var cpu *float64
	if many != nil {
		cpu = many.Plan.ProviderCPUSeconds
	}
	add(manyName+": CPU of the provider in a plan", cpu, "s", 5, 2)
	add("CPU per report, 1,000 / 100: apply",
		growth(one, hundred, many, func(r *row) figures { return r.Apply }), "", 1.2, 1)
	add("CPU per report, 1,000 / 100: plan",
		growth(one, hundred, many, func(r *row) figures { return r.Plan }), "", 1.2, 1)
	var start *float64
	if r.Start != nil {
		start = ratio(r.Start.Provider, r.Start.Empty)
	}
	add(startName+" / the emptiest provider's", start, "", 1.3, 1.1)
	return targets
}
