package provider

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-875fe49d/terraform-provider-digicert/internal/reportlibrary"
)

// kindMessage is the message of a kind of failed request: title, next step, and attribute.
type kindMessage struct {
	summary string
	remedy  string
	// attribute is empty, the name of an attribute, or one of the placeholders below.
	attribute string
}

// Placeholders for the attribute of the timeout, and for the argument that names the report.
const (
	attributeTimeout = "(timeout)"
	attributeSubject = "(subject)"
)

const (
	// timeoutToRaise stands for the argument that raises the timeout, with a value.
	timeoutToRaise = "{timeout}"

	remedyTimeout = "All requests under one API key share its limits of 100 in 5 seconds and 1,000 in 3 minutes. Set " +
		timeoutToRaise + ", or try again later."
	remedyFormat  = "Check report_format against the format that the report was created with, and the provider's base_url."
	remedyAsZIP   = "Set report_format to ZIP to save the archive as it is, and unpack it elsewhere"
	remedyServer  = "Check the provider's base_url, and which server responds there."
	remedyAccount = "If the report is not among those below, check which account the provider's api_key belongs to."
)

// archiveRefused is the message for an archive that is built to harm.
var archiveRefused = kindMessage{
	summary: "Archive Refused", remedy: "A report does not unpack like this. " + remedyServer,
}

