package savedfile

import "github.com/seed-875fe49d/terraform-provider-digicert/internal/content"

// Action is the change that an apply makes on disk.
type Action int

// The actions.
const (
	Keep       Action = iota // leave the content as it is, and set a watched mode
	RecordPath               // record the path of a missing file
	Move                     // move the recorded file to another path
	Restore                  // download the run again, and accept only the recorded content
	Replace                  // download content that differs from the recorded one
)

// Facts tells which facts of the content are known before the apply.
type Facts int

// The facts that an apply starts with.
const (
	FactsRecorded Facts = iota // all recorded facts
	// FactsCompleted are the recorded facts, and unknown ones that the source type of a moved resource did not record.
	FactsCompleted
	// FactsOfMembers are the recorded facts of an archive's members. The digests and size of the archive, and its members'
	// names, may differ between downloads.
	FactsOfMembers
	// FactsNew are unknown except for those that follow from the format and from expected_sha256.
	FactsNew
)

// Decision is the planned change of a file.
type Decision struct {
	Action  Action
	Path    Value[string]
	Present Value[bool]
	Facts   Facts
}

// Decide implements the event table of the resource. A plan calls it with the state that Read found, and an apply with
// the present state. Values that are known in the plan's Decision are the same in the apply's, unless the disk has
// changed in between. record is nil for a new file.
func Decide(spec Spec, record *Record, state State) Decision {
	decision := Decision{Action: Replace, Path: plannedPath(spec, record), Present: Known(true), Facts: FactsNew}
	if record == nil {
		return decision
	}
	moves := !decision.Path.Is(record.Path)
	if spec.hasUnknown() || state == Obstructed && !moves {
		decision.Present = Unknown[bool]()
	}
	if !record.satisfies(spec) {
		return decision
	}
	decision.Facts = FactsRecorded
	if record.withoutRun() {
		decision.Facts = FactsCompleted
	}
	switch {
	// A file without a run must exist, because its content has to be read.
	case state == Missing && spec.OnMissing.Is(OnMissingIgnore) && !record.withoutRun():
		decision.Action = RecordPath
		if !spec.hasUnknown() {
			decision.Present = Known(record.Present)
		}
	case state == Missing || state == Modified || state == Obstructed:
		decision.Action = Restore
		if spec.Run.Format.Is(content.ZIP) && spec.ExpectedSHA256.IsNone() && record.MembersSHA256 != "" {
			decision.Facts = FactsOfMembers
		}
	case moves:
		decision.Action = Move
	default:
		decision.Action = Keep
	}
	return decision
}
