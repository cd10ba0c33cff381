package spec

import (
	"crypto/x509"
	"encoding/json"
	"maps"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/config"
	"golang.org/x/net/http/httpguts"
)

// HTTP is how Alertmanager's HTTP client reaches a service: http_config in its
// own words.
type HTTP struct {
	ProxyURL string `json:"proxy_url,omitempty" is:"url"`
	// NoProxy lists hosts that are reached without the proxy, separated by commas.
	NoProxy   string     `json:"no_proxy,omitempty"`
	TLSConfig *TLSConfig `json:"tls_config,omitempty"`
	// At most one of these says who we are.
	BasicAuth     *BasicAuth     `json:"basic_auth,omitempty"`
	Authorization *Authorization `json:"authorization,omitempty"`
	OAuth2        *OAuth2        `json:"oauth2,omitempty"`
	// FollowRedirects and EnableHTTP2 are true where they are nil.
	FollowRedirects *bool `json:"follow_redirects,omitempty"`
	EnableHTTP2     *bool `json:"enable_http2,omitempty"`
	// Headers are sent along by name, HeaderFiles those whose values are secrets:
	// paths of files on the machine of the stack. Both are http_headers to
	// Alertmanager, which knows them from 0.28 on.
	Headers     map[string]string `json:"http_headers" is:"line"`
	HeaderFiles map[string]string `json:"http_header_files" is:"file"`
}

// TLSConfig is how a server's certificate is checked, and the certificate that
// is shown to it. Certificates are PEM, given here or as the path of a file on
// the machine of the stack.
type TLSConfig struct {
	CA                 string  `json:"ca,omitempty" is:"certificates"`
	CAFile             string  `json:"ca_file,omitempty" is:"file"`
	Cert               string  `json:"cert,omitempty" is:"certificates"`
	CertFile           string  `json:"cert_file,omitempty" is:"file"`
	Key                *Secret `json:"key_wo,omitempty"`
	KeyFile            string  `json:"key_file,omitempty" is:"file"`
	ServerName         string  `json:"server_name,omitempty" is:"host"`
	InsecureSkipVerify bool    `json:"insecure_skip_verify"`
	MinVersion         string  `json:"min_version,omitempty" oneof:"TLS10 TLS11 TLS12 TLS13"`
	MaxVersion         string  `json:"max_version,omitempty" oneof:"TLS10 TLS11 TLS12 TLS13"`
}

// Authorization is the header Authorization: type and credentials.
type Authorization struct {
	// Type is Bearer where it is empty.
	Type        string  `json:"type,omitempty"`
	Credentials *Secret `json:"credentials,omitempty" is:"required"`
}

// OAuth2 gets tokens by client credentials.
type OAuth2 struct {
	ClientID       string            `json:"client_id" is:"required"`
	ClientSecret   *Secret           `json:"client_secret,omitempty" is:"required"`
	TokenURL       string            `json:"token_url" is:"required url"`
	Scopes         []string          `json:"scopes"`
	EndpointParams map[string]string `json:"endpoint_params"`
	TLSConfig      *TLSConfig        `json:"tls_config,omitempty"`
	ProxyURL       string            `json:"proxy_url,omitempty" is:"url"`
}

// authenticates tells whether h, which may be nil, says who we are.
func (h *HTTP) authenticates() bool {
	return h != nil && (h.BasicAuth != nil || h.Authorization != nil || h.OAuth2 != nil)
}

func (h *HTTP) check(e *FieldErrors) {
	given := ""
	for _, way := range []struct {
		name string
		set  bool
	}{{"basic_auth", h.BasicAuth != nil}, {"authorization", h.Authorization != nil}, {"oauth2", h.OAuth2 != nil}} {
		switch {
		case way.set && given != "":
			e.Add(way.name, "Remove one of the two.", "%s and %s cannot be used together", given, way.name)
		case way.set:
			given = way.name
		}
	}
	if h.NoProxy != "" && h.ProxyURL == "" {
		e.Add("no_proxy", "Set proxy_url, or remove no_proxy.", "no_proxy has no meaning without proxy_url")
	}
	if a := h.Authorization; a != nil && strings.EqualFold(strings.TrimSpace(a.Type), "basic") {
		e.Add("authorization.type", "Use basic_auth.", "the type of an authorization cannot be %s", quote(a.Type))
	}
	h.checkHeaders(e)
}