// requestMessages has a message for every kind of [reportlibrary.Error]. The troubleshooting guide explains each title,
// and a test produces each kind.
var requestMessages = map[reportlibrary.Kind]kindMessage{
	reportlibrary.KindCanceled: {summary: "Operation Canceled", remedy: "Nothing was left behind. Run it again."},
	reportlibrary.KindTimeout: {
		summary: "Timeout Reached", attribute: attributeTimeout,
		remedy: "Set " + timeoutToRaise + ". With TF_LOG=INFO the log shows every 10 seconds how far a download is, and " +
			"what a request waits for.",
	},
	reportlibrary.KindPauseTooLong: {
		summary: "Timeout Too Short For The Pause", attribute: attributeTimeout, remedy: remedyTimeout,
	},
	reportlibrary.KindNoTimeLeft: {
		summary: "Timeout Too Short To Try Again", attribute: attributeTimeout,
		remedy: "Act on the failure above. To let the provider try longer, set " + timeoutToRaise + ".",
	},
	reportlibrary.KindRateLimited: {
		summary: "Rate Limit Exceeded", attribute: attributeTimeout,
		remedy: "DigiCert counts the requests of every client of one API key: 100 in 5 seconds and 1,000 in 3 minutes. Run " +
			"the other clients of this key at another time, or lower the provider's rate_limit in each of them; then try " +
			"again. To let the provider wait longer, set " + timeoutToRaise + ".",
	},

	reportlibrary.KindConnection: {
		summary: "Connection Failed", remedy: "Check the network, the provider's base_url, and HTTPS_PROXY and NO_PROXY.",
	},
	reportlibrary.KindHost: {
		summary: "Host Not Found",
		remedy: "Check the host in the provider's base_url, and the DNS of this machine. Where only a proxy reaches the " +
			"internet, set HTTPS_PROXY.",
	},
	reportlibrary.KindNoProxy: {
		summary: "Proxy Not Reached",
		remedy: "Check the address and port in HTTPS_PROXY, and that the proxy runs. For a host that needs no proxy, " +
			"add it to NO_PROXY.",
	},
	reportlibrary.KindNotTLS: {
		summary: "Server Does Not Speak TLS",
		remedy: "Check the port in the provider's base_url: the server there does not speak https. For a mock on this " +
			"machine, write http://.",
	},
	reportlibrary.KindTransfer: {
		summary: "Transfer Broke Off", remedy: "Try again. If it happens again, check the network and the outbound proxy " +
			"or firewall.",
	},
	reportlibrary.KindIdle: {
		summary: "Connection Silent",
		remedy: "Try again. If it happens again, check the outbound proxy or firewall; if the service needs longer between " +
			"two bytes, raise the provider's idle_timeout.",
	},
	reportlibrary.KindRedirect: {summary: "Redirect Refused", remedy: remedyServer},
	reportlibrary.KindProxy: {
		summary: "Proxy Refused",
		remedy:  "Check HTTPS_PROXY and its credentials, and NO_PROXY for hosts that need no proxy.",
	},
	reportlibrary.KindHandshake: {
		summary: "TLS Handshake Refused",
		remedy: "If the server requires a client certificate, set the provider's client_cert_pem and client_key_pem. If it " +
			"speaks only TLS versions below 1.2, it can't be used.",
	},
	reportlibrary.KindAuthority: {
		summary: "Certificate Authority Not Trusted",
		remedy: "If the issuer is your organisation's proxy (TLS inspection) or mock, trust it with the provider's " +
			"ca_cert_pem = file(\"ca.pem\"), a PEM file with the authority's certificate. Such a proxy then sees the API " +
			"key and the reports; to prevent that, have it exclude this host. If you do not know the issuer, do not trust it.",
	},
	reportlibrary.KindHostname: {
		summary: "Certificate Is For Another Host",
		remedy:  "Check the host in the provider's base_url against the names in the server's certificate.",
	},
	reportlibrary.KindExpired: {
		summary: "Certificate Not Valid Now",
		remedy:  "It has expired, or is not valid yet. Renew the server's certificate, and check this machine's clock.",
	},
	reportlibrary.KindCert: {summary: "Certificate Invalid", remedy: remedyServer},

	reportlibrary.KindRedirectTarget: {
		summary: "Redirect Target Refused",
		remedy: "Try again: such an address is often valid for minutes only. If it stays so, check the outbound proxy or " +
			"firewall for that host.",
	},
	reportlibrary.KindFormat: {
		summary: "Report Format Not Applicable", attribute: "report_format",
		remedy: "Choose the format that the report was created with, or ZIP, which every report has.",
	},
	reportlibrary.KindNotEnabled: {
		summary: "Report Library Not Enabled",
		remedy: "Ask DigiCert's support or your account manager to enable the Report Library for the account that the " +
			"provider's api_key belongs to.",
	},
	reportlibrary.KindPermission: {
		summary: "Permission Denied",
		remedy: "Use a key of an administrator: the user of the provider's api_key has no permission for the Report " +
			"Library. A View Only key is enough, because the provider makes GET requests only.",
	},
	reportlibrary.KindAuthentication: {
		summary: "Authentication Failed",
		remedy: "Check the provider's api_key, or the environment variable " + envAPIKey + ": it may be wrong, revoked " +
			"or of another account.",
	},
	reportlibrary.KindAccessDenied: {
		summary: "Access Denied",
		remedy: "Something in front of the service refused the request, such as a firewall or a proxy. Check the outbound " +
			"proxy or firewall, then the provider's api_key.",
	},
	reportlibrary.KindNotFound: {
		summary: "Report Run Not Found", attribute: "report_run_identifier",
		remedy: "Check both identifiers against the report history, and the provider's base_url. DigiCert deletes a run " +
			"after 90 days; a file that was saved before stays valid.",
	},
	reportlibrary.KindNoService: {
		summary: "Report Library Not Found",
		remedy: "The response does not come from the Report Library: check the provider's base_url, and the outbound proxy " +
			"or firewall.",
	},
	reportlibrary.KindFilter: {
		summary: "Request Rejected", remedy: "Check the arguments: the service did not accept one of their values.",
	},
	reportlibrary.KindRejected: {
		summary: "Request Rejected",
		remedy: "Check the arguments against the report history: the identifiers, report_format and " +
			"split_report_sequence. If they are right, the API may have changed: please report it.",
	},
	reportlibrary.KindUnavailable: {
		summary: "Service Unavailable",
		remedy: "The service has a problem of its own, or is in maintenance. DigiCert's maintenance usually takes two " +
			"hours, often on the first weekend of a month. Try again later.",
	},
	reportlibrary.KindUnexpectedStatus: {summary: "Unexpected Response", remedy: remedyServer},

	reportlibrary.KindEmpty: {
		summary: "Report Is Empty", attribute: "allow_empty",
		remedy: "The run may still be generating, or have found nothing. Set allow_empty to true where an empty report is " +
			"a result.",
	},
	reportlibrary.KindPage: {
		summary: "Response Is Not A Report",
		remedy: "Such a page often comes from an outbound proxy, a firewall or a login: check them, and the provider's " +
			"base_url.",
	},
	reportlibrary.KindFailure: {
		summary: "Response Is Not A Report", remedy: "Act on the message. If it names a passing problem, try again later.",
	},
	reportlibrary.KindBinary: {
		summary: "Response Is Not A Report",
		remedy: "Check report_format against the format that the report was created with. If it is right, start a new run " +
			"of the report.",
	},
	reportlibrary.KindOtherFormat: {summary: "Response Is Not A Report", remedy: remedyFormat},
	reportlibrary.KindMalformed: {
		summary: "Response Is Not A Report",
		remedy: "Try again. If the content stays so, start a new run of the report, or create the report in another " +
			"format.",
	},
	reportlibrary.KindTruncated: {summary: "Report Is Truncated", remedy: "Try again: the transfer ended early."},
	reportlibrary.KindCutOff:    {summary: "Report Is Truncated", remedy: "Try again: the transfer ended early."},
	reportlibrary.KindDamaged: {
		summary: "Archive Is Damaged", remedy: "Try again. If it stays damaged, start a new run of the report.",
	},
	reportlibrary.KindEncrypted: {
		summary: "Archive Is Encrypted", attribute: "report_format",
		remedy: remedyAsZIP + " with its password. DigiCert is not known to encrypt reports: find out which proxy or " +
			"storage does.",
	},
	reportlibrary.KindUnsupported: {
		summary: "Compression Method Not Supported", attribute: "report_format",
		remedy: remedyAsZIP + ": the provider reads files that are stored or compressed with deflate.",
	},
	reportlibrary.KindNotOneFile: {
		summary: "Archive Does Not Hold One File", attribute: "report_format",
		remedy: "Set report_format to ZIP to take the archive as it is.",
	},
	reportlibrary.KindTooLarge: {
		summary: "Report Too Large", attribute: "max_download_bytes",
		remedy: "Raise max_download_bytes if the size is right.",
	},
	reportlibrary.KindHostile:   archiveRefused,
	reportlibrary.KindInflation: archiveRefused,
	reportlibrary.KindCoding:    {summary: "Response Is Not A Report", remedy: remedyServer},
	reportlibrary.KindBodyDamaged: {
		summary: "Compressed Response Is Damaged",
		remedy: "Try again. If it stays damaged, the storage or a proxy in between cuts the body or compresses it " +
			"wrongly.",
	},

	reportlibrary.KindResponse: {
		summary: "Response Not Understood",
		remedy: "Check the provider's base_url. A page in HTML often comes from an outbound proxy, a firewall or a login " +
			"in between.",
	},
	reportlibrary.KindResponseEnd: {
		summary: "Response Not Understood", remedy: "Try again: the response ended early.",
	},
	reportlibrary.KindInconsistent: {
		summary: "Report History Inconsistent",
		remedy: "Try again: the history may have changed while it was read. If the error persists, report it: a part of " +
			"the history must not be taken for all of it.",
	},
	reportlibrary.KindHistorySize: {
		summary: "Report History Too Large", remedy: "Restrict the history with the arguments, or name the report.",
	},
	reportlibrary.KindNoRun: {
		summary: "No Report Run Found", attribute: attributeSubject,
		remedy: "Set wait_for_ready to true to wait for a run that is GENERATING, or check the arguments against the " +
			"report history. DigiCert keeps a run for 90 days.",
	},
	reportlibrary.KindNoNewRun: {
		summary: "No Report Run Found", attribute: "started_after",
		remedy: "Set wait_for_ready to true to wait for a new run, or check started_after against the report history.",
	},
	reportlibrary.KindRunFailed: {
		summary: "Report Run Failed", attribute: "report_run_identifier",
		remedy: "Start a new run of the report, and set report_run_identifier to that run.",
	},
	reportlibrary.KindRunNotReady: {
		summary: "Report Run Not Ready In Time", attribute: attributeTimeout,
		remedy: "A run can take over an hour: set " + timeoutToRaise + ", or try again later.",
	},
	reportlibrary.KindAmbiguous: {
		summary: "Report Name Ambiguous", attribute: attributeSubject,
		remedy: "Set report_identifier to one of the reports below in place of report_display_name, or add report_type or " +
			"schedule if they differ.",
	},

	reportlibrary.KindReportUnknown: {
		summary: "Report Not Found", attribute: "report_identifier", remedy: "Correct report_identifier. " + remedyAccount,
	},
	reportlibrary.KindOtherReport: {
		summary: "Run Of Another Report", attribute: "report_identifier",
		remedy: "Set report_identifier to the report that the run belongs to, or report_run_identifier to a run of this " +
			"report.",
	},
	reportlibrary.KindOtherType: {
		summary: "Report Has Another Type Or Schedule", attribute: attributeSubject,
		remedy: "Change report_type and schedule to those of the report, or leave them out.",
	},
	reportlibrary.KindRunUnknown: {
		summary: "Report Run Not Found", attribute: "report_run_identifier",
		remedy: "Set report_run_identifier to a run that the report has; the data source digicert_report_run finds the " +
			"newest one. DigiCert deletes a run after 90 days; a file that was saved before stays valid.",
	},
	reportlibrary.KindRunExpired: {
		summary: "Report Run Expired", attribute: "report_run_identifier",
		remedy: "DigiCert deletes a run after 90 days. Set report_run_identifier to a newer run, or start a new run of the " +
			"report. A file that was saved before stays valid.",
	},
	reportlibrary.KindGenerating: {
		summary: "Report Run Not Ready", attribute: "report_run_identifier",
		remedy: "Try again when the run is READY: it can take over an hour. The data source digicert_report_run waits for " +
			"it if wait_for_ready is true.",
	},
	reportlibrary.KindSplit: {
		summary: "Report Run Is Split", attribute: "split_report_sequence",
		remedy: "Set split_report_sequence to the number of a part, or use for_each to download every part, as shown below.",
	},
	reportlibrary.KindNotSplit: {
		summary: "Report Run Is Not Split", attribute: "split_report_sequence",
		remedy: "Remove split_report_sequence. With for_each over the attribute parts of the data source " +
			"digicert_report_run it is set for split runs only.",
	},
	reportlibrary.KindFewerParts: {
		summary: "Report Part Not Found", attribute: "split_report_sequence",
		remedy: "Set split_report_sequence to the number of a part that the run has, or use for_each to download every " +
			"part, as shown below.",
	},
	reportlibrary.KindNotServed: {
		summary: "Report Run Not Available", attribute: "report_run_identifier",
		remedy: "Try again later. If the error persists, start a new run of the report, or ask DigiCert's support with " +
			"both identifiers.",
	},
}

