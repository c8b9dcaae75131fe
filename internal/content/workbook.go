package content

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/zipfile"
)

// contentTypesName is the member that every package of the Open Packaging Conventions has (ECMA-376 part 2).
const contentTypesName = "[Content_Types].xml"

// workbookType is the content type of xl/workbook.xml in lower case.
const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

// packageKinds name packages other than workbooks by a part of their main part's content type, in lower case.
var packageKinds = []struct{ contentType, name string }{
	{"ms-excel.sheet.macroenabled.main", "an Excel workbook with macros (.xlsm)"},
	{"ms-excel.sheet.binary.macroenabled.main", "a binary Excel workbook (.xlsb)"},
	{"spreadsheetml.template.main", "an Excel template (.xltx)"},
	{"ms-excel.template.macroenabled.main", "an Excel template with macros (.xltm)"},
	{"ms-excel.addin.macroenabled.main", "an Excel add-in (.xlam)"},
	{"wordprocessingml.document.main", "a Word document"},
	{"wordprocessingml.template.main", "a Word template"},
	{"ms-word.document.macroenabled.main", "a Word document with macros"},
	{"ms-word.template.macroenabledtemplate.main", "a Word template with macros"},
	{"presentationml.", "a PowerPoint presentation"},
	{"ms-powerpoint.", "a PowerPoint presentation"},
	{"ms-visio.", "a Visio drawing"},
	{"xps-fixeddocument", "an XPS document"},
}

// checkPackage reports whether the archive is an Office document or another package, which is content and not a
// wrapper. err says why a package is not the requested workbook. A workbook is read to its end.
func checkPackage(a *zipfile.Archive, format Format) (isPackage bool, err error) {
	kind, err := packageKind(a)
	switch {
	case err != nil:
		return true, archiveError(err)
	case kind == "":
		return false, nil
	case kind != workbookName:
		return true, unexpected(OtherFormat, kind, format)
	case format != Excel:
		return true, workbookFound(format)
	}
	for _, f := range a.Files {
		if _, err := f.SHA256(); err != nil {
			return true, archiveError(err)
		}
	}
	return true, nil
}

// mustBePackage returns an error unless the archive is a workbook of the given format.
func mustBePackage(a *zipfile.Archive, format Format) error {
	isPackage, err := checkPackage(a, format)
	if err == nil && !isPackage {
		err = unexpected(OtherFormat, "a ZIP archive", format)
	}
	return err
}

func workbookFound(format Format) *Error {
	return problem(OtherFormat, "the content is an Excel workbook, not %s; ask for it as %s", format, Excel)
}

// archived returns an error that names the kind of an archive inside of an archive.
func (h head) archived(format Format) *Error {
	if bytes.Contains(h.data, []byte(contentTypesName)) && bytes.Contains(h.data, []byte("xl/")) {
		return workbookFound(format)
	}
	return unexpected(OtherFormat, "a ZIP archive", format)
}

const workbookName = "an Excel workbook"

// packageKind returns the kind of package, or an empty string.
func packageKind(a *zipfile.Archive) (string, error) {
	if mimetype := find(a, "mimetype"); mimetype != nil && len(a.Files) > 1 {
		if text, err := readStart(mimetype); bytes.HasPrefix(text, []byte("application/vnd.oasis.opendocument.")) {
			return "an OpenDocument file", err
		}
	}
	types := find(a, contentTypesName)
	if types == nil {
		return "", nil
	}
	text, err := readStart(types)
	if err != nil {
		return "", err
	}
	list, ok := parseContentTypes(text)
	if !ok {
		return "a damaged Office document or another package", nil
	}
	kind := "a package of the Open Packaging Conventions without a workbook"
	for _, t := range list {
		switch name := t.kind(); {
		case name == workbookName && t.hasPart(a):
			return name, nil
		case name != "" && name != workbookName:
			kind = name
		}
	}
	return kind, nil
}

func parseContentTypes(text []byte) (list []contentType, ok bool) {
	decoder := xml.NewDecoder(bytes.NewReader(decodeHead(text)))
	// decodeHead has converted the text to UTF-8, so its declared encoding may be wrong.
	decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil }
	var root struct {
		Types []contentType `xml:",any"`
	}
	err := decoder.Decode(&root)
	return root.Types, err == nil
}

// contentType is an entry in [Content_Types].xml, for one part or for an extension.
type contentType struct {
	Type      string `xml:"ContentType,attr"`
	PartName  string `xml:"PartName,attr"`
	Extension string `xml:"Extension,attr"`
}

// kind returns the kind of package whose main part has the content type, or an empty string.
func (t contentType) kind() string {
	name, _, _ := strings.Cut(strings.ToLower(t.Type), ";")
	if name = strings.TrimSpace(name); name == workbookType {
		return workbookName
	}
	for _, known := range packageKinds {
		if strings.Contains(name, known.contentType) {
			return known.name
		}
	}
	if strings.EqualFold(t.Extension, "nuspec") {
		return "a NuGet package"
	}
	return ""
}

// hasPart reports whether the package contains a part of the type. Some writers declare the workbook's type as the
// default of all XML files.
func (t contentType) hasPart(a *zipfile.Archive) bool {
	if t.PartName == "" {
		return strings.EqualFold(t.Extension, "xml") && find(a, "xl/workbook.xml") != nil
	}
	return find(a, strings.TrimPrefix(t.PartName, "/")) != nil
}

// find returns the file of the given name, or nil. It ignores case, and reads backslashes as slashes.
func find(a *zipfile.Archive, name string) *zipfile.File {
	for _, f := range a.Files {
		if strings.EqualFold(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"), name) {
			return f
		}
	}
	return nil
}

func readStart(f *zipfile.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, 1<<20))
}
