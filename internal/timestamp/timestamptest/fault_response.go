package timestamptest

import (
	"encoding/asn1"
)

// Failure bits of RFC 3161.
const (
	BadRequest    = 2
	BadDataFormat = 5
	SystemFailure = 25
)

// Reject issues no time stamp; text may be empty, failures are bits of PKIFailureInfo.
func Reject(text string, failures ...int) Fault {
	return func(a *response) {
		a.status, a.noToken, a.failures = 2, true, failures
		if text != "" {
			a.text = []string{text}
		}
	}
}

// PKIStatus gives another status beside the token; 1 is granted with modifications.
func PKIStatus(status int, text ...string) Fault {
	return func(a *response) { a.status, a.text = status, text }
}

// WithoutToken grants a time stamp and leaves it out.
func WithoutToken() Fault { return func(a *response) { a.noToken = true } }

// Appended adds bytes after the response.
func Appended(extra ...byte) Fault {
	return func(a *response) { a.finish = func(der []byte) []byte { return append(der, extra...) } }
}

// AppendedElement adds an element to the outermost sequence.
func AppendedElement() Fault {
	return func(a *response) {
		a.finish = func(der []byte) []byte { return appendElement(der, utf8String("not signed")) }
	}
}

// AppendedToToken adds an element to the token's ContentInfo.
func AppendedToToken() Fault {
	return func(a *response) {
		a.finish = func(der []byte) []byte {
			var outer asn1.RawValue
			mustUnmarshal(der, &outer)
			var status, token asn1.RawValue
			mustUnmarshal(mustUnmarshal(outer.Bytes, &status), &token)
			return sequence(status.FullBytes, appendElement(token.FullBytes, utf8String("not signed")))
		}
	}
}

// AppendedToInfo adds bytes after the signed TSTInfo.
func AppendedToInfo(extra ...byte) Fault {
	return func(a *response) { a.finishInfo = func(der []byte) []byte { return append(der, extra...) } }
}

// AppendedElementToInfo adds an element to the signed TSTInfo.
func AppendedElementToInfo() Fault {
	return func(a *response) {
		a.finishInfo = func(der []byte) []byte { return appendElement(der, utf8String("unknown")) }
	}
}

func appendElement(der, element []byte) []byte {
	var outer asn1.RawValue
	mustUnmarshal(der, &outer)
	return sequence(outer.Bytes, element)
}

func mustUnmarshal(der []byte, value *asn1.RawValue) []byte {
	rest, err := asn1.Unmarshal(der, value)
	if err != nil {
		panic(err)
	}
	return rest
}
