package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// Stamp is a verified time stamp.
type Stamp struct {
	Token []byte // the unmodified response of the time stamp authority
	// Time is the authority's time of the stamp, and Expires the end of its certificate.
	Time, Expires time.Time
	Signer        string // the subject of the authority's certificate
}

// Stamper gets and verifies time stamps.
type Stamper interface {
	// Stamp returns a verified time stamp over content.
	Stamp(ctx context.Context, content []byte) (Stamp, error)
	// Verify verifies a time stamp over content.
	Verify(ctx context.Context, token, content []byte) (Stamp, error)
}

// Job is one apply of an archive.
type Job struct {
	Directory string
	From      string // the previous folder of the archive; empty if the folder stays the same
	Record    Record
	New       []Item // the files to download in Format
	Format    reportlibrary.Format
	Restore   []Key // the archived files to restore; all of them in a new folder
	Stamp     bool  // requests a time stamp over the newest manifest, unless it has one
	Options   Options
	Source    Source
	Stamper   Stamper
	Producer  Producer
	Markers   *Markers // the markers of this process
	DraftKey  DraftKey
	Now       func() time.Time
}

// Outcome is the result of a Job.
type Outcome struct {
	// Record is the new record. It is complete even after failures.
	Record   Record
	Failures []Failure
	// Archived and Restored count files that were added to the folder. Taken counts those of Archived that an interrupted
	// apply had downloaded.
	Archived, Restored, Taken int
	SetAside                  []string // the new names of modified files
	Stamp                     *Stamp   // the time stamp received in this job
	// ClockOff is the difference between this machine's clock and the time of a stamp requested in this job.
	ClockOff time.Duration
	// StampErr and DefinitionErr explain a missing time stamp or definition, and ManifestErr files of the newest manifest
	// that are missing on disk but contained in Record.Newest.
	StampErr, DefinitionErr, ManifestErr error
}

// finishTime is the time that an apply has after a cancellation or timeout to write the manifest of its downloads.
const finishTime = time.Minute

func finishing(ctx context.Context) (context.Context, context.CancelFunc) {
	finish, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(finishTime, cancel) })
	return finish, func() {
		stop()
		cancel()
	}
}

// Run does the job. On an error, which is a *ChainError or a read error of the folder, nothing has changed.
func (j *Job) Run(ctx context.Context) (Outcome, error) {
	f := folder(j.Directory)
	outcome := Outcome{Record: j.Record.clone()}
	if err := f.checkNext(j.Record, len(j.New) > 0); err != nil {
		return outcome, err
	}
	if j.From != "" {
		if err := f.copyLinks(ctx, folder(j.From), j.Record, j.Options); err != nil {
			return outcome, err
		}
	}
	aside, err := f.repair(ctx, j.Record, j.Options, j.Now())
	outcome.SetAside, outcome.ManifestErr = aside, err

	finish, cancel := finishing(ctx)
	defer cancel()
	draft := j.openDraft()
	defer draft.close()
	asking, stopAsking := context.WithCancel(ctx)
	defer stopAsking()
	definition := j.askDefinition(asking)
	tasks := j.tasks()
	facts, subjects := outcome.collect(tasks, j.perform(ctx, finish, tasks, draft))
	if len(facts) > 0 {
		statement := j.statement(facts, subjects)
		statement.Predicate.Definition, outcome.DefinitionErr = definition()
		if err := j.writeManifest(finish, &outcome, statement, draft); err != nil {
			return outcome, err
		}
	}
	if j.Stamp && outcome.ManifestErr == nil && outcome.Record.Sequence > 0 && len(outcome.Record.Newest.Token) == 0 {
		outcome.StampErr = j.stamp(ctx, &outcome)
	}
	j.Markers.adopt(f, j.Record.Sequence)
	return outcome, nil
}

// checkNext returns an error if the folder contains a file of the next manifest.
func (f folder) checkNext(record Record, writes bool) error {
	ahead, err := f.ahead(record)
	switch {
	case err != nil:
		return err
	case ahead == nil:
		return nil
	case ahead.Problem == Taken && f.interrupted(record.Sequence+1):
		ahead.Problem = Interrupted
	case ahead.Problem == Taken && !writes:
		return nil
	}
	return ahead
}

