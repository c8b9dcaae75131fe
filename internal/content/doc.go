// Package content recognises the format of a body, and delivers the requested report to a destination.
//
// A body is judged as a whole while it is delivered: its head says whether it can be the requested format, and a state
// machine follows it to its end. The package knows neither HTTP nor Terraform nor secrets: errors quote names and text
// as they came, and the caller masks them.
package content
