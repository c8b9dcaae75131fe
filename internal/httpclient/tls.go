package httpclient

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"time"
)

// newHTTPTransports returns the transport for the configured origin, which offers the client certificate, and the one
// for all others. Without a certificate both are the same.
func newHTTPTransports(config Config) (home, foreign *http.Transport) {
	foreign = newHTTPTransport(config)
	if config.ClientCertificate == nil {
		return foreign, foreign
	}
	home = newHTTPTransport(config)
	// net/http would offer the certificate to an https proxy too. All connections that home itself dials with TLS are
	// connections to the proxy.
	proxy, err := config.Proxy(&http.Request{Method: http.MethodGet, URL: config.BaseURL, Header: http.Header{}})
	if err == nil && proxy != nil && proxy.Scheme == "https" {
		home.DialTLSContext = (&tls.Dialer{NetDialer: dialer(), Config: home.TLSClientConfig.Clone()}).DialContext
	}
	home.TLSClientConfig.Certificates = []tls.Certificate{*config.ClientCertificate}
	return home, foreign
}

func newHTTPTransport(config Config) *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	return &http.Transport{
		Proxy: func(req *http.Request) (*url.URL, error) {
			proxy, err := config.Proxy(req)
			if err != nil {
				return nil, proxyError("", 0) // err quotes the address with its credentials
			}
			return proxy, nil
		},
		OnProxyConnectResponse: func(_ context.Context, proxy *url.URL, _ *http.Request, resp *http.Response) error {
			if resp.StatusCode != http.StatusOK {
				return proxyError(proxy.Host, resp.StatusCode)
			}
			return nil
		},
		DialContext:         config.dial(),
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: config.RootCAs},
		TLSHandshakeTimeout: connectTimeout,
		Protocols:           protocols,
		MaxIdleConnsPerHost: 128, // above any -parallelism, to reuse connections
		IdleConnTimeout:     90 * time.Second,
		ReadBufferSize:      64 << 10,
		// Headers of the service are far below 4 KB, those of object stores below 16 KB.
		MaxResponseHeaderBytes: 256 << 10,
		// OpenBody decompresses, because it knows the number of bytes received.
		DisableCompression: true,
		HTTP2: &http.HTTP2Config{
			// A stream buffers bytes until they are read. The default would make memory grow with the downloads.
			MaxReceiveBufferPerStream: 1 << 20,
			// Close a connection that leaves a ping unanswered, because retries would reuse it.
			SendPingTimeout: 15 * time.Second,
			PingTimeout:     15 * time.Second,
		},
	}
}

// connectTimeout limits dialing and the TLS handshake.
const connectTimeout = 30 * time.Second

func (config Config) dial() func(ctx context.Context, network, address string) (net.Conn, error) {
	if config.Dial != nil {
		return config.Dial
	}
	return dialer().DialContext
}

func dialer() *net.Dialer { return &net.Dialer{Timeout: connectTimeout, KeepAlive: 30 * time.Second} }
