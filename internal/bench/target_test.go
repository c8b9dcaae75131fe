package main

import "testing"

// figuresOf is a command without a provider's figures but these.
func figuresOf(seconds, cpu float64, peak int64) figures {
	return figures{Seconds: seconds, ProviderCPUSeconds: &cpu, ProviderPeakBytes: &peak}
}

func wantValue(t *testing.T, what string, got *float64, want float64) {
	t.Helper()
	if got == nil || *got != want {
		t.Errorf("%s is %s, want %v", what, number(got, 3), want)
	}
}

func TestRatios(t *testing.T) {
	smallest, byHand, hash := figures{Seconds: 0.5}, 2.0, 1.0
	large := row{
		work:  work{Size: 200 * megabyte},
		Apply: figures{Seconds: 3.5}, SmallestApply: &smallest, ByHandSeconds: &byHand,
		Plan: figures{Seconds: 1.25}, SmallestPlan: &smallest, HashSeconds: &hash,
	}
	wantValue(t, "apply", large.applyRatio(), 1.5)
	wantValue(t, "plan", large.planRatio(), 0.75)

	tiny := large
	tiny.Size = kilobyte
	withoutTools := large
	withoutTools.ByHandSeconds, withoutTools.HashSeconds = nil, nil
	for name, r := range map[string]*row{"not measured": nil, "too small": &tiny, "without tools": &withoutTools} {
		if r.applyRatio() != nil || r.planRatio() != nil {
			t.Errorf("%s: there are ratios", name)
		}
	}

	// Many reports are compared as a whole, and with Terraform alone.
	alone := figures{Seconds: 1.25}
	many := row{
		work: work{Size: small}, Apply: figures{Seconds: 2.5}, Plan: figures{Seconds: 5}, TerraformApply: &alone,
		TerraformPlan: &alone, HashSeconds: &hash,
	}
	wantValue(t, "apply of many", many.applyRatio(), 2)
	wantValue(t, "plan of many", many.planRatio(), 4)
}

func TestPeak(t *testing.T) {
	r := &row{Apply: figuresOf(0, 0, 3*mebibyte), Plan: figuresOf(0, 0, 2*mebibyte)}
	wantValue(t, "peak", r.peak(), 3)
	r = &row{Apply: figuresOf(0, 0, 3*mebibyte), Plan: figuresOf(0, 0, 4*mebibyte)}
	wantValue(t, "peak", r.peak(), 4)
	if (&row{}).peak() != nil || (*row)(nil).peak() != nil {
		t.Error("nobody told, but there is a peak")
	}
}

func TestGrowth(t *testing.T) {
	apply := func(r *row) figures { return r.Apply }
	of := func(reports int, cpu float64) *row {
		return &row{work: work{Reports: reports}, Apply: figuresOf(0, cpu, 0)}
	}
	// A fixed 0.5 s, then 0.01 s for each report, at first.
	one, some := of(1, 0.5), of(101, 1.5)
	wantValue(t, "no growth", growth(one, some, of(1001, 10.5), apply), 1)
	wantValue(t, "growth", growth(one, some, of(1001, 20.5), apply), 2)
	if growth(nil, some, of(1001, 1), apply) != nil || growth(one, some, &row{work: work{Reports: 1001}}, apply) != nil {
		t.Error("not measured, but there is a growth")
	}
}

// TestCompare_names checks that every target finds the row it is about: names are written down more than once.
func TestCompare_names(t *testing.T) {
	r := &results{Start: &starts{Provider: 0.022, Empty: 0.02}}
	one, alone := 1.0, figures{Seconds: 1}
	for _, w := range allWork() {
		row := row{work: w, Apply: figuresOf(2, float64(w.Reports), mebibyte), Plan: figuresOf(2, float64(w.Reports), mebibyte)}
		if w.Reports == 1 {
			row.SmallestApply, row.SmallestPlan, row.ByHandSeconds, row.HashSeconds = &alone, &alone, &one, &one
		} else {
			row.TerraformApply, row.TerraformPlan = &alone, &alone
		}
		r.Rows = append(r.Rows, row)
	}
	targets := r.compare()
	for _, target := range targets {
		if target.Value == nil {
			t.Errorf("%s: no value, though everything was measured", target.What)
		}
	}
	for _, target := range (&results{}).compare() {
		if target.Value != nil {
			t.Errorf("%s is %v, though nothing was measured", target.What, *target.Value)
		}
	}
}
