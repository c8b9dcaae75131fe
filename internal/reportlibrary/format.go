package reportlibrary

// Format is a report format as the API writes it, in upper case.
type Format string

// The formats that the API documents for the query parameter report_format.
const (
	FormatCSV   Format = "CSV"
	FormatJSON  Format = "JSON"
	FormatExcel Format = "EXCEL"
	FormatZIP   Format = "ZIP"
)

// Formats lists every documented format, in the order in which the documentation names them.
func Formats() []Format {
	return []Format{FormatCSV, FormatJSON, FormatExcel, FormatZIP}
}

// Extension returns the file name extension of the format's content, without the dot.
func (f Format) Extension() string {
	switch f {
	case FormatCSV:
		return "csv"
	case FormatJSON:
		return "json"
	case FormatExcel:
		return "xlsx"
	default:
		return "zip"
	}
}

// MediaType returns the IANA media type of the format's content.
func (f Format) MediaType() string {
	switch f {
	case FormatCSV:
		return "text/csv"
	case FormatJSON:
		return "application/json"
	case FormatExcel:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	default:
		return "application/zip"
	}
}
