package content

import "testing"

func TestFormat(t *testing.T) {
	extensions, mediaTypes := map[string]bool{}, map[string]bool{}
	for _, format := range Formats() {
		extensions[format.Extension()], mediaTypes[format.MediaType()] = true, true
	}
	if len(extensions) != 4 || extensions[""] || len(mediaTypes) != 4 || mediaTypes[""] {
		t.Errorf("extensions are %v, media types %v", extensions, mediaTypes)
	}
	for _, other := range []Format{"", "csv", "PDF"} {
		if other.Extension() != "" || other.MediaType() != "" {
			t.Errorf("%q has the extension %q and the media type %q", other, other.Extension(), other.MediaType())
		}
	}
}
