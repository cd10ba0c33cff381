// Package receivertest stands in for the services that notify people: it
// answers as they do and keeps what it was sent. It also is a proxy that
// answers in the place of services whose address cannot be chosen.
package receivertest

import (
	"bufio"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec/spectest"
)

// Request is what a service was sent.
type Request struct {
	Method string
	// Host is empty for addresses of this machine.
	Host   string
	Path   string
	Query  url.Values
	Header http.Header
	Body   string
	// Proxied tells whether it came through the proxy, Certified whether the
	// client showed a certificate.
	Proxied, Certified bool
}

// Recorder serves on loopback until the test ends.
type Recorder struct {
	// Server is where it listens. Key is that of Server.Cert, in PEM.
	Server spectest.Server
	Key    string

	authority *authority
	mu        sync.Mutex
	requests  []Request
	mails     []Mail
}

// Start starts a recorder.
func Start(t testing.TB) *Recorder {
	t.Helper()
	r := &Recorder{authority: newAuthority(t)}
	quiet := log.New(io.Discard, "", 0)
	plain := httptest.NewUnstartedServer(r)
	secure := httptest.NewUnstartedServer(r)
	secure.TLS = r.authority.serving()
	own, err := r.authority.sign("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	secure.TLS.Certificates = []tls.Certificate{own} // else httptest takes one of its own
	plain.Config.ErrorLog, secure.Config.ErrorLog = quiet, quiet
	plain.Start()
	secure.StartTLS()
	t.Cleanup(plain.Close)
	t.Cleanup(secure.Close)
	r.Server.URL, r.Server.SecureURL = plain.URL, secure.URL
	r.Server.Smarthost = r.serveMail(t)
	r.writeFiles(t)
	return r
}

// writeFiles puts the certificates and the value of a header where clients can read them.
func (r *Recorder) writeFiles(t testing.TB) {
	t.Helper()
	signed, err := r.authority.sign("client")
	if err != nil {
		t.Fatal(err)
	}
	r.Server.Cert, r.Key = pemOf(t, signed)
	dir := t.TempDir()
	r.Server.CA = r.authority.pem()
	r.Server.CertFile, r.Server.KeyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	r.Server.HeaderFile = filepath.Join(dir, "header")
	for path, text := range map[string]string{r.Server.CertFile: r.Server.Cert, r.Server.KeyFile: r.Key, r.Server.HeaderFile: "key-of-a-header"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// Requests are those so far, in the order in which they came.
func (r *Recorder) Requests() []Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.requests)
}

// ServeHTTP implements http.Handler.
func (r *Recorder) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	if request.Method == http.MethodConnect {
		r.intercept(w, request.Host)
		return
	}
	host := request.URL.Hostname() // only a proxy is told
	if net.ParseIP(host).IsLoopback() {
		host = ""
	}
	r.answer(w, request, host, request.URL.IsAbs())
}

// answer records a request and replies as the service does.
func (r *Recorder) answer(w http.ResponseWriter, request *http.Request, host string, proxied bool) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	got := Request{
		Method: request.Method, Host: host, Path: request.URL.Path, Query: request.URL.Query(), Header: request.Header, Body: string(body),
		Proxied: proxied, Certified: request.TLS != nil && len(request.TLS.PeerCertificates) > 0,
	}
	r.mu.Lock()
	r.requests = append(r.requests, got)
	r.mu.Unlock()
	status, reply := replyTo(got)
	if strings.HasPrefix(reply, "{") {
		w.Header().Set("Content-Type", "application/json")
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(reply)))
	w.WriteHeader(status)
	_, _ = io.WriteString(w, reply)
}

// intercept answers in the place of a service, whose certificate it makes up.
func (r *Recorder) intercept(w http.ResponseWriter, address string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer func() { _ = conn.Close() }()
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return
	}
	if _, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n"); err != nil {
		return
	}
	secured := tls.Server(conn, r.authority.serving())
	reader := bufio.NewReader(secured)
	for {
		request, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		recorded := httptest.NewRecorder()
		r.answer(recorded, request, host, true)
		if err := recorded.Result().Write(secured); err != nil {
			return
		}
	}
}
