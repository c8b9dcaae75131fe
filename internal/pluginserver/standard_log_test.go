package pluginserver

import (
	"bytes"
	"log"
	"testing"
)

func TestStandardLog(t *testing.T) {
	for in, want := range map[string]string{
		"http2: Framer 0x1: read DATA flags=END_STREAM stream=1 len=23 data=\"order,amount\\n\" (9 bytes omitted)": "http2: Framer 0x1: read DATA flags=END_STREAM stream=1 len=23 data omitted\n",
		"http2: Framer 0x1: wrote HEADERS flags=END_HEADERS stream=1 len=90":                                       "http2: Framer 0x1: wrote HEADERS flags=END_HEADERS stream=1 len=90\n",
		"http2: Transport received DATA len=2 data=\"1\\n\"":                                                       "http2: Transport received DATA len=2 data omitted\n",
		`another message with data="x"`:                                                                            "another message with data=\"x\"\n",
	} {
		var out bytes.Buffer
		log.New(standardLog{&out}, "", 0).Print(in)
		if got := out.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if n, err := (standardLog{&bytes.Buffer{}}).Write([]byte(`http2: Framer 0x1: data="x"`)); n != 27 || err != nil {
		t.Errorf("got %d, %v", n, err)
	}
}
