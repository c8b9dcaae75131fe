package savedfile

import "github.com/seed-875fe49d/terraform-provider-digicert/internal/content"

// Action is what an apply does to the disk.
type Action int

const (
	// Keep leaves the file as it is, but for its mode.
	Keep Action = iota
	// RecordPath only records the path of a missing file.
	RecordPath
	// Move brings the recorded file to another path.
	Move
	// Restore downloads the run again and accepts the recorded content only.
	Restore
	// Replace downloads a content that differs from the recorded one.
	Replace
)

// Facts says how much of the facts about the content is known before the apply.
type Facts int

const (
	// FactsRecorded are the recorded facts.
	FactsRecorded Facts = iota
	// FactsCompleted are the recorded facts, and unknown ones that the moved-from resource type did not record.
	FactsCompleted
	// FactsOfMembers are the recorded facts of an archive's members. The archive's own bytes, and with them its digests,
	// its size and the members' names, may differ between downloads.
	FactsOfMembers
	// FactsNew are unknown, but for those that follow from the format and from the expected digest.
	FactsNew
)

// Decision is what becomes of a file.
type Decision struct {
	Action  Action
	Path    Value[string]
	Present Value[bool]
	Facts   Facts
}

// Decide returns what becomes of a file: the event table of the resource. A plan calls it with what a refresh found,
// and an apply with what is on disk by then. A value that is known in the plan's Decision is the same in the apply's,
// unless the disk has changed in between. record is nil for a new file.
func Decide(spec Spec, record *Record, state State) Decision {
	decision := Decision{Action: Replace, Path: plannedPath(spec, record), Present: Known(true), Facts: FactsNew}
	if record == nil {
		return decision
	}
	moves := !decision.Path.Is(record.Path)
	if spec.undecided() || state == Obstructed && !moves {
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
	// A file without a run has to be there once, to be looked at.
	case state == Missing && spec.OnMissing.Is(OnMissingIgnore) && !record.withoutRun():
		decision.Action = RecordPath
		if !spec.undecided() {
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
