package content

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile/zipfiletest"
)

// typesXML is a package's list of content types with one entry for its main part.
func typesXML(partName, contentType string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>` + "\r\n" +
		`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Override PartName="` + partName + `" ContentType="` + contentType + `"/></Types>`
}

var workbookTypes = typesXML("/xl/workbook.xml", workbookType)

func TestPackages(t *testing.T) {
	const (
		officeDocument = "application/vnd.openxmlformats-officedocument."
		mainPart       = "xl/workbook.xml"
	)
	main := zipFile{name: mainPart, data: "<workbook/>"}
	document := func(part, contentType string) []zipFile {
		return []zipFile{{name: contentTypesName, data: typesXML("/"+part, contentType)}, {name: part, data: "<x/>"}}
	}
	prefixed := strings.NewReplacer("<?", "<?", "</", "</n:", "<", "<n:", "xmlns=", "xmlns:n=").Replace(workbookTypes)
	tests := map[string]struct {
		files []zipFile
		want  string // the kind in the error; empty for a workbook
	}{
		"workbook":              {[]zipFile{{name: contentTypesName, data: workbookTypes}, main}, ""},
		"types at the end":      {[]zipFile{main, {name: contentTypesName, data: workbookTypes}}, ""},
		"types in other case":   {[]zipFile{{name: "[content_types].XML", data: workbookTypes}, main}, ""},
		"backslashes":           {[]zipFile{{name: contentTypesName, data: workbookTypes}, {name: `xl\workbook.xml`, data: "<workbook/>"}}, ""},
		"names with a root":     {[]zipFile{{name: "/" + contentTypesName, data: workbookTypes}, {name: "/xl/workbook.xml"}}, ""},
		"type with a parameter": {[]zipFile{{name: contentTypesName, data: typesXML("/xl/workbook.xml", workbookType+"; charset=utf-8")}, main}, ""},
		"part in other case":    {[]zipFile{{name: contentTypesName, data: workbookTypes}, {name: "XL/Workbook.xml"}}, ""},
		"type in other case":    {[]zipFile{{name: contentTypesName, data: typesXML("/xl/workbook.xml", strings.ToUpper(workbookType))}, main}, ""},
		"part of another name":  {document("xl/workbook22.xml", workbookType), ""},
		"types in UTF-16":       {[]zipFile{{name: contentTypesName, data: "\xff\xfe" + wide(binary.LittleEndian, strings.Replace(workbookTypes, "UTF-8", "UTF-16", 1))}, main}, ""},
		"types with a prefix":   {[]zipFile{{name: contentTypesName, data: prefixed}, main}, ""},
		"type as a default":     {[]zipFile{{name: contentTypesName, data: strings.Replace(workbookTypes, `Override PartName="/xl/workbook.xml"`, `Default Extension="xml"`, 1)}, main}, ""},
		"no such part":          {[]zipFile{{name: contentTypesName, data: workbookTypes}, {name: "a.csv", data: testCSV}}, "without a workbook"},
		"default without parts": {[]zipFile{{name: contentTypesName, data: strings.Replace(workbookTypes, `Override PartName="/xl/workbook.xml"`, `Default Extension="xml"`, 1)}}, "without a workbook"},
		"types alone":           {[]zipFile{{name: contentTypesName, data: "<Types/>"}}, "without a workbook"},
		"types that break off":  {[]zipFile{{name: contentTypesName, data: workbookTypes[:300]}, main}, "a damaged Office document"},
		"macros":                {document(mainPart, "application/vnd.ms-excel.sheet.macroEnabled.main+xml"), "(.xlsm)"},
		"binary":                {document("xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroEnabled.main"), "(.xlsb)"},
		"template":              {document(mainPart, officeDocument+"spreadsheetml.template.main+xml"), "(.xltx)"},
		"Word":                  {document("word/document.xml", officeDocument+"wordprocessingml.document.main+xml"), "a Word document"},
		"Word with macros":      {document("word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"), "a Word document with macros"},
		"PowerPoint":            {document("ppt/presentation.xml", officeDocument+"presentationml.presentation.main+xml"), "a PowerPoint presentation"},
		"Visio":                 {document("visio/document.xml", "application/vnd.ms-visio.drawing.main+xml"), "a Visio drawing"},
		"XPS":                   {document("FixedDocSeq.fdseq", "application/vnd.ms-package.xps-fixeddocumentsequence+xml"), "an XPS document"},
		"NuGet": {
			[]zipFile{{name: contentTypesName, data: `<Types><Default Extension="nuspec" ContentType="application/octet"/></Types>`}, {name: "a.nuspec"}},
			"a NuGet package",
		},
		"OpenDocument": {
			[]zipFile{{name: "mimetype", data: "application/vnd.oasis.opendocument.spreadsheet", stored: true}, {name: "content.xml"}},
			"an OpenDocument file",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			bare := buildZIP(t, tt.files...)
			wrapped := buildZIP(t, zipFile{name: "report.xlsx", data: string(bare)})
			for _, body := range [][]byte{bare, wrapped} {
				for _, dst := range []Destination{new(memoryFile), writeOnly{new(memoryFile)}} {
					_, err := Deliver(t.Context(), bytes.NewReader(body), wanted(Excel), dst)
					checkPackageVerdict(t, err, tt.want, Excel)
				}
			}
			_, err := Check(t.Context(), bytes.NewReader(bare), int64(len(bare)), Excel)
			checkPackageVerdict(t, err, tt.want, Excel)
			want := tt.want
			if want == "" {
				want = "an Excel workbook, not CSV; ask for it as EXCEL"
			}
			_, _, err = received(t, bare, wanted(CSV))
			checkPackageVerdict(t, err, want, CSV)
		})
	}
}

func checkPackageVerdict(t *testing.T, err error, want string, format Format) {
	t.Helper()
	if want == "" {
		if err != nil {
			t.Error(err)
		}
		return
	}
	reason := wantKind(t, err, OtherFormat).Error()
	if !strings.Contains(reason, want) || !strings.Contains(reason, ", not "+string(format)) {
		t.Errorf("reason: got %q, want one with %q", reason, want)
	}
}

// A workbook's damage is found however it travelled, and leaves nothing that could be taken for a report.
func TestWorkbookDamage(t *testing.T) {
	sound := testWorkbook(t)
	tests := map[string]struct {
		workbook []byte
		want     Kind
	}{
		"wrong checksum":  {zipfiletest.Corrupted(t, sound), Damaged},
		"cut":             {sound[:len(sound)-5], Truncated},
		"junk":            {[]byte("PK\x03\x04 junk [Content_Types].xml junk xl/workbook.xml"), Truncated},
		"another archive": {buildZIP(t, zipFile{name: "a.xlsx", data: string(sound)}), OtherFormat},
		"text":            {[]byte(testCSV), OtherFormat},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			bodies := [][]byte{buildZIP(t, zipFile{name: "report.xlsx", data: string(tt.workbook)})}
			if name != "another archive" { // bare, that is a wrapped workbook
				bodies = append(bodies, tt.workbook)
			}
			for _, body := range bodies {
				_, _, err := received(t, body, wanted(Excel))
				wantKind(t, err, tt.want)
			}
		})
	}
}
