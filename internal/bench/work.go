package main

import (
	"context"
	"errors"
	"slices"
)

// Sizes of reports in bytes.
const (
	kilobyte = 1000
	megabyte = 1000 * kilobyte
	gigabyte = 1000 * megabyte
)

// work is some reports that are saved, and planned again without changes.
type work struct {
	name    string
	reports int
	size    int64 // of each report in bytes
	wrapped bool
}

var works = []work{
	{"1 KB", 1, kilobyte, false},
	{"200 MB bare", 1, 200 * megabyte, false},
	{"200 MB wrapped", 1, 200 * megabyte, true},
	{"1 GB bare", 1, gigabyte, false},
	{"1 GB wrapped", 1, gigabyte, true},
	{"ten of 1 GB at once, bare", 10, gigabyte, false},
	{"ten of 1 GB at once, wrapped", 10, gigabyte, true},
	{"100 of 10 KB", 100, 10 * kilobyte, false},
	{"1,000 of 10 KB", 1000, 10 * kilobyte, false},
}

// row is one work, measured several times in turn with its baselines.
type row struct {
	work
	apply, plan pair
	stateBytes  float64 // of each report
}

// pair is a command of ours beside its baseline.
type pair struct {
	ours []sample
	// smallest is the same command for one report of 1 KB, in seconds: what every command costs.
	smallest []float64
	// baseline is the same work without the provider, in seconds: curl, unzip and openssl for a single report, openssl
	// for its plan, as many terraform_data for many reports.
	baseline []float64
}

// sample is one command of Terraform. CPU and memory are those of the provider's processes.
type sample struct {
	seconds, cpuSeconds, peakBytes float64
	requests                       int
}

// measure runs everything once in each of the rounds, so that a slow minute of the machine slows all of it.
func (b *bench) measure(ctx context.Context, w work, rounds int) (_ *row, err error) {
	r := &row{work: w}
	served, err := b.serve(ctx, w.reports, w.size, w.wrapped)
	if err != nil {
		return nil, err
	}
	reports, err := b.newReports(ctx, served)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, reports.remove()) }()
	// other runs the baselines; the first apply of ours has to come before it.
	other := func() error { return nil }
	switch {
	case w.reports == 1 && w.size > kilobyte:
		other, err = b.byHand(ctx, r, served[0], reports)
	case w.size <= 10*kilobyte && w.reports > 1:
		other = b.byTerraform(ctx, r, served)
	}
	if err != nil {
		return nil, err
	}
	for range rounds {
		if err := appendResult(&r.apply.ours)(reports.apply(ctx)); err != nil {
			return nil, err
		}
		if r.stateBytes, err = reports.stateBytes(); err != nil {
			return nil, err
		}
		if err := appendResult(&r.plan.ours)(reports.plan(ctx)); err != nil {
			return nil, err
		}
		if err := other(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// byHand returns a function that measures curl, unzip and openssl, and the fixed cost of a report of 1 KB.
func (b *bench) byHand(ctx context.Context, r *row, served run, reports *project) (func() error, error) {
	tiny, err := b.serve(ctx, 1, kilobyte, r.wrapped)
	if err != nil {
		return nil, err
	}
	smallest, err := b.newReports(ctx, tiny)
	if err != nil {
		return nil, err
	}
	return func() error {
		apply, err := smallest.apply(ctx)
		if err != nil {
			return err
		}
		plan, err := smallest.plan(ctx)
		if err != nil {
			return err
		}
		r.apply.smallest = append(r.apply.smallest, apply.seconds)
		r.plan.smallest = append(r.plan.smallest, plan.seconds)
		if err := appendResult(&r.apply.baseline)(b.downloadByHand(ctx, served, r.wrapped)); err != nil {
			return err
		}
		return appendResult(&r.plan.baseline)(hashByHand(ctx, reports.file("evidence")))
	}, nil
}

// byTerraform returns a function that measures as many terraform_data with as much state.
func (b *bench) byTerraform(ctx context.Context, r *row, served []run) func() error {
	var data *project
	return func() (err error) {
		if data == nil {
			if data, err = b.newTerraformData(ctx, served, r.stateBytes); err != nil {
				return err
			}
		}
		apply, err := data.apply(ctx)
		if err != nil {
			return err
		}
		plan, err := data.plan(ctx)
		r.apply.baseline = append(r.apply.baseline, apply.seconds)
		r.plan.baseline = append(r.plan.baseline, plan.seconds)
		return err
	}
}

// appendResult returns a function that appends the result of a call, if there was no error.
func appendResult[T any](to *[]T) func(T, error) error {
	return func(value T, err error) error {
		if err == nil {
			*to = append(*to, value)
		}
		return err
	}
}

// ratio compares the medians; 0 if there is no baseline.
func (p pair) ratio() float64 {
	if len(p.baseline) == 0 {
		return 0
	}
	return (p.seconds() - median(p.smallest)) / median(p.baseline)
}

func (p pair) seconds() float64 {
	return median(values(p.ours, func(s sample) float64 { return s.seconds }))
}
func (p pair) cpuSeconds() float64 {
	return median(values(p.ours, func(s sample) float64 { return s.cpuSeconds }))
}
func (p pair) peakBytes() float64 {
	return slices.Max(values(p.ours, func(s sample) float64 { return s.peakBytes }))
}

// peakMiB is the largest resident memory of the provider.
func (r *row) peakMiB() float64 { return max(r.apply.peakBytes(), r.plan.peakBytes()) / (1 << 20) }

func values(samples []sample, of func(sample) float64) []float64 {
	var all []float64
	for _, s := range samples {
		all = append(all, of(s))
	}
	return all
}

// median is the middle value, or the mean of the two in the middle; 0 of none.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
