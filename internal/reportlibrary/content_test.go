package reportlibrary

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/deadline"
	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile/zipfiletest"
)

// TestCheckContent checks saved files. The kinds of errors are those of a download.
func TestCheckContent(t *testing.T) {
	t.Parallel()
	archive := string(zipfiletest.Build(t, zipfiletest.File{Name: "a.csv", Data: testCSV}))
	tests := []struct {
		name    string
		text    string
		format  Format
		kind    Kind // empty for success
		rows    int64
		columns []string
	}{
		{"CSV", testCSV, FormatCSV, "", int64(strings.Count(testCSV, "\n")) - 1, []string{"order_id", "common_name"}},
		{"page", "<!DOCTYPE html><html></html>", FormatCSV, KindPage, 0, nil},
		{"empty", " \n", FormatCSV, KindEmpty, 0, nil},
		{"damaged archive", archive[:len(archive)-1], FormatZIP, KindTruncated, 0, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rows, columns, err := CheckContent(deadline.Context(t), strings.NewReader(tt.text), int64(len(tt.text)), tt.format)
			if tt.kind != "" {
				wantKind(t, err, tt.kind)
				return
			}
			if err != nil || rows == nil || *rows != tt.rows || !slices.Equal(columns, tt.columns) {
				t.Errorf("got rows %v, columns %q (%v), want %d and %q", rows, columns, err, tt.rows, tt.columns)
			}
		})
	}
}

func TestReadMembers(t *testing.T) {
	t.Parallel()
	archive := string(zipfiletest.Build(t, zipfiletest.File{Name: "a.csv", Data: testCSV}))
	members, err := ReadMembers(deadline.Context(t), strings.NewReader(archive), int64(len(archive)))
	if err != nil || len(members) != 1 || members[0].Name != "a.csv" || members[0].Size != int64(len(testCSV)) {
		t.Errorf("got %+v (%v), want a.csv", members, err)
	}
	_, err = ReadMembers(deadline.Context(t), strings.NewReader(archive), int64(len(archive))-1)
	wantKind(t, err, KindTruncated)
}
