// Package rows asks questions of saved reports: how many rows fulfil some conditions, and what some cells of them
// contain.
//
// It reads CSV and JSON files once, in pieces, so that its memory does not depend on the size of a file, and computes
// their digests in the same pass. It knows neither HTTP nor Terraform.
package rows
