// Package timestamp gets time stamps over SHA-256 digests from a time stamp authority (RFC 3161) and verifies them.
//
// [Client.Stamp] and [Verify] apply the same rules. They accept less than the RFC, so that `openssl ts -verify`, the
// auditor's tool, comes to the same result. They do not check revocation. The package has an HTTP client of its own and
// does not know DigiCert's API key.
package timestamp
