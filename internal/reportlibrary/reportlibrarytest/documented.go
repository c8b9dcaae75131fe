package reportlibrarytest

import "net/http"

// The documented errors, in the flat shape except the rate limit's. Like io.EOF they are variables never to be
// assigned.
var (
	ReportFormatInapplicable = APIError(http.StatusBadRequest, "report_format_inapplicable",
		"The given report format is not applicable for the template/report.")
	MissingMandatoryFields = APIError(http.StatusBadRequest, "missing_mandatory_fields",
		"Please provide values for mandatory fields")
	InvalidLimit            = APIError(http.StatusBadRequest, "invalid_limit", "The limit is invalid.")
	InvalidOffset           = APIError(http.StatusBadRequest, "invalid_offset", "The offset is invalid.")
	InvalidFilter           = APIError(http.StatusBadRequest, "invalid_filter", "The filter is invalid.")
	UserAuthenticationError = APIError(http.StatusUnauthorized, "user_authentication_error",
		"User is not authenticated.")
	UserForbidden = APIError(http.StatusForbidden, "user_forbidden",
		"User does not have the required permission.")
	CustomReportsNotEnabled = APIError(http.StatusForbidden, "custom_reports_not_enabled",
		"Custom reports is not enabled")
	AccessDeniedInvalidKey = APIError(http.StatusForbidden, "access_denied|access_denied_invalid_key",
		"Access denied due to access_denied_invalid_key.")
	ReportsNotFound = APIError(http.StatusNotFound, "reports_not_found",
		"Report with the given identifier does not exist.")
	ReportNotFound = APIError(http.StatusNotFound, "report_not_found",
		"Report with the given identifier does not exist.")
	RequestLimitExceeded = APIError(http.StatusTooManyRequests, "request_limit_exceeded",
		"Service unavailable, please limit request volume").InList()
)

// MissingMandatoryField is the form of MissingMandatoryFields whose code names the field.
func MissingMandatoryField(name string) Response {
	return APIError(http.StatusBadRequest, "missing_mandatory_field: "+name, "Please provide values for mandatory fields")
}

// InvalidRequest is an error whose code carries its detail.
func InvalidRequest(detail string) Response {
	return APIError(http.StatusBadRequest, "invalid_request: "+detail, "The request is invalid.")
}

// DocumentedErrors lists every documented error, for table tests.
func DocumentedErrors() []Response {
	return []Response{
		ReportFormatInapplicable, MissingMandatoryFields, MissingMandatoryField("format"), InvalidLimit, InvalidOffset,
		InvalidFilter, InvalidRequest("split_report_sequence"), UserAuthenticationError, UserForbidden,
		CustomReportsNotEnabled, AccessDeniedInvalidKey, ReportsNotFound, ReportNotFound, RequestLimitExceeded,
	}
}
