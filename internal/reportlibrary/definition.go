package reportlibrary

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
)

// Definition returns the masked response of GET /report/{report_identifier} with all fields, sorted by name. Errors are
// those of [Client.Report].
func (c *Client) Definition(ctx context.Context, reportIdentifier string) (json.RawMessage, error) {
	var definition json.RawMessage
	err := c.getJSON(ctx, []string{"report", reportIdentifier}, nil, maxDetailsBytes, func(body *jsonBody) error {
		response, err := body.object()
		if err != nil {
			return err
		}
		report, err := decodeReport(response)
		if err != nil {
			return err
		}
		if !strings.EqualFold(report.ReportIdentifier, reportIdentifier) {
			return otherReport(report)
		}
		definition, err = c.maskedJSON(response)
		return err
	})
	if err != nil {
		return nil, c.failed(ctx, OpReport, err)
	}
	return definition, nil
}

// maskedJSON encodes an object. It masks secrets before, because the API may have escaped their characters.
func (c *Client) maskedJSON(object jsonObject) (json.RawMessage, error) {
	text, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	var value any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	return json.Marshal(c.maskValue(value))
}

func (c *Client) maskValue(value any) any {
	switch value := value.(type) {
	case string:
		c.http.Masker().Data(&value)
		return value
	case []any:
		for i := range value {
			value[i] = c.maskValue(value[i])
		}
	case map[string]any:
		masked := make(map[string]any, len(value))
		for name, field := range value {
			c.http.Masker().Data(&name)
			masked[name] = c.maskValue(field)
		}
		return masked
	}
	return value
}
