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

// maxJSONBytes and maxDetailsBytes limit the bytes of a history page and of a report's details. A page of 100 records
// has about 50 KB.
const (
	maxJSONBytes    = 32 << 20
	maxDetailsBytes = 1 << 20
)

// getJSON requests path and passes the body to decode; nil for a response without a body. The error has KindResponse or
// KindResponseEnd if the response is not a JSON object or has more than limit bytes.
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

func (o jsonObject) unexpected() error {
	data, err := json.Marshal(o)
	if err != nil {
		return err
	}
	return notTheObject(data)
}

// jsonObject reads fields leniently, because the API's samples contradict its documentation: numbers for strings, and
// missing fields for null.
type jsonObject map[string]json.RawMessage

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// text returns a string, number or boolean as text, and other values as JSON. Missing and null fields are "".
func (o jsonObject) text(name string) string {
	if isNull(o[name]) {
		return ""
	}
	return jsonText(o[name])
}

// integer returns a whole number, also from a string; nil for other values.
func (o jsonObject) integer(name string) *int64 {
	text := strings.TrimSpace(o.text(name))
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return &n
	}
	// 5.0 and 1e3 are whole too. Floating-point numbers beyond 2⁵³ are not exact.
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return nil
	}
	n := int64(f)
	return &n
}

// boolean returns a boolean, also from a string or the numbers 0 and 1; nil for other values.
func (o jsonObject) boolean(name string) *bool {
	b, err := strconv.ParseBool(strings.ToLower(strings.TrimSpace(o.text(name))))
	if err != nil {
		return nil
	}
	return &b
}

func (o jsonObject) object(name string) jsonObject {
	var object jsonObject
	if json.Unmarshal(o[name], &object) != nil {
		return nil
	}
	return object
}

// list returns the elements of an array without nulls, nil for a missing field, null or "", and a list with the value
// for other values.
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

// objects returns the elements of a list as objects. Another element becomes the field key of an object.
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
