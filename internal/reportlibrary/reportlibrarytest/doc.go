// Package reportlibrarytest is a fake DigiCert CertCentral Report Library: a server on a loopback port that serves
// reports, history and details with the documented checks and errors, records every request, and simulates failures of
// the network and of the service on request.
//
//	srv := reportlibrarytest.NewServer()
//	defer srv.Close()
//	run := srv.AddRun(reportlibrarytest.Run{DisplayName: "Monthly orders"})
//	srv.Script(reportlibrarytest.Downloads, reportlibrarytest.Truncated(100), reportlibrarytest.Status(503, ""))
//
// A client with base URL srv.URL() and key srv.APIKey now sees its first download break off after 100 bytes, the second
// refused with a 503, and the third succeed.
//
// Zero values are the documented behaviour. Each undocumented behaviour is a field of [Options], [HistoryOptions] or
// [Delivery], whose comment explains the zero value. Options may be changed at any time with
// [Server.Configure]; everything in the package is safe for concurrent use.
//
// The package deliberately shares nothing with the client it tests, not even the names of the formats: a mistake in a
// shared constant would be invisible.
package reportlibrarytest