// checkHeaders refuses names that Alertmanager refuses.
func (h *HTTP) checkHeaders(e *FieldErrors) {
	given := map[string]bool{}
	for _, headers := range []struct {
		path   string
		values map[string]string
	}{{"http_headers", h.Headers}, {"http_header_files", h.HeaderFiles}} {
		for _, name := range slices.Sorted(maps.Keys(headers.values)) {
			canonical := textproto.CanonicalMIMEHeaderKey(name)
			_, reserved := config.ReservedHeaders[canonical]
			switch {
			case !httpguts.ValidHeaderFieldName(name):
				e.Add(headers.path, "Write it in letters, digits and -.", "%s is not the name of a header", quote(name))
			case reserved:
				e.Add(headers.path, "Use authorization or basic_auth to say who you are; the other headers are for Alertmanager to set.",
					"the header %s cannot be set", quote(canonical))
			case given[canonical]:
				e.Add(headers.path, "Remove one of them.", "the header %s is set twice", quote(canonical))
			}
			given[canonical] = true
		}
	}
}

func (t *TLSConfig) check(e *FieldErrors) {
	either := func(a, b string, both bool) {
		if both {
			e.Add(b, "Remove one of the two.", "%s and %s cannot be used together", a, b)
		}
	}
	either("ca", "ca_file", t.CA != "" && t.CAFile != "")
	either("cert", "cert_file", t.Cert != "" && t.CertFile != "")
	either("key_wo", "key_file", t.Key != nil && t.KeyFile != "")
	hasCert, hasKey := t.Cert != "" || t.CertFile != "", t.Key != nil || t.KeyFile != ""
	if hasCert && !hasKey {
		e.Add("key_wo", "Set key_wo or key_file, or remove the certificate.", "a client certificate needs its key")
	}
	if hasKey && !hasCert {
		e.Add("cert", "Set cert or cert_file, or remove the key.", "a key needs its client certificate")
	}
	if t.MinVersion != "" && t.MaxVersion != "" && t.MinVersion > t.MaxVersion {
		e.Add("max_version", "Raise it, or lower min_version.", "max_version %s is older than min_version %s", quote(t.MaxVersion), quote(t.MinVersion))
	}
}

// serviceURL checks the URL of a service that Alertmanager is told in its
// configuration, where no secret may stand.
func (e *FieldErrors) serviceURL(path, value string) {
	before := len(*e)
	e.httpURL(path, value)
	u, err := url.Parse(value)
	if err != nil || u.User == nil || len(*e) > before {
		return
	}
	if _, secret := u.User.Password(); secret {
		e.Add(path, "Give the password by http_config, or the whole URL by a write-only attribute.", "%s has a password in it", quote(u.Redacted()))
	}
}

// clockDuration checks a duration that Alertmanager reads as Go does: without
// days, weeks and years.
func (e *FieldErrors) clockDuration(path, value string) {
	before := len(*e)
	e.positiveDuration(path, value)
	if _, err := time.ParseDuration(value); err != nil && len(*e) == before {
		e.Add(path, "Write it in hours, such as 36h.", "%s is in a unit longer than an hour, which Alertmanager does not know here", quote(value))
	}
}

// certificates checks one or more certificates in PEM.
func (e *FieldErrors) certificates(path, value string) {
	if e.text(path, value) && !x509.NewCertPool().AppendCertsFromPEM([]byte(value)) {
		e.Add(path, "Give the certificate in PEM, for example by file(...).", "the text is no certificate in PEM")
	}
}

// json checks a JSON text.
func (e *FieldErrors) json(path, value string) {
	if e.text(path, value) && !json.Valid([]byte(value)) {
		e.Add(path, "Write the value by jsonencode(...).", "%s is not JSON", quote(value))
	}
}
