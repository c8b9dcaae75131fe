package content

import (
	"bytes"
	"errors"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile/zipfiletest"
)

func TestCheckContent(t *testing.T) {
	workbook := testWorkbook(t)
	wrapper := buildZIP(t, zipFile{name: "a.csv", data: testCSV})
	const accepted = 0
	tests := map[string]struct {
		file   []byte
		format Format
		want   Kind
	}{
		"CSV":                  {[]byte(testCSV), CSV, accepted},
		"JSON":                 {[]byte("{}"), JSON, accepted},
		"workbook":             {workbook, Excel, accepted},
		"ZIP":                  {wrapper, ZIP, accepted},
		"empty":                {nil, CSV, Empty},
		"ZIP without files":    {buildZIP(t), ZIP, Empty},
		"wrapper as CSV":       {wrapper, CSV, OtherFormat},
		"wrapper as JSON":      {wrapper, JSON, OtherFormat},
		"wrapper as EXCEL":     {wrapper, Excel, OtherFormat},
		"workbook as CSV":      {workbook, CSV, OtherFormat},
		"CSV as EXCEL":         {[]byte(testCSV), Excel, OtherFormat},
		"CSV as JSON":          {[]byte(testCSV), JSON, OtherFormat},
		"CSV as ZIP":           {[]byte(testCSV), ZIP, OtherFormat},
		"JSON as CSV":          {[]byte(`[{"a":1}]`), CSV, OtherFormat},
		"HTML":                 {[]byte("<html>"), CSV, Page},
		"truncated ZIP":        {wrapper[:len(wrapper)-1], ZIP, Truncated},
		"truncated workbook":   {workbook[:len(workbook)-1], Excel, Truncated},
		"truncated JSON":       {[]byte(`[{"a":1}`), JSON, Truncated},
		"workbook, wrong sum":  {zipfiletest.Corrupted(t, workbook), Excel, Damaged},
		"ZIP with a wrong sum": {zipfiletest.Corrupted(t, wrapper), ZIP, Damaged},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Check(t.Context(), bytes.NewReader(tt.file), int64(len(tt.file)), tt.format)
			if tt.want != accepted {
				wantKind(t, err, tt.want)
			} else if err != nil {
				t.Error(err)
			}
		})
	}

	cause := errors.New("cause")
	if _, err := Check(t.Context(), &brokenFile{readErr: cause}, 5, CSV); !errors.Is(err, cause) {
		t.Errorf("error is %v", err)
	}
}
