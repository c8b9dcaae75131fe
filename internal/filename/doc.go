// Package filename turns a server's name for a report, from a Content-Disposition header or a ZIP archive, into a safe
// file name. It knows neither HTTP nor the file system.
package filename
