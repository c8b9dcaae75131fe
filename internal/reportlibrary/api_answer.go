package reportlibrary

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// maxErrorBody is how many bytes of an error's body are read, and unpacked; the API's own are far below 1 KB.
const maxErrorBody = 64 << 10

// maxSnippet is how many characters of a foreign body an error shows.
const maxSnippet = 200

// decodeAPIError reads the body of an answer that is no success. It never fails: a body that can't be read or
// understood leaves the fields empty.
func (c *Client) decodeAPIError(resp *http.Response) *APIError {
	apiErr := &APIError{StatusCode: resp.StatusCode, RequestID: c.requestID(resp), retryAfter: retryAfter(resp)}
	if resp.Request != nil && origin(resp.Request.URL) != c.transport.origin {
		apiErr.Host = c.masker.Excerpt(resp.Request.URL.Host, false, maxSnippet)
	}
	body, _, err := decodedBody(io.LimitReader(resp.Body, maxErrorBody), resp, 0, c.Redact)
	if err != nil {
		return apiErr
	}
	// What arrived before a failure is still the best that there is to tell.
	data, err := io.ReadAll(io.LimitReader(body, maxErrorBody))
	code, message, ok := parseErrorBody(data)
	if !ok {
		truncated := err != nil || len(data) == maxErrorBody
		apiErr.Snippet = c.masker.Excerpt(string(data), truncated, maxSnippet)
		return apiErr
	}
	apiErr.Code = c.masker.Excerpt(code, false, maxSnippet)
	apiErr.Message = c.masker.Excerpt(message, false, maxSnippet)
	return apiErr
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

// requestID returns the service's name for the exchange, if it gave one.
func (c *Client) requestID(resp *http.Response) string {
	for _, name := range []string{"X-Request-Id", "X-Correlation-Id", "X-Dc-Request-Id", "X-Amz-Request-Id"} {
		if id := resp.Header.Get(name); id != "" {
			return c.masker.Excerpt(id, false, maxSnippet)
		}
	}
	return ""
}

// retryAfter returns the pause that an answer asks for; negative if it asks for none.
func retryAfter(resp *http.Response) time.Duration {
	now := time.Now()
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		now = date // a date in Retry-After is one of the server's clock
	}
	wait, ok := parseRetryAfter(resp.Header.Get("Retry-After"), now)
	if !ok {
		return -1
	}
	return wait
}
