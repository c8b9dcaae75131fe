package reportlibrary

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// explain sets the kind, code and message of an error with a status other than 2xx.
func explain(e *Error, body []byte) {
	if code, message, ok := parseErrorBody(body); ok {
		e.Code, e.Message, e.Snippet = code, message, ""
	}
	e.Kind = statusKind(e)
}

func statusKind(e *Error) Kind {
	switch {
	case e.Host != "":
		return KindRedirectTarget
	case e.HasCode("report_format_inapplicable"):
		return KindFormat
	case e.HasCode("custom_reports_not_enabled"):
		return KindNotEnabled
	case e.HasCode("user_forbidden"):
		return KindPermission
	case e.HasCode("invalid_filter"):
		return KindFilter
	case e.Status == http.StatusUnauthorized, e.Status == http.StatusForbidden && e.Code != "":
		return KindAuthentication
	case e.Status == http.StatusForbidden:
		return KindAccessDenied
	case e.Status == http.StatusNotFound && e.Code == "" && e.Message == "":
		return KindNoService
	case e.Status == http.StatusNotFound:
		return KindNotFound
	case e.Status == http.StatusTooManyRequests:
		return KindRateLimited
	case e.Status == http.StatusBadRequest:
		return KindRejected
	case e.Status >= http.StatusInternalServerError:
		return KindUnavailable
	default:
		return KindUnexpectedStatus
	}
}

// errorEntry is an error of the API. Values that are not strings are undocumented, and shown as JSON.
type errorEntry struct {
	Code    json.RawMessage `json:"code"`
	Message json.RawMessage `json:"message"`
}

// parseErrorBody returns code and message of a body in one of the API's two error shapes, with any Content-Type. ok is
// false for other bodies and empty ones.
func parseErrorBody(data []byte) (code, message string, ok bool) {
	var body struct {
		errorEntry
		Errors json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), &body) != nil {
		return "", "", false
	}
	first := body.Errors
	var list []json.RawMessage
	if json.Unmarshal(first, &list) == nil && len(list) > 0 {
		first = list[0]
	}
	var entry errorEntry
	if json.Unmarshal(first, &entry) == nil {
		code, message = jsonText(entry.Code), jsonText(entry.Message)
	} else if len(list) > 0 {
		message = jsonText(first)
	}
	if code == "" && message == "" {
		code, message = jsonText(body.Code), jsonText(body.Message)
	}
	return code, message, code != "" || message != ""
}

// jsonText returns the text of a string, an empty text for null, and other values as JSON.
func jsonText(raw json.RawMessage) string {
	var text string
	if len(raw) == 0 || json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}
