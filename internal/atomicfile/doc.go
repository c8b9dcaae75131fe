// Package atomicfile writes, inspects and removes files. At every moment, even after a crash or on a full disk, a path
// has the complete old file, the complete new file, or none. A [Pending] is a new file before its path has it, a [File]
// an existing one, and a [Registry] records which owner wrote which path.
//
// It works through handles of open folders, and never follows a link as the last element of a path.
package atomicfile
