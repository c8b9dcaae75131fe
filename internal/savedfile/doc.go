// Package savedfile decides what becomes of a report's file on disk, and does it. It knows no Terraform type and makes
// no request by itself.
//
// A [Spec] says what the configuration asks for, a [Record] what an earlier apply recorded, and [Inspect] how the disk
// compares with it. [Decide] is the event table: it is pure, so that a plan and its apply come to the same [Decision].
// [Change.Apply] brings the disk to it and returns the facts to record. Warnings and errors are values; the caller
// words them.
package savedfile
