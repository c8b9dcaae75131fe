// Package filename turns a name that a server gives to a report, in a Content-Disposition header or in a ZIP archive,
// into a safe file name. It knows neither HTTP nor the file system.
package filename
