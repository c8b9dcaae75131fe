// Package atomicfile writes, inspects and removes files on disk: at every moment, also after a crash or on a full disk,
// a path has the old file, the new file or none, never a part of one. A [Pending] is a new file before its path has it,
// a [File] an existing one, and a [Registry] knows which owner wrote which path.
//
// It works in open folders, so that a changed path leads nowhere else, and never follows a link as the last element of
// a path. It does not know HTTP, reports or Terraform.
package atomicfile