func (j *Job) tasks() []task {
	var tasks []task
	for _, key := range j.Restore {
		if file, ok := j.Record.Files[key]; ok {
			tasks = append(tasks, task{
				key: key, name: file.Name, endDate: file.ReportEndDate, format: formatOf(file.Name), file: file,
			})
		}
	}
	for _, item := range j.New {
		tasks = append(tasks, task{
			key: item.Key, name: item.Name, endDate: item.Run.ReportEndDate, format: j.Format, item: &item,
		})
	}
	return tasks
}

// collect sorts the results into failures and facts of new files.
func (o *Outcome) collect(tasks []task, results []result) ([]Fact, []Descriptor) {
	facts, subjects := []Fact{}, []Descriptor{}
	for i, t := range tasks {
		got := results[i]
		if got.aside != "" {
			o.SetAside = append(o.SetAside, got.aside)
		}
		switch {
		case got.err != nil:
			o.Failures = append(o.Failures, Failure{
				Key: t.key, Name: t.name, EndDate: t.endDate, Restore: t.item == nil, Err: got.err,
			})
		case t.item == nil:
			o.Restored++
		default:
			o.Archived++
			if got.taken {
				o.Taken++
			}
			facts = append(facts, t.fact(got))
			subjects = append(subjects, Descriptor{Name: t.name, Digest: Digest{got.sha256}})
		}
	}
	return facts, subjects
}

func (j *Job) statement(facts []Fact, subjects []Descriptor) Statement {
	return Statement{
		Type: StatementType, Subject: subjects, PredicateType: PredicateType,
		Predicate: Predicate{
			ReportIdentifier: j.Record.ReportIdentifier, Sequence: j.Record.Sequence + 1,
			CreatedAt: j.Now().UTC().Format(time.RFC3339),
			Previous:  j.Record.Newest.descriptors(j.Record.Sequence), Files: facts, Producer: j.Producer,
		},
	}
}

// writeManifest writes the next manifest and records it with its files. After a *ChainError nothing is recorded. Other
// errors are in the outcome, because the files can be written again from the record.
func (j *Job) writeManifest(ctx context.Context, o *Outcome, statement Statement, draft *draft) error {
	f := folder(j.Directory)
	link, err := newLink(statement)
	if err != nil {
		return err
	}
	number := statement.Predicate.Sequence
	err = draft.seal(ctx, link.Manifest)
	for _, file := range link.files(number) {
		if err == nil {
			err = f.writeNew(ctx, file, j.Options)
		}
	}
	var fork *ChainError
	if errors.As(err, &fork) {
		return fork
	}
	o.ManifestErr = errors.Join(o.ManifestErr, err)
	for key, file := range statement.files() {
		o.Record.Files[key] = file
	}
	o.Record.Sequence, o.Record.Newest = number, link
	return nil
}

// askDefinition requests the report's definition during the downloads, so that it is available if the apply is
// cancelled later. The returned function waits for it. The manifest is valid without it.
func (j *Job) askDefinition(ctx context.Context) func() (*Definition, error) {
	if len(j.New) == 0 {
		return nil
	}
	var (
		definition *Definition
		failure    error
		done       = make(chan struct{})
	)
	go func() {
		defer close(done)
		var read Definition
		if read, failure = j.Source.Definition(ctx, j.Record.ReportIdentifier); failure == nil {
			definition = &read
		}
	}()
	return func() (*Definition, error) {
		<-done
		return definition, failure
	}
}

// stamp requests and saves the time stamp of the newest manifest, or uses the one that an interrupted apply has saved.
func (j *Job) stamp(ctx context.Context, o *Outcome) error {
	f := folder(j.Directory)
	name := TokenName(o.Record.Sequence)
	saved, err := f.read(name)
	if err == nil {
		stamp, err := j.Stamper.Verify(ctx, saved, o.Record.Newest.Sums)
		if err != nil {
			return fmt.Errorf("%s is already there and cannot be used: %w", f.path(name), err)
		}
		o.Record.Newest.Token, o.Stamp = saved, &stamp
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	stamp, err := j.Stamper.Stamp(ctx, o.Record.Newest.Sums)
	if err != nil {
		return err
	}
	if err := f.writeNew(ctx, linkFile{name, stamp.Token}, j.Options); err != nil {
		return err
	}
	o.Record.Newest.Token, o.Stamp = stamp.Token, &stamp
	o.ClockOff = j.Now().Sub(stamp.Time)
	return nil
}
