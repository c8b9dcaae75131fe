// Package savedfile decides about a report's file on disk, and carries the decision out. It knows neither Terraform nor
// HTTP.
//
// A [Spec] contains the configuration, a [Record] the state, and [Inspect] compares the record with the disk. [Decide],
// the event table, is a pure function, so that a plan and its apply come to the same [Decision]. [Change.Apply] carries
// it out and returns the facts to record. Warnings and errors are values without texts for users.
package savedfile
