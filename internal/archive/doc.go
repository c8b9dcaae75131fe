// Package archive keeps every run of one report in one folder, with a chain of manifests that pins each file and each
// earlier manifest. It decides which runs are new, writes files and manifests so that an interrupted apply leaves each
// of them whole or absent, and rebuilds its record from the folder alone. It knows no Terraform type.
//
// [Discover] and [Items] are pure: a plan and its apply call them with the same input. [Inspect] compares a folder with
// a [Record]. [Job.Run] changes the folder and returns the new record.
package archive
