package content

import (
	"slices"
	"strings"
)

// Field names in the form of plainKey.
var (
	codeKeys = wordSet(`
		code status statuscode httpstatus httpcode httpstatuscode responsecode returncode resultcode result state outcome`)
	successKeys = wordSet("success ok succeeded issuccess successful issuccessful")
	messageKeys = wordSet(`
		message msg detail reason messages usermessage developermessage statusmessage statustext cause messagedetail failure
		info`)
	// neutralKeys occur in errors and in other objects.
	neutralKeys = wordSet(`
		title description details type instance timestamp time date path uri url href link links method trace stack stacktrace
		request requestid requesturi requesttime traceid spanid correlationid transactionid referenceid reference rayid
		incidentid activityid host hostid hostname server serverip clientip ip help hint helplink moreinfo docs
		documentationurl support supportid meta metadata jsonapi extensions apiversion kind version retryafter retryable
		resource domain id locale origin service region zone scope realm field source category severity level`)
)

// Values of fields, and parts of values, in lower case.
var (
	failureStates = wordSet("error errors fail failed failure failing rejected denied forbidden unauthorized fault ko nok")
	successStates = wordSet("success successful succeeded ok okay passed completed complete done")
	failureWords  = []string{
		"denied", "forbidden", "unauthori", "unauthenticated", "not found", "notfound", "invalid", "error", "fail", "expired",
		"missing", "exceeded", "limit", "unavailable", "timeout", "timed out", "exception", "reject", "blocked", "refused",
		"required", "not allowed", "bad gateway", "bad request", "no api key", "credential", "throttl", "too many",
		"maintenance", "does not exist", "no such", "unknown", "unable", "cannot", "can't", "violat", "unprocessable",
		"sorry", "oops", "problem", "insufficient", "unsupported",
	}
)

func plainKey(key string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "", "@", "", "$", "").Replace(strings.ToLower(key))
}

func isErrorKey(key string) bool {
	for _, suffix := range []string{"count", "counts", "rate", "total"} {
		if strings.HasSuffix(key, suffix) {
			return false
		}
	}
	for _, word := range []string{"error", "errno", "errcode", "errmsg", "exception", "fault"} {
		if strings.HasPrefix(key, word) || strings.HasSuffix(strings.TrimSuffix(key, "s"), word) {
			return true
		}
	}
	return key == "err" || key == "violations"
}

// hasErrorName reports whether a type is named like an error of AWS or Java.
func hasErrorName(name string) bool {
	return strings.HasSuffix(name, "Exception") || strings.HasSuffix(name, "Error") || strings.HasSuffix(name, "Fault")
}

// isProblemType reports whether a type is a URI, as in RFC 9457.
func isProblemType(name string) bool {
	return strings.Contains(name, "://") || name == "about:blank" || strings.HasPrefix(name, "urn:")
}

func hasFailureWord(text string) bool {
	text = strings.NewReplacer("_", " ", "-", " ").Replace(strings.ToLower(text))
	return slices.ContainsFunc(failureWords, func(word string) bool { return strings.Contains(text, word) })
}
