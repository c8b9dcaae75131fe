// Package atomicfile keeps files at rest: it computes their digests in one pass, puts them at their path so that nobody
// ever sees a part of one, and tells what a path holds. It knows neither HTTP nor Terraform.
//
// The promise is about every moment, also that of a crash or a full disk: a path holds the old file, the new file, or
// nothing. A file on its way is a [Pending]; only [Pending.Commit] makes it visible. Paths are used as they are
// written; a symbolic link as the last element of one is never followed.
package atomicfile
