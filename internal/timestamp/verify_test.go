package timestamp

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/timestamp/timestamptest"
)

// past is a time before the present whose certificates have ended since.
var past = time.Date(2019, 5, 1, 12, 0, 0, 0, time.UTC)

func der(t testing.TB, value any) []byte {
	t.Helper()
	encoded, err := asn1.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func utcTime(t testing.TB, at time.Time) []byte {
	t.Helper()
	return der(t, at.UTC())
}

type verifyCase struct {
	faults []timestamptest.Fault
	want   Kind // 0 for accepted
	// text is part of the error.
	text string
	// attime is passed to openssl where it would reject by its own clock.
	attime bool
}

func verifyCases(t testing.TB) map[string]verifyCase {
	t.Helper()
	one := func(fault timestamptest.Fault, want Kind, text string) verifyCase {
		return verifyCase{faults: []timestamptest.Fault{fault}, want: want, text: text}
	}
	return map[string]verifyCase{
		"genuine":                    {},
		"granted with modifications": one(timestamptest.PKIStatus(1, "changed"), 0, ""),
		"RSA of 2048 bits":           one(timestamptest.RSA(2048), 0, ""),
		"signature over SHA-512":     one(timestamptest.SignatureHash(crypto.SHA512), 0, ""),
		"both versions of ESSCertID": one(timestamptest.ESSCertID(true, true), 0, ""),
		"digest without parameters":  one(timestamptest.WithoutImprintParameters(), 0, ""),
		"fraction of a second":       one(timestamptest.TimeText("20260315101112.25Z"), 0, ""),
		"without nonce":              one(timestamptest.WithoutNonce(), 0, ""),
		"extension":                  one(timestamptest.Extension(false), 0, ""),
		"without key usage":          one(timestamptest.KeyUsage(0), 0, ""),
		"non-repudiation":            one(timestamptest.KeyUsage(x509.KeyUsageContentCommitment), 0, ""),
		"signing time":               one(timestamptest.ReplacedAttribute(timestamptest.SigningTimeAttribute, utcTime(t, time.Now())), 0, ""),
		"expired since":              {faults: []timestamptest.Fault{timestamptest.At(past), timestamptest.Valid(past.AddDate(-1, 0, 0), past.AddDate(1, 0, 0))}, attime: true},
		"at the last second":         {faults: []timestamptest.Fault{timestamptest.At(past), timestamptest.Valid(past.AddDate(-1, 0, 0), past)}, attime: true},

		"too large":             one(timestamptest.Body(make([]byte, MaxResponseSize+1)), KindTooLarge, "64 KiB"),
		"empty":                 one(timestamptest.Body(nil), KindMalformed, ""),
		"a page":                one(timestamptest.HTML(200), KindMalformed, ""),
		"a sequence":            one(timestamptest.Body([]byte{0x30, 0}), KindMalformed, ""),
		"an integer":            one(timestamptest.Body([]byte{2, 1, 0}), KindMalformed, ""),
		"granted without token": one(timestamptest.WithoutToken(), KindMalformed, "there is no token"),
		"version 2":             one(timestamptest.InfoVersion(2), KindMalformed, "version 2"),
		"critical extension":    one(timestamptest.Extension(true), KindMalformed, "1.3.6.1.4.1.55555.9"),
		"day 32":                one(timestamptest.TimeText("20260132000000Z"), KindMalformed, ""),

		"bytes after the response": one(timestamptest.Appended(0), KindTrailingData, ""),
		"element in the response":  one(timestamptest.AppendedElement(), KindTrailingData, ""),
		"element in the token":     one(timestamptest.AppendedToToken(), KindTrailingData, ""),
		"bytes after the TSTInfo":  one(timestamptest.AppendedToInfo(0), KindTrailingData, ""),
		"element in the TSTInfo":   one(timestamptest.AppendedElementToInfo(), KindTrailingData, ""),

		"rejection":          one(timestamptest.Reject(""), KindRejected, "rejected"),
		"rejection in words": one(timestamptest.Reject("no\nquota left\x1b[31m", timestamptest.BadRequest, timestamptest.SystemFailure), KindRejected, `rejected; "no quota left[31m"; transaction not permitted or supported; the request cannot be handled due to system failure`),
		"unknown failure":    one(timestamptest.Reject("", 24), KindRejected, "unknown PKIFailureInfo 24"),
		"waiting":            one(timestamptest.PKIStatus(3), KindRejected, "not yet been processed"),
		"rejected token":     one(timestamptest.PKIStatus(2), KindRejected, "rejected"),
		"unknown status":     one(timestamptest.PKIStatus(77), KindRejected, "77"),
		"negative status":    one(timestamptest.PKIStatus(-1), KindRejected, "-1"),

		"another digest":   one(timestamptest.WrongDigest(), KindImprint, ""),
		"SHA-512 digest":   one(timestamptest.ImprintAlgorithm(crypto.SHA512), KindImprint, ""),
		"SHA-1 digest":     one(timestamptest.ImprintAlgorithm(crypto.SHA1), KindAlgorithm, "1.3.14.3.2.26"),
		"MD5 digest":       one(timestamptest.ImprintAlgorithm(crypto.MD5), KindAlgorithm, "1.2.840.113549.2.5"),
		"odd parameters":   one(timestamptest.OddImprintParameters(), KindImprint, ""),
		"time of year 1":   one(timestamptest.TimeText("00010101000000Z"), KindTime, "0001-01-01"),
		"time with offset": one(timestamptest.TimeText("20260315101112+0100"), KindTime, "+01:00"),

		"no signer":                one(timestamptest.Signers(0), KindSignerCount, "0"),
		"two signers":              one(timestamptest.Signers(2), KindSignerCount, "2"),
		"SHA-1 signature":          one(timestamptest.SignatureHash(crypto.SHA1), KindAlgorithm, "1.2.840.10045.4.1"),
		"MD5 signature":            {faults: []timestamptest.Fault{timestamptest.RSA(2048), timestamptest.SignatureHash(crypto.MD5)}, want: KindAlgorithm, text: "1.2.840.113549.2.5"},
		"RSASSA-PSS":               one(timestamptest.RSAPSS(), KindAlgorithm, "1.2.840.113549.1.1.10"),
		"hash and signature":       one(timestamptest.MismatchedSignature(), KindAlgorithm, "1.2.840.10045.4.3.4"),
		"RSA of 1024 bits":         one(timestamptest.RSA(1024), KindAlgorithm, "1024 bits"),
		"certificate over SHA-1":   one(timestamptest.CertificateSignedWithSHA1(), KindAlgorithm, "ECDSA-SHA1"),
		"damaged signature":        one(timestamptest.BadSignature(), KindSignature, ""),
		"no certificates":          one(timestamptest.WithoutCertificates(), KindCertID, "not found"),
		"no ESSCertID":             one(timestamptest.ESSCertID(false, false), KindCertID, "missing"),
		"ESSCertID version 1 only": one(timestamptest.ESSCertID(true, false), KindCertIDv1, "SHA-1 only"),
		"another ESSCertID":        one(timestamptest.WrongESSCertID(), KindCertID, "does not match"),
		"signer identifier":        one(timestamptest.WrongSignerIdentifier(), KindCertID, "different certificates"),
		"damaged ESSCertID":        one(timestamptest.ReplacedAttribute(timestamptest.ESSCertIDv2Attribute, []byte{5, 0}), KindCertID, ""),
		"empty ESSCertID":          one(timestamptest.ReplacedAttribute(timestamptest.ESSCertIDv2Attribute, []byte{0x30, 2, 0x30, 0}), KindCertID, ""),

		"no content type":        one(timestamptest.WithoutAttribute(timestamptest.ContentTypeAttribute), KindSignature, "content type"),
		"another content type":   one(timestamptest.ReplacedAttribute(timestamptest.ContentTypeAttribute, der(t, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1})), KindSignature, "content type"),
		"two content types":      one(timestamptest.RepeatedAttribute(timestamptest.ContentTypeAttribute), KindSignature, "repeated"),
		"no message digest":      one(timestamptest.WithoutAttribute(timestamptest.MessageDigestAttribute), KindSignature, "message digest"),
		"another message digest": one(timestamptest.ReplacedAttribute(timestamptest.MessageDigestAttribute, der(t, stampedDigest[:])), KindSignature, "message digest"),
		"message digest twice":   one(timestamptest.ReplacedAttribute(timestamptest.MessageDigestAttribute, der(t, stampedDigest[:]), der(t, stampedDigest[1:])), KindSignature, "2 values"),
		"empty message digest":   one(timestamptest.ReplacedAttribute(timestamptest.MessageDigestAttribute), KindSignature, "0 values"),
		"signing time before":    one(timestamptest.ReplacedAttribute(timestamptest.SigningTimeAttribute, utcTime(t, past)), KindSignature, "signing time"),

		"no purpose":           one(timestamptest.WithoutPurpose(), KindPurpose, "timeStamping"),
		"another purpose":      one(timestamptest.OtherPurpose(), KindPurpose, "timeStamping"),
		"more purposes":        one(timestamptest.ExtraPurpose(), KindPurpose, "timeStamping"),
		"uncritical purpose":   one(timestamptest.UncriticalPurpose(), KindPurpose, "critical"),
		"key usage of a CA":    one(timestamptest.KeyUsage(x509.KeyUsageDigitalSignature|x509.KeyUsageCRLSign), KindPurpose, "key usage"),
		"key usage encryption": one(timestamptest.KeyUsage(x509.KeyUsageKeyEncipherment), KindPurpose, "key usage"),
		"empty key usage": one(timestamptest.Leaf(func(c *x509.Certificate) {
			c.KeyUsage, c.ExtraExtensions = 0, []pkix.Extension{{Id: oidKeyUsage, Critical: true, Value: []byte{3, 2, 7, 0}}}
		}), KindPurpose, "key usage"),
		"CA": one(timestamptest.CA(), KindAuthority, ""),
		"unknown extension": one(timestamptest.Leaf(func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 55555, 8}, Critical: true, Value: []byte{5, 0}}}
		}), KindUntrusted, "critical"),
		"another root":        one(timestamptest.Untrusted(), KindUntrusted, "unknown authority"),
		"before the validity": one(timestamptest.At(past), KindExpired, ""),
		"after the validity":  one(timestamptest.Valid(past, past.AddDate(1, 0, 0)), KindExpired, ""),
		"one second after":    {faults: []timestamptest.Fault{timestamptest.At(past.Add(time.Second)), timestamptest.Valid(past.AddDate(-1, 0, 0), past)}, want: KindExpired},
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	for name, tt := range verifyCases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response := srv.Reply(stampedDigest[:], big.NewInt(1), tt.faults...)
			facts, err := Verify(t.Context(), response, stampedDigest, rootsOf(t, srv.CACertPEM()))
			if got := kindOf(t, err); got != tt.want {
				t.Fatalf("got kind %d (%v), want %d", got, err, tt.want)
			}
			if tt.want != 0 {
				if !strings.Contains(err.Error(), tt.text) {
					t.Errorf("got %q, want it to contain %q", err, tt.text)
				}
				if facts != (Facts{}) {
					t.Errorf("got facts %v beside an error", facts)
				}
				return
			}
			// The auditor's tool must accept it too.
			var arguments []string
			if tt.attime {
				if ok, _ := opensslAccepts(t, response, srv.CACertPEM(), false); ok {
					t.Error("openssl accepts an expired certificate without a time")
				}
				// openssl takes the last second of a validity for the first one after it.
				arguments = append(arguments, "-attime", strconv.FormatInt(past.Unix()-1, 10))
			}
			if ok, output := opensslAccepts(t, response, srv.CACertPEM(), true, arguments...); !ok {
				t.Errorf("openssl rejects it:\n%s", output)
			}
		})
	}
}

