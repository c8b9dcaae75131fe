package content

import (
	"testing"
)

// errorBodies are errors as frameworks and gateways write them.
var errorBodies = []string{
	`{"code":"report_not_found","message":"Report does not exist.","request_id":"1"}`,
	`{"errors":[{"code":"report_not_found","message":"Report does not exist."}]}`,
	`{"type":"about:blank","title":"Forbidden","status":403,"detail":"x","instance":"/reports/v1/x"}`,
	`{"type":"about:blank","title":"Forbidden"}`,
	`{"type":"https://example.com/errors","title":"Not Found","status":404,"traceId":"00-a-b-00"}`,
	`{"type":"https://example.com/e","title":"One or more errors","status":400,"errors":{"id":["is wrong"]},"traceId":"1"}`,
	`{"fault":{"faultstring":"Invalid ApiKey","detail":{"errorcode":"oauth.v2.InvalidApiKey"}}}`,
	`{"detail":"Authentication credentials were not provided."}`,
	`{"detail":[{"loc":["path","id"],"msg":"value is not a valid uuid","type":"type_error.uuid"}]}`,
	`{"errorCode":"15","description":"blocked","incidentId":"1","hostName":"h"}`,
	`{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"x","reason":"NotFound","code":404}`,
	`{"timestamp":"2026-11-25","status":500,"error":"Internal Server Error","trace":"java.lang.X","message":"x","path":"/r"}`,
	`{"error":"invalid_client","error_description":"x","error_uri":"https://example.com"}`,
	`{"data":null,"errors":[{"message":"x","locations":[{"line":1,"column":2}],"path":["a"],"extensions":{"code":"E"}}]}`,
	`{"data":{"orders":null},"errors":[{"message":"x"}]}`,
	`{"errors":[{"status":"422","source":{"pointer":"/a"},"title":"Invalid","detail":"x"}],"jsonapi":{"version":"1.0"}}`,
	`{"__type":"AccessDeniedException","Message":"User is not authorized"}`,
	`{"Code":"AccessDenied","Message":"x","Resource":"/a","RequestId":"1","HostId":"2"}`,
	`{"Message":"An error has occurred.","ExceptionMessage":"x","ExceptionType":"y","StackTrace":"z"}`,
	`{"statusCode":401,"message":"Access denied due to missing subscription key."}`,
	`{"error":{"code":"AuthenticationFailed","message":"x"}}`,
	`{"error":{"code":403,"message":"x","errors":[{"domain":"global","reason":"forbidden"}],"status":"PERMISSION_DENIED"}}`,
	`{"code":7,"message":"permission denied","details":[]}`,
	`{"code":7,"message":"x","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"R","domain":"d"}]}`,
	`{"message":"No API key found in request","request_id":"1"}`,
	`{"message":"Forbidden"}`,
	`{"Message":null,"message":"Forbidden"}`,
	`{"success":false,"errors":[{"code":10000,"message":"Authentication error"}],"messages":[],"result":null}`,
	`{"type":"https://example.com","title":"Error 1020","status":403,"detail":"x","instance":"1","error_code":1020,` +
		`"error_name":"access_denied","ray_id":"1","timestamp":"x","zone":"z","cloudflare_error":true,"retryable":false,"footer":"f"}`,
	`{"title":"Forbidden","status":403,"detail":"x","instance":"1","method":"GET","serverIp":"192.0.2.1","clientIp":"192.0.2.2"}`,
	`{"status":404,"error":"Not Found","exception":"#<E>","traces":{"Application Trace":[{"exception_object_id":1,"id":0,"trace":"x"}]}}`,
	`{"message":"x","exception":"E","file":"a.php","line":3,"trace":[{"file":"a.php","line":3,"function":"f","class":"C"}]}`,
	`{"error":{"root_cause":[{"type":"security_exception","reason":"x"}],"type":"security_exception","reason":"x"},"status":401}`,
	`{"Envelope":{"Body":{"Fault":{"faultcode":"soap:Server","faultstring":"x"}}}}`,
	`{"response":{"status":"error","message":"x"}}`,
	`{"status":{"code":401,"message":"Unauthorized"},"data":null}`,
	`{"responseStatus":{"errorCode":"Unauthorized","message":"x"}}`,
	`{"odata.error":{"code":"-1","message":{"lang":"en","value":"x"}}}`,
	`{"errorCode":"E0000011","errorSummary":"Invalid token","errorLink":"E1","errorId":"1","errorCauses":[]}`,
	`{"errorMessages":["x"],"errors":{}}`,
	`{"errors":["permission denied"]}`,
	`{"errors":[{"title":"Not found","id":"x"}]}`,
	`{"errors":{"detail":"Not Found"}}`,
	`{"ok":false,"error":"invalid_auth"}`,
	`{"ok":0,"errmsg":"not authorized","code":13,"codeName":"Unauthorized"}`,
	`{"code":"rest_forbidden","message":"Sorry","data":{"status":401}}`,
	`{"id":"unauthorized","message":"Unable to authenticate you."}`,
	`{"errorMessage":"x","errorType":"E","stackTrace":[["a",1]]}`,
	`{"success":false,"error":"timeout","data":[{"order_id":1}]}`,
	`{"data":{"orders":[{"id":1}]},"errors":[{"message":"timeout"}]}`,
	`{"success":false,"message":"x","data":[]}`,
	`{"message":"Forbidden","data":[]}`,
	`{"code":"42501","details":null,"hint":"x","message":"permission denied"}`,
	`[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]`,
	`{"Error":true}`,
	`{"success":false}`,
	`{"statusCode":503}`,
	`{"exception":{"message":"x"},"foo":1,"bar":2}`,
	`{"message":["x"],"error":"Bad Request","statusCode":400}`,
}

// The reason of an error object has its code and message, wherever the service puts them.
func TestFailureWords(t *testing.T) {
	const prefix = "the content is an error, not a report"
	for body, want := range map[string]string{
		`{"code":"report_not_found","message":"Report does not exist."}`:                       ": report_not_found: Report does not exist.",
		`{"errors":[{"code":"a","message":"b"}]}`:                                              ": a: b",
		`{"type":"about:blank","title":"Forbidden","status":403,"detail":"Not for this key."}`: ": 403: Not for this key.",
		`{"title":"Forbidden","status":403}`:                                                   ": 403: Forbidden",
		`{"fault":{"faultstring":"Invalid key","detail":{"errorcode":"e"}}}`:                   ": Invalid key",
		`{"error":"invalid_client","error_description":"Unknown client"}`:                      ": invalid_client",
		`{"errors":[{"title":"Gone","status":"410"}]}`:                                         ": 410: Gone",
		`[{"errorCode":"E1","message":"Session expired"}]`:                                     ": E1: Session expired",
		`{"Error":true}`: "",
	} {
		if err := judged(t, body, JSON, Hints{}, 100); err == nil || err.Error() != prefix+want {
			t.Errorf("%s: error: got %v, want %s", body, err, prefix+want)
		}
	}
}
