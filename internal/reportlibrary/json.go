package reportlibrary

import (
	"context"
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/httpclient"
)

// maxJSONBytes and maxDetailsBytes are how much of one page of the history, and of the details of a report, is read; a
// page of 100 records has about 50 KB.
const (
	maxJSONBytes    = 32 << 20
	maxDetailsBytes = 1 << 20
)

// getJSON requests path and has decode read the body of at most limit bytes; nil for a response without one.
//
// The error is of KindResponse or KindResponseEnd for a response that is not a JSON object or is too large.
func (c *Client) getJSON(
	ctx context.Context, path []string, query url.Values, limit int64, decode func(*jsonBody) error,
) error {
	return c.get(ctx, path, query, func(resp *http.Response) error {
		switch resp.StatusCode {
		case http.StatusOK:
		case http.StatusNoContent:
			return decode(nil)
		default:
			return unexpectedStatus(resp)
		}
		body, err := httpclient.OpenBody(resp, 0)
		if err != nil {
			return err
		}
		return decode(newJSONBody(body, limit))
	})
}

func notTheObject(start []byte) *Error {
	e := newError(KindResponse, "the response is not the expected JSON object")
	e.Snippet = string(start)
	return e
}

// unexpected returns the error for an object that has not the fields which make it the expected response.
func (o jsonObject) unexpected() error {
	data, err := json.Marshal(o)
	if err != nil {
		return err
	}
	return notTheObject(data)
}

// jsonObject is an object whose fields are read as what they are wanted for: what an API documents as a string and
// samples as a number, or leaves out where it says null, is no reason to fail.
type jsonObject map[string]json.RawMessage

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// text returns a string, the digits of a number, the words true and false, and any other value in JSON. What is missing
// or null is "".
func (o jsonObject) text(name string) string {
	if isNull(o[name]) {
		return ""
	}
	return jsonText(o[name])
}

// integer returns a whole number, also from a string; nil for anything else.
func (o jsonObject) integer(name string) *int64 {
	text := strings.TrimSpace(o.text(name))
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return &n
	}
	// 5.0 and 1e3 are whole too; beyond 2⁵³ floating-point numbers don't tell which.
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return nil
	}
	n := int64(f)
	return &n
}

// boolean returns a truth value, also from a string or the numbers 0 and 1; nil for anything else.
func (o jsonObject) boolean(name string) *bool {
	b, err := strconv.ParseBool(strings.ToLower(strings.TrimSpace(o.text(name))))
	if err != nil {
		return nil
	}
	return &b
}

// object returns an object; nil for anything else.
func (o jsonObject) object(name string) jsonObject {
	var object jsonObject
	if json.Unmarshal(o[name], &object) != nil {
		return nil
	}
	return object
}

// list returns the elements of an array without its nulls, nil for what is missing, null or "", and a list of one for
// any other value.
func (o jsonObject) list(name string) []json.RawMessage {
	raw := o[name]
	if isNull(raw) || string(raw) == `""` {
		return nil
	}
	var elements []json.RawMessage
	if json.Unmarshal(raw, &elements) != nil {
		return []json.RawMessage{raw}
	}
	kept := elements[:0]
	for _, element := range elements {
		if !isNull(element) {
			kept = append(kept, element)
		}
	}
	return kept
}

// texts returns a list whose elements are read as by text.
func (o jsonObject) texts(name string) []string {
	elements := o.list(name)
	if elements == nil {
		return nil
	}
	texts := make([]string, len(elements))
	for i, element := range elements {
		texts[i] = jsonText(element)
	}
	return texts
}

// objects returns the list's elements as objects. One that is none is taken for the value of the field key.
func (o jsonObject) objects(name, key string) []jsonObject {
	elements := o.list(name)
	if elements == nil {
		return nil
	}
	objects := make([]jsonObject, len(elements))
	for i, element := range elements {
		if json.Unmarshal(element, &objects[i]) != nil {
			objects[i] = jsonObject{key: element}
		}
	}
	return objects
}