// lookupMessages replace requestMessages for requests other than a download.
var lookupMessages = map[reportlibrary.Kind]kindMessage{
	reportlibrary.KindNotFound: {
		summary: "Report Not Found", attribute: attributeSubject,
		remedy: "Check the identifier against the report history.",
	},
	reportlibrary.KindReportUnknown: {
		summary: "Report Not Found", attribute: attributeSubject,
		remedy: "Correct the name or the identifier of the report. " + remedyAccount,
	},
	reportlibrary.KindRunFailed: {
		summary: "Report Run Failed", attribute: attributeSubject,
		remedy: "Start a new run of the report. To take the newest READY run instead, leave wait_for_ready out.",
	},
	reportlibrary.KindRejected: {
		summary: "Request Rejected",
		remedy: "Check the arguments, and the provider's base_url. If they are right, the API may have changed: please " +
			"report it with the code and the message.",
	},
	reportlibrary.KindCoding:      {summary: "Response Not Understood", remedy: remedyServer},
	reportlibrary.KindInflation:   {summary: "Response Not Understood", remedy: remedyServer},
	reportlibrary.KindBodyDamaged: {summary: "Response Not Understood", remedy: "Try again: the response was damaged."},
}

// historyNotFound is the message for a 404 on a request without an argument that names a report.
var historyNotFound = kindMessage{summary: "Report History Not Found", remedy: remedyServer}

