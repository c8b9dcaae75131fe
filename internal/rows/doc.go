// Package rows counts the rows of saved reports that fulfil conditions, and returns selected cells of them.
//
// It reads CSV and JSON files once, in pieces, so that its memory does not depend on the size of a file, and computes
// their digests in the same pass. It knows neither HTTP nor Terraform.
package rows
