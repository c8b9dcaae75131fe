package main

import (
	"context"
	"errors"
	"os"
	"slices"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary/reportlibrarytest"
)

// Sizes of reports in bytes.
const (
	kilobyte = 1000
	megabyte = 1000 * kilobyte
	gigabyte = 1000 * megabyte
)

// work is a row of the table.
type work struct {
	name    string
	prepare prepare
	limits  limits
	items   int // number of items in the state, if more than one
	repeat  int // repetitions of the commands in each round, because milliseconds vary
}

// prepare creates the inputs of the commands in an empty folder and an empty Report Library.
type prepare func(ctx context.Context, b *bench) (commands, error)

// limits are the accepted maxima on a quiet machine with two cores; 0 means no limit.
type limits struct {
	applyRatio, planRatio, planSeconds, planCPU, peakMiB, itemBytes float64
}

const openssl, unzipOpenssl = "openssl dgst -sha256 by-hand", "unzip -p by-hand | openssl dgst -sha256"

var (
	gigabyteLimits = limits{peakMiB: 32, itemBytes: 2200}
	rowLimits      = limits{peakMiB: 64, itemBytes: 20 * kilobyte}
)

var works = []work{
	{"start (emptiest provider)", compareStarts, limits{applyRatio: 1.1}, 1, 20},
	{"1 KB", reports(1, kilobyte, false, nil), limits{}, 1, 1},
	{"200 MB bare (curl, openssl)", reports(1, 200*megabyte, false, byHand(openssl)),
		limits{applyRatio: 1.3, planRatio: 0.8}, 1, 1},
	{"200 MB wrapped (curl, unzip, openssl)", reports(1, 200*megabyte, true, byHand(unzipOpenssl)),
		limits{applyRatio: 0.9}, 1, 1},
	{"1 GB bare (curl, openssl)", reports(1, gigabyte, false, byHand(openssl)), gigabyteLimits, 1, 1},
	{"1 GB wrapped (curl, unzip, openssl)", reports(1, gigabyte, true, byHand(unzipOpenssl)), gigabyteLimits, 1, 1},
	{"ten of 1 GB at once, bare", reports(10, gigabyte, false, nil), limits{peakMiB: 64}, 10, 1},
	{"ten of 1 GB at once, wrapped", reports(10, gigabyte, true, nil), limits{peakMiB: 64}, 10, 1},
	{"100 of 10 KB (terraform_data)", reports(100, 10*kilobyte, false, byTerraform), limits{}, 100, 1},
	{"1,000 of 10 KB (terraform_data)", reports(1000, 10*kilobyte, false, byTerraform),
		limits{applyRatio: 1.3, planCPU: 3}, 1000, 1},
	{"archive of 1,000 runs of 10 KB (curl)", archive(1000, 10*kilobyte),
		limits{applyRatio: 2, planSeconds: 1.5, peakMiB: 64, itemBytes: 700}, 1000, 1},
	{"archive of 10,000 runs of 1 KB (curl)", archive(10_000, kilobyte), limits{}, 10_000, 1},
	{"100,000 rows of 26 MB (csvdecode)", countRows(100_000, csvdecode),
		limits{applyRatio: 0.25, peakMiB: 64, itemBytes: 20 * kilobyte}, 1, 1},
	{"1,000,000 rows of 260 MB (Python's csv)", countRows(1_000_000, python), rowLimits, 1, 1},
	{"4,000,000 rows of 1 GB (Python's csv)", countRows(4_000_000, python), rowLimits, 1, 1},
}

// commands are run in each round in this order: the provider, the baseline, and the provider with 1 KB, which measures
// the constant costs. Each pair is an apply without state and a plan without changes. nil is skipped.
type commands struct{ apply, plan, otherApply, otherPlan, smallApply, smallPlan command }

// row contains the samples of a work and its baselines.
type row struct {
	work
	apply, plan pair
}

// pair contains the samples of an apply or plan.
type pair struct{ ours, other, small []sample }

// measure runs all commands in each round, so that a slow minute of the machine affects all of them.
func (b *bench) measure(ctx context.Context, w work, rounds int) (_ *row, err error) {
	if err := os.MkdirAll(b.work, 0o700); err != nil {
		return nil, err
	}
	b.library = reportlibrarytest.NewServer()
	defer func() {
		b.library.Close()
		err = errors.Join(err, b.discard(b.work))
	}()
	c, err := w.prepare(ctx, b)
	if err != nil {
		return nil, err
	}
	r := &row{work: w}
	steps := []command{c.apply, c.plan, c.otherApply, c.otherPlan, c.smallApply, c.smallPlan}
	samples := []*[]sample{
		&r.apply.ours, &r.plan.ours, &r.apply.other, &r.plan.other, &r.apply.small, &r.plan.small,
	}
	for range rounds * w.repeat {
		for i, step := range steps {
			if step == nil {
				continue
			}
			s, err := step(ctx)
			if err != nil {
				return nil, err
			}
			*samples[i] = append(*samples[i], s)
		}
	}
	return r, nil
}

// ratio compares the medians without the costs of 1 KB; 0 without a baseline.
func (p pair) ratio() float64 {
	if len(p.other) == 0 {
		return 0
	}
	return (seconds(p.ours) - seconds(p.small)) / seconds(p.other)
}

func seconds(samples []sample) float64 {
	return median(samples, func(s sample) float64 { return s.seconds })
}

func cpuSeconds(samples []sample) float64 {
	return median(samples, func(s sample) float64 { return s.cpuSeconds })
}

func peakMiB(samples ...sample) (peak float64) {
	for _, s := range samples {
		peak = max(peak, s.peakBytes/(1<<20))
	}
	return peak
}

// median returns the middle value, or the mean of the two in the middle; 0 without samples.
func median(samples []sample, of func(sample) float64) float64 {
	var sorted []float64
	for _, s := range samples {
		sorted = append(sorted, of(s))
	}
	slices.Sort(sorted)
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