func TestVerify_everyKindIsProduced(t *testing.T) {
	t.Parallel()
	var got []Kind
	for _, tt := range verifyCases(t) {
		got = append(got, tt.want)
	}
	for _, tt := range stampCases {
		got = append(got, tt.want)
	}
	for _, tt := range retryCases {
		got = append(got, tt.want)
	}
	for _, kind := range Kinds() {
		if !slices.Contains(got, kind) {
			t.Errorf("no test wants kind %d", kind)
		}
		if phrase[kind] == "" {
			t.Errorf("kind %d has no phrase", kind)
		}
	}
}

func TestVerify_facts(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	at := time.Date(2026, 3, 15, 10, 11, 12, 250_000_000, time.UTC)
	leafEnd := time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := map[string]struct {
		faults []timestamptest.Fault
		want   Facts
	}{
		"the leaf ends first": {
			[]timestamptest.Fault{timestamptest.TimeText("20260315101112.25Z"), timestamptest.Valid(at.AddDate(-1, 0, 0), leafEnd)},
			Facts{Time: at, Signer: timestamptest.SignerName, ExpiresAt: leafEnd},
		},
		"no common name": {
			[]timestamptest.Fault{
				timestamptest.At(at), timestamptest.Valid(at.AddDate(-1, 0, 0), leafEnd),
				timestamptest.Leaf(func(c *x509.Certificate) { c.Subject = pkix.Name{Organization: []string{"One\x1b[2J Ltd."}} }),
			},
			Facts{Time: at.Truncate(time.Second), Signer: "O=One[2J Ltd.", ExpiresAt: leafEnd},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Verify(t.Context(), srv.Reply(stampedDigest[:], nil, tt.faults...), stampedDigest, rootsOf(t, srv.CACertPEM()))
			if err != nil || got != tt.want {
				t.Errorf("got %v, %v, want %v", got, err, tt.want)
			}
		})
	}
}

