package reportlibrary

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// explain sets the kind, the code and the message of the error for a response that is not a success.
func explain(e *Error, body []byte) {
	if code, message, ok := parseErrorBody(body); ok {
		e.Code, e.Message, e.Snippet = code, message, ""
	}
	e.Kind = statusKind(e)
}

// statusKind returns the kind of a response that is not a success.
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

// errorEntry is an error as the API writes it. What is no string is nothing documented, and shown as it is.
type errorEntry struct {
	Code    json.RawMessage `json:"code"`
	Message json.RawMessage `json:"message"`
}

// parseErrorBody finds code and message in either of the API's error shapes, whatever the Content-Type says. It is
// not ok if the body has neither shape, or has nothing in it.
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

// jsonText returns a string's text, nothing for null, and any other value in JSON.
func jsonText(raw json.RawMessage) string {
	var text string
	if len(raw) == 0 || json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}
