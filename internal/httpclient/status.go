package httpclient

import (
	"io"
	"net/http"
	"slices"
)

// maxErrorBody limits the bytes of an error's body before and after decoding; an API's are far below 1 KB.
const maxErrorBody = 64 << 10

// statusError reads a response with a status other than 2xx. If its body can't be read, the fields stay empty.
func (c *Client) statusError(resp *http.Response) *Error {
	e := &Error{
		Kind: KindStatus, Status: resp.StatusCode, RequestID: requestID(resp), RetryAfter: retryAfter(resp),
		Passing: slices.Contains(passingStatus, resp.StatusCode),
	}
	if resp.Request != nil {
		e.Host = c.transport.foreignHost(resp.Request.URL)
	}
	var data []byte
	limited := *resp
	limited.Body = io.NopCloser(io.LimitReader(resp.Body, maxErrorBody))
	if body, err := OpenBody(&limited, 0); err == nil {
		// Use the bytes that arrived before a failure.
		data, _ = io.ReadAll(io.LimitReader(body, maxErrorBody))
	}
	e.Snippet = string(data)
	if c.explain != nil {
		c.explain(e, data)
	}
	_ = c.Seal(e)
	return e
}

func requestID(resp *http.Response) string {
	for _, name := range []string{"X-Request-Id", "X-Correlation-Id", "X-Dc-Request-Id", "X-Amz-Request-Id"} {
		if id := resp.Header.Get(name); id != "" {
			return id
		}
	}
	return ""
}

func isSuccess(resp *http.Response) bool { return resp.StatusCode >= 200 && resp.StatusCode <= 299 }
