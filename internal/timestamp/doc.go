// Package timestamp gets time stamps over SHA-256 digests from a time stamp authority (RFC 3161) and verifies them.
//
// A [Client] returns a response only after it has verified it. [Verify] judges a stored response by the same rules.
// Both accept less than the RFC allows, so that `openssl ts -verify`, with which an auditor checks the stored response,
// comes to the same result. Revocation is not checked.
//
// The package knows nothing of Terraform, of the Report Library, or of its API key, and has an HTTP client of its own.
package timestamp
