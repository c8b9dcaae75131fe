// Package zipfile reads ZIP archives from a source that is not trusted, under limits.
//
// The standard library parses the directory; this package bounds what that costs and rejects archives that are cut
// off, contradict themselves, or unpack to far more than a report does. It knows neither reports nor HTTP, and masks
// nothing: names in its errors are as the archive spells them.
package zipfile
