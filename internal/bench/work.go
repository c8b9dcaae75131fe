package main

import (
	"context"
	"errors"
	"fmt"
)

// work is something that is measured: some reports, saved and planned again.
type work struct {
	Name    string `json:"name"`
	Reports int    `json:"reports"`
	// Size is of each report, in bytes.
	Size    int64 `json:"size"`
	Wrapped bool  `json:"wrapped"`

	// slow work takes minutes: it is measured three times at most, and not at all by a quick run.
	slow bool
}

// Sizes of reports, in bytes.
const (
	kilobyte = 1000
	megabyte = 1000 * kilobyte
	gigabyte = 1000 * megabyte

	smallest = kilobyte
	small    = 10 * kilobyte
)

// Names of works that targets are about.
const (
	manyName     = "1,000 reports of 10 KB"
	hundredName  = "100 reports of 10 KB"
	tenLargeName = "ten 1 GB reports at once, "
	startName    = "start to handshake"
)

// How a report travels, as names have it.
const (
	bare    = "bare"
	wrapped = "wrapped"
)

func allWork() []work {
	var all []work
	for _, size := range []struct {
		name  string
		bytes int64
	}{
		{"1 KB", smallest},
		{"1 MB", megabyte},
		{"20 MB", 20 * megabyte},
		{"200 MB", 200 * megabyte},
		{"1 GB", gigabyte},
	} {
		for _, way := range []string{bare, wrapped} {
			all = append(all, work{
				Name: size.name + " " + way, Reports: 1, Size: size.bytes, Wrapped: way == wrapped, slow: size.bytes > 20*megabyte,
			})
		}
	}
	all = append(all,
		work{Name: hundredName, Reports: 100, Size: small},
		work{Name: manyName, Reports: 1000, Size: small, slow: true})
	for _, way := range []string{bare, wrapped} {
		all = append(all, work{
			Name: tenLargeName + way, Reports: 10, Size: gigabyte, Wrapped: way == wrapped, slow: true,
		})
	}
	return all
}

// row is one work, measured. What is beside it as a baseline is the median of runs that took turns with it.
type row struct {
	work
	Apply figures `json:"apply"`
	Plan  figures `json:"plan"`
	// StateBytes is the size of the state per report.
	StateBytes float64 `json:"state_bytes"`
	// SmallestApply and SmallestPlan are the same for one report of 1 KB, in the same way: what is fixed.
	SmallestApply *figures `json:"smallest_apply,omitempty"`
	SmallestPlan  *figures `json:"smallest_plan,omitempty"`
	// ByHandSeconds is curl and openssl, with unzip between them for a wrapped report; HashSeconds is openssl alone over
	// the saved files.
	ByHandSeconds *float64 `json:"by_hand_seconds,omitempty"`
	HashSeconds   *float64 `json:"hash_seconds,omitempty"`
	// TerraformApply and TerraformPlan are as many terraform_data with as many bytes of state.
	TerraformApply *figures `json:"terraform_apply,omitempty"`
	TerraformPlan  *figures `json:"terraform_plan,omitempty"`
	// Note says why something is missing.
	Note string `json:"note,omitempty"`
}

// turns are the samples of a row, by what they measure.
type turns struct {
	apply, plan, smallestApply, smallestPlan, terraformApply, terraformPlan []sample
	byHand, hash                                                            []float64
}

// measure measures one work: everything in turn, then everything again.
func (b *bench) measure(ctx context.Context, w work, runs int) (row, error) {
	if w.slow {
		runs = min(runs, 3)
	}
	if w.Reports > 1 {
		return b.measureMany(ctx, w, runs)
	}
	return b.measureOne(ctx, w, runs)
}

