// Package archive archives every run of one report in one folder, with a chain of manifests that contain the digests of
// all files and of earlier manifests. After an interrupted apply each file is complete or missing, and the folder alone
// is enough to rebuild the record. The package does not know Terraform.
//
// [Discover] and [Discovery.Items] are pure functions: a plan and its apply get the same result. [Inspect] compares a
// folder with a [Record]. [Job.Run] changes the folder and returns the new record.
package archive
