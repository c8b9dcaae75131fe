package reportlibrarytest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"time"
)

const (
	xmlHead       = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	packageSchema = "http://schemas.openxmlformats.org/package/2006/"
	officeSchema  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	sheetSchema   = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	sheetPart     = "xl/worksheets/sheet1.xml"
	sheetType     = "application/vnd.openxmlformats-officedocument.spreadsheetml."
)

// workbook is the fixed parts of an Office Open XML workbook with one sheet.
var workbook = [][2]string{
	{"[Content_Types].xml", xmlHead + `<Types xmlns="` + packageSchema + `content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + sheetType + `sheet.main+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + sheetType + `worksheet+xml"/></Types>`},
	{"_rels/.rels", xmlHead + `<Relationships xmlns="` + packageSchema + `relationships"><Relationship Id="rId1" Type="` +
		officeSchema + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/workbook.xml", xmlHead + `<workbook xmlns="` + sheetSchema + `" xmlns:r="` + officeSchema +
		`"><sheets><sheet name="Report" sheetId="1" r:id="rId1"/></sheets></workbook>`},
	{"xl/_rels/workbook.xml.rels", xmlHead + `<Relationships xmlns="` + packageSchema +
		`relationships"><Relationship Id="rId1" Type="` + officeSchema +
		`/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
}

// XLSX is the table as a minimal workbook of one sheet, all cells inline strings. Its bytes are the same every time.
func (t Table) XLSX() []byte {
	var sheet bytes.Buffer
	sheet.WriteString(xmlHead + `<worksheet xmlns="` + sheetSchema + `"><sheetData>`)
	writeRow(&sheet, t.Columns)
	for _, row := range t.Rows {
		writeRow(&sheet, row)
	}
	sheet.WriteString(`</sheetData></worksheet>`)

	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	for _, part := range append(workbook[:len(workbook):len(workbook)], [2]string{sheetPart, sheet.String()}) {
		// A Buffer takes everything: nothing here can fail.
		w, _ := archive.CreateHeader(&zip.FileHeader{Name: part[0], Method: zip.Deflate,
			Modified: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
		_, _ = w.Write([]byte(part[1]))
	}
	_ = archive.Close()
	return b.Bytes()
}

func writeRow(sheet *bytes.Buffer, cells []string) {
	sheet.WriteString("<row>")
	for _, cell := range cells {
		sheet.WriteString(`<c t="inlineStr"><is><t xml:space="preserve">`)
		_ = xml.EscapeText(sheet, []byte(cell))
		sheet.WriteString("</t></is></c>")
	}
	sheet.WriteString("</row>")
}
