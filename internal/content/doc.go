// Package content detects the format of a body, judges the body to its last byte, and delivers the requested report to
// a destination. It knows neither HTTP nor secrets: errors quote the body, and the caller masks them.
package content