// request contains the facts of a failed request for a message.
type request struct {
	timeout path.Path
	// subject is the argument that names the report; empty for none.
	subject path.Path
	// messages take precedence over requestMessages.
	messages map[reportlibrary.Kind]kindMessage
}

// message explains err.
func (r request) message(err *reportlibrary.Error) message {
	m, ok := r.messages[err.Kind]
	if !ok {
		m = requestMessages[err.Kind]
	}
	if err.Kind == reportlibrary.KindNotFound && m.attribute == attributeSubject && len(r.subject.Steps()) == 0 {
		m = historyNotFound
	}
	l := message{summary: m.summary, remedy: r.remedy(m, err), problem: r.sentence(err), lines: facts(err)}
	if cause, ok := errors.AsType[*reportlibrary.Cause](err); ok && splitKind(err.Kind) {
		l.lines = append(l.lines, everyPart(cause.Parts)...)
	}
	switch m.attribute {
	case "":
	case attributeTimeout:
		l.attribute = r.timeout
	case attributeSubject:
		l.attribute = r.subject
	default:
		l.attribute = path.Root(m.attribute)
	}
	return l
}

// remedy returns the next step of m with the values of err.
func (r request) remedy(m kindMessage, err *reportlibrary.Error) string {
	if err.Host != "" && (err.Kind == reportlibrary.KindConnection || err.Kind == reportlibrary.KindHost) {
		return fmt.Sprintf("DigiCert delivers the report from %s. Let this machine connect to it: check the outbound proxy "+
			"or firewall.", err.Host)
	}
	return strings.ReplaceAll(m.remedy, timeoutToRaise, timeoutArgument(r.timeout, sufficientTimeout(err)))
}

