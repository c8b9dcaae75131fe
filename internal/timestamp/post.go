package timestamp

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/notaryproject/tspclient-go"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/redact"
)

// MaxResponseSize is the maximum size of a response in bytes. Real ones have 2 to 10 KB.
const MaxResponseSize = 64 << 10

// newQuery returns a request for a time stamp over digest with a random nonce of 64 bits.
func newQuery(digest [sha256.Size]byte) ([]byte, *big.Int) {
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails
	nonce := new(big.Int).SetBytes(random[:])
	query, err := (&tspclient.Request{
		Version: 1,
		MessageImprint: tspclient.MessageImprint{
			HashAlgorithm: pkix.AlgorithmIdentifier{Algorithm: oidSHA256, Parameters: asn1.NullRawValue},
			HashedMessage: digest[:],
		},
		Nonce:   nonce,
		CertReq: true,
	}).MarshalBinary()
	if err != nil {
		panic(err) // the values are always valid
	}
	return query, nonce
}

// post sends a query and returns the response's body. The duration is that of attempt.
func (c *Client) post(ctx context.Context, query []byte) ([]byte, time.Duration, *Error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.authority.URL.String(), bytes.NewReader(query))
	if err != nil {
		return nil, -1, &Error{Kind: KindUnreachable, Err: errors.New("the authority's URL is not usable")}
	}
	req.Header.Set("Content-Type", "application/timestamp-query")
	req.Header.Set("Accept", "application/timestamp-reply")
	if c.authority.UserAgent != "" {
		req.Header.Set("User-Agent", c.authority.UserAgent)
	}
	if c.authority.Username != "" || c.authority.Password != "" {
		req.SetBasicAuth(c.authority.Username, c.authority.Password)
	}
	resp, err := c.transport.RoundTrip(req) // not an http.Client, because it would follow redirects
	if err != nil {
		return nil, pauseAfter(err), unreachable(ctx, err)
	}
	defer resp.Body.Close()
	if err := checkHeader(resp); err != nil {
		return nil, retryAfter(resp), err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, MaxResponseSize+1))
	switch {
	case len(body) > MaxResponseSize:
		return nil, -1, &Error{Kind: KindTooLarge}
	case err != nil:
		return nil, retryPause, unreachable(ctx, err)
	}
	return body, 0, nil
}

// checkHeader checks a response's status and media type.
func checkHeader(resp *http.Response) *Error {
	switch {
	case resp.StatusCode >= 300 && resp.StatusCode < 400:
		message := ""
		if location, err := url.Parse(resp.Header.Get("Location")); err == nil && location.Host != "" {
			message = "to the host " + redact.Line(location.Host, textLimit)
		}
		return &Error{Kind: KindRedirect, Status: resp.StatusCode, Message: message}
	case resp.StatusCode != http.StatusOK:
		return &Error{Kind: KindHTTPStatus, Status: resp.StatusCode}
	}
	value := resp.Header.Get("Content-Type")
	if mediaType, _, err := mime.ParseMediaType(value); err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) ||
		mediaType != "application/timestamp-reply" {
		return &Error{Kind: KindContentType, Message: fmt.Sprintf("its media type is %q", redact.Line(value, textLimit))}
	}
	return nil
}

// unreachable returns an error without the URL, because its query may contain a secret.
func unreachable(ctx context.Context, err error) *Error {
	if ctx.Err() != nil {
		err = fmt.Errorf("no complete response within %s", attemptTimeout)
	}
	return &Error{Kind: KindUnreachable, Err: err}
}

// pauseAfter returns the pause before a retry; negative if the retry would fail in the same way.
func pauseAfter(err error) time.Duration {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return -1
	}
	return retryPause
}

// retryAfter returns the pause before a retry after an HTTP status; negative if a retry is useless.
func retryAfter(resp *http.Response) time.Duration {
	switch resp.StatusCode {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
	default:
		return -1
	}
	seconds, err := strconv.ParseUint(resp.Header.Get("Retry-After"), 10, 16)
	if err != nil {
		return retryPause
	}
	return max(time.Duration(seconds)*time.Second, retryPause)
}