func TestVerify_expiryIsTheFirstInTheChain(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	response := srv.Reply(stampedDigest[:], nil, timestamptest.Valid(time.Now().AddDate(-1, 0, 0), time.Now().AddDate(40, 0, 0)))
	got, err := Verify(t.Context(), response, stampedDigest, rootsOf(t, srv.CACertPEM()))
	if err != nil {
		t.Fatal(err)
	}
	if limit := time.Now().AddDate(21, 0, 0); got.ExpiresAt.After(limit) {
		t.Errorf("got expiry %s, want the authorities' before %s", got.ExpiresAt, limit)
	}
}

// A changed byte never gives other facts.
func TestVerify_noByteCanChange(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	roots := rootsOf(t, srv.CACertPEM())
	genuine := srv.Reply(stampedDigest[:], big.NewInt(1))
	want, err := Verify(t.Context(), genuine, stampedDigest, roots)
	if err != nil {
		t.Fatal(err)
	}
	accepted := 0
	for i := range genuine {
		for _, mask := range []byte{0x01, 0x80} {
			changed := bytes.Clone(genuine)
			changed[i] ^= mask
			got, err := Verify(t.Context(), changed, stampedDigest, roots)
			if err != nil {
				kindOf(t, err)
				continue
			}
			accepted++
			if got != want {
				t.Errorf("byte %d changed by %#x: got %v, want %v", i, mask, got, want)
			}
		}
	}
	// The status, the list of digest algorithms and their parameters are not signed.
	if limit := 60; accepted > limit {
		t.Errorf("%d of %d changes are accepted, want at most %d", accepted, 2*len(genuine), limit)
	}
	for length := range genuine {
		if _, err := Verify(t.Context(), genuine[:length], stampedDigest, roots); err == nil {
			t.Errorf("the first %d bytes alone are accepted", length)
		}
	}
}

