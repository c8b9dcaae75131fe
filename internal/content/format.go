package content

// Format is a report format as the API writes it, in upper case.
type Format string

// The formats that the API documents for the query parameter report_format.
const (
	CSV   Format = "CSV"
	JSON  Format = "JSON"
	Excel Format = "EXCEL"
	ZIP   Format = "ZIP"
)

// Formats returns every documented format, in the order of the documentation.
func Formats() []Format {
	return []Format{CSV, JSON, Excel, ZIP}
}

// Extension returns the file name extension of the format's content, without the dot; empty for another format.
func (f Format) Extension() string {
	switch f {
	case CSV:
		return "csv"
	case JSON:
		return "json"
	case Excel:
		return "xlsx"
	case ZIP:
		return "zip"
	default:
		return ""
	}
}

// MediaType returns the IANA media type of the format's content; empty for another format.
func (f Format) MediaType() string {
	switch f {
	case CSV:
		return "text/csv"
	case JSON:
		return "application/json"
	case Excel:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case ZIP:
		return "application/zip"
	default:
		return ""
	}
}
