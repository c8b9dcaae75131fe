package provider

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// requestLetter explains what any request can fail of before there is an answer. It is not ok for an error of another
// kind.
func requestLetter(ctx context.Context, err error, doing string, timeout path.Path) (letter, bool) {
	var (
		deadlineErr *reportlibrary.DeadlineError
		apiErr      *reportlibrary.APIError
		transferErr *reportlibrary.TransferError
		retriesErr  *reportlibrary.RetriesError
	)
	switch {
	case errors.As(err, &deadlineErr):
		l := letter{
			summary: "Timeout Too Short For The Pause", blame: timeout,
			what: fmt.Sprintf("%s: %s", doing, deadlineErr),
			remedy: "Give the operation a longer timeout, or try again later. Where several clients share one API key they " +
				"share its limits.",
		}
		if errors.As(deadlineErr.Cause, &apiErr) {
			l.lines = apiLines(apiErr)
		}
		if errors.As(deadlineErr.Cause, &transferErr) {
			l.summary, l.remedy = "Timeout Too Short To Try Again", "Give the operation a longer timeout, or check the network."
		}
		return l, true
	case errors.Is(ctx.Err(), context.DeadlineExceeded) || errors.Is(err, context.DeadlineExceeded):
		l := letter{
			summary: "Timeout Reached", blame: timeout, what: doing + ": it was not complete when the operation's timeout " +
				"was reached",
			remedy: "Give the operation a longer timeout, or look at the log (TF_LOG=INFO) for what it was waiting for.",
		}
		if errors.As(err, &retriesErr) && retriesErr.Before != nil {
			l.lines = []string{"Attempt before: " + retriesErr.Before.Error()}
		}
		return l, true
	case errors.Is(err, context.Canceled):
		return letter{summary: "Operation Canceled", what: doing + ": it was canceled. Nothing was left behind"}, true
	case errors.As(err, &transferErr):
		return transferLetter(doing, transferErr), true
	default:
		return letter{}, false
	}
}

// transferLetter explains a failure between the two ends.
func transferLetter(doing string, err *reportlibrary.TransferError) letter {
	var (
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
		hostname     x509.HostnameError
		invalid      x509.CertificateInvalidError
		redirect     *reportlibrary.RedirectError
		idle         *reportlibrary.IdleError
		handshake    *reportlibrary.HandshakeError
		proxy        *reportlibrary.ProxyError
	)
	l := letter{what: fmt.Sprintf("%s: %s", doing, err)}
	switch {
	case errors.As(err, &authority):
		l.summary = "Certificate Authority Not Trusted"
		l.remedy = "If a proxy or a mock has a private authority, give its certificate in the provider's ca_cert_pem."
	case errors.As(err, &hostname):
		l.summary = "Certificate Is For Another Host"
		l.remedy = "Check the host in the provider's base_url against the names in the server's certificate."
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		l.summary = "Certificate Not Valid Now"
		l.remedy = "It has expired, or is not valid yet. Renew the server's certificate, and check this machine's clock."
	case errors.As(err, &invalid) || errors.As(err, &verification):
		l.summary = "Certificate Invalid"
		l.remedy = "The server's certificate can't be verified. Check who answers at the provider's base_url."
	case errors.As(err, &proxy):
		l.summary = "Proxy Refused"
		l.remedy = "Check HTTPS_PROXY and its credentials, and NO_PROXY for hosts that need no proxy."
	case errors.As(err, &handshake):
		l.summary = "TLS Handshake Refused"
		l.remedy = "The server may want a client certificate (client_cert_pem, client_key_pem), or a TLS version below 1.2."
	case errors.As(err, &redirect):
		l.summary = "Redirect Refused"
		l.remedy = "Check the provider's base_url, and who answers there."
	case errors.As(err, &idle):
		l.summary = "Connection Silent"
		l.remedy = "Raise the provider's idle_timeout if the service needs longer between two bytes."
	default:
		l.summary = "Connection Failed"
		l.remedy = "Check the network, the provider's base_url, and HTTPS_PROXY and NO_PROXY."
	}
	return l
}