func TestVerify_otherRootsAndSystemRoots(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	response := srv.Reply(stampedDigest[:], nil)
	for name, roots := range map[string]*x509.CertPool{"other": rootsOf(t, srv.OtherCACertPEM()), "system": nil} {
		if _, err := Verify(t.Context(), response, stampedDigest, roots); kindOf(t, err) != KindUntrusted {
			t.Errorf("%s roots: got %v, want KindUntrusted", name, err)
		}
	}
}

// FuzzVerify replaces a part of a genuine response. Each process of the fuzzer has an authority of its own, so the
// corpus contains the replacements.
func FuzzVerify(f *testing.F) {
	srv := newServer(f)
	roots := rootsOf(f, srv.CACertPEM())
	genuine := srv.Reply(stampedDigest[:], big.NewInt(1))
	want, err := Verify(f.Context(), genuine, stampedDigest, roots)
	if err != nil {
		f.Fatal(err)
	}
	for _, tt := range verifyCases(f) {
		if tt.want != 0 && tt.want != KindTooLarge {
			f.Add(srv.Reply(stampedDigest[:], big.NewInt(1), tt.faults...), uint16(0), uint16(len(genuine)))
		}
	}
	f.Add([]byte{}, uint16(0), uint16(0))
	f.Add([]byte{1}, uint16(6), uint16(1))
	f.Add([]byte{5, 0}, uint16(len(genuine)), uint16(0))
	f.Fuzz(func(t *testing.T, part []byte, from, count uint16) {
		start := min(int(from), len(genuine))
		end := min(start+int(count), len(genuine))
		response := slices.Concat(genuine[:start], part, genuine[end:])
		got, err := Verify(t.Context(), response, stampedDigest, roots)
		if err == nil && got != want {
			t.Errorf("got facts %v, want %v", got, want)
		}
		if err != nil && utf8.RuneCountInString(err.Error()) > errorLimit+1 {
			t.Errorf("the error has %d bytes", len(err.Error()))
		}
	})
}
