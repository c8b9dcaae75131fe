// Package timestamptest is a fake time stamp authority (RFC 3161): a real HTTP server on a loopback port with a
// certificate hierarchy of its own, made at its start. It responds to each request with a genuine time stamp, and a
// [Fault] changes one thing about a response.
//
//	srv := timestamptest.NewServer()
//	defer srv.Close()
//	srv.Next(timestamptest.Status(503), timestamptest.WrongNonce())
//
// A client that trusts srv.CACertPEM() now sees a 503, then a token for another request, then genuine time stamps.
//
// The package shares nothing with the client that it tests, not even object identifiers: a mistake in a shared constant
// would be invisible.
package timestamptest
