// Package rows counts the rows of saved reports that meet conditions, and returns selected cells. It reads CSV and JSON
// files once in pieces, with constant memory, and computes their digests at the same time.
package rows
