package content

// Format is a report format as the API writes it, in upper case.
type Format string

// The documented values of the query parameter report_format.
const (
	CSV   Format = "CSV"
	JSON  Format = "JSON"
	Excel Format = "EXCEL"
	ZIP   Format = "ZIP"
)

// Formats returns the formats in the order of the API's documentation.
func Formats() []Format {
	return []Format{CSV, JSON, Excel, ZIP}
}

// Extension returns the file name extension without a dot; empty for an unknown format.
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

// MediaType returns the IANA media type; empty for an unknown format.
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