// timeoutArgument returns the configuration that sets the timeout at to value.
func timeoutArgument(at path.Path, value string) string {
	steps := at.Steps()
	if len(steps) == 0 {
		return "a longer timeout in timeouts"
	}
	return fmt.Sprintf("timeouts = { %s = %q }", steps[len(steps)-1], value)
}

// sufficientTimeout returns a timeout that probably suffices: half as long again as needed, or twice Elapsed if that is
// unknown.
func sufficientTimeout(err *reportlibrary.Error) string {
	needed := 2 * err.Elapsed
	if err.Kind == reportlibrary.KindRunNotReady {
		needed = max(needed, 3*time.Hour) // the default is 90 minutes, and a run can take over an hour
	}
	if rest := max(err.Wait, err.Remaining, err.RetryAfter); rest > 0 {
		needed = (err.Elapsed + rest) * 3 / 2
	}
	for _, timeout := range []time.Duration{10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 3 * time.Hour} {
		if needed <= timeout {
			return shortDuration(timeout)
		}
	}
	return shortDuration(needed.Truncate(time.Hour) + time.Hour)
}

// shortDuration formats whole minutes and hours without trailing zeros.
func shortDuration(d time.Duration) string {
	if d%time.Hour == 0 {
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return fmt.Sprintf("%dm", d/time.Minute)
}