// measureOne measures a single report beside one of 1 KB and what a script does.
func (b *bench) measureOne(ctx context.Context, w work, runs int) (_ row, err error) {
	r := row{work: w, Note: b.tools.missing(w.Wrapped)}
	served, err := b.library.add(ctx, 1, w.Size, w.Wrapped)
	if err != nil {
		return r, err
	}
	servedSmallest, err := b.library.add(ctx, 1, smallest, w.Wrapped)
	if err != nil {
		return r, err
	}
	reports, err := b.newReports(ctx, served)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, reports.remove()) }()
	smallestReport, err := b.newReports(ctx, servedSmallest)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, smallestReport.remove()) }()

	var t turns
	for range runs {
		err := inTurn(ctx,
			turn(&t.smallestApply, smallestReport.apply), turn(&t.apply, reports.apply),
			turn(&t.byHand, func(ctx context.Context) (float64, error) { return b.downloadByHand(ctx, served[0], w.Wrapped) }).
				onlyIf(r.Note == ""),
			turn(&t.smallestPlan, smallestReport.plan), turn(&t.plan, reports.plan),
			turn(&t.hash, reports.hashByHand).onlyIf(b.tools.openssl),
		)
		if err != nil {
			return r, err
		}
	}
	r.Apply, r.Plan = summarise(t.apply), summarise(t.plan)
	smallestApply, smallestPlan := summarise(t.smallestApply), summarise(t.smallestPlan)
	r.SmallestApply, r.SmallestPlan = &smallestApply, &smallestPlan
	r.ByHandSeconds, r.HashSeconds = medianOf(t.byHand), medianOf(t.hash)
	r.StateBytes, err = reports.stateBytes(w.Reports)
	return r, err
}

// measureMany measures several reports; many small ones beside Terraform's own time for as many resources.
func (b *bench) measureMany(ctx context.Context, w work, runs int) (_ row, err error) {
	r := row{work: w}
	served, err := b.library.add(ctx, w.Reports, w.Size, w.Wrapped)
	if err != nil {
		return r, err
	}
	reports, err := b.newReports(ctx, served)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, reports.remove()) }()

	var t turns
	var terraform *project
	for range runs {
		if err := inTurn(ctx, turn(&t.apply, reports.apply), turn(&t.plan, reports.plan)); err != nil {
			return r, err
		}
		if r.StateBytes, err = reports.stateBytes(w.Reports); err != nil {
			return r, err
		}
		if w.Size > small {
			continue
		}
		if terraform == nil {
			if terraform, err = b.newEqualTerraformData(ctx, served, r.StateBytes); err != nil {
				return r, err
			}
			defer func() { err = errors.Join(err, terraform.remove()) }()
		}
		err := inTurn(ctx, turn(&t.terraformApply, terraform.apply), turn(&t.terraformPlan, terraform.plan),
			turn(&t.hash, reports.hashByHand).onlyIf(b.tools.openssl))
		if err != nil {
			return r, err
		}
	}
	r.Apply, r.Plan, r.HashSeconds = summarise(t.apply), summarise(t.plan), medianOf(t.hash)
	if terraform != nil {
		terraformApply, terraformPlan := summarise(t.terraformApply), summarise(t.terraformPlan)
		r.TerraformApply, r.TerraformPlan = &terraformApply, &terraformPlan
	}
	return r, nil
}

// newEqualTerraformData makes a project of terraform_data whose state has stateBytes for each run.
func (b *bench) newEqualTerraformData(ctx context.Context, runs []run, stateBytes float64) (*project, error) {
	trial, err := b.newTerraformData(ctx, runs[:min(len(runs), 10)], 0)
	if err != nil {
		return nil, err
	}
	if _, err := trial.apply(ctx); err != nil {
		return nil, err
	}
	without, err := trial.stateBytes(min(len(runs), 10))
	if err != nil {
		return nil, errors.Join(err, trial.remove())
	}
	if err := trial.remove(); err != nil {
		return nil, err
	}
	missing := stateBytes - without
	if missing < 0 {
		return nil, fmt.Errorf("a terraform_data alone has %.0f bytes of state, more than a report's %.0f", without,
			stateBytes)
	}
	return b.newTerraformData(ctx, runs, int(missing/2))
}

func (p *project) hashByHand(ctx context.Context) (float64, error) {
	files, err := p.saved()
	if err != nil {
		return 0, err
	}
	return hashByHand(ctx, files)
}

// step is one measurement of a round.
type step func(ctx context.Context) error

// turn makes a measurement a step that keeps what it measures.
func turn[T any](samples *[]T, measure func(ctx context.Context) (T, error)) step {
	return func(ctx context.Context) error {
		s, err := measure(ctx)
		*samples = append(*samples, s)
		return err
	}
}

// onlyIf makes a step do nothing under another condition.
func (s step) onlyIf(condition bool) step {
	if condition {
		return s
	}
	return func(context.Context) error { return nil }
}

func inTurn(ctx context.Context, steps ...step) error {
	for _, s := range steps {
		if err := s(ctx); err != nil {
			return err
		}
	}
	return nil
}
