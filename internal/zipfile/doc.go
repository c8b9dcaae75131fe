// Package zipfile reads untrusted ZIP archives under limits. The standard library parses the directory; this package
// bounds its cost, and rejects archives that are truncated, contradictory, or unpack to far more than a report does.
package zipfile
