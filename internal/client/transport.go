package client

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
)

const (
	dialTimeout = 10 * time.Second
	// idleConnections are kept per control plane. Terraform runs ten
	// operations at once by default, and users raise that for large stacks.
	idleConnections = 64
	// unixBaseURL stands for the control plane behind a socket.
	unixBaseURL = "http://control-plane"
)

// Unix is the transport that connects to a unix socket, whatever the host of the URL.
func Unix(socket string) http.RoundTripper {
	dialer := &net.Dialer{Timeout: dialTimeout}
	return &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "unix", socket)
		},
		MaxIdleConnsPerHost: idleConnections,
		IdleConnTimeout:     90 * time.Second,
	}
}

// FromEndpoint makes a client for an endpoint as users write it: unix:///path
// of a socket, https://host, or, for this machine only, http://host. Plain
// HTTP to another machine is refused, since it would show token and secrets.
// Its error is an *api.Error with CodeInvalid.
func FromEndpoint(endpoint, token string) (*Client, error) {
	location, err := url.Parse(endpoint)
	switch {
	case err != nil:
		// The parser's error repeats the text, which may hold a password.
		return nil, refused("the endpoint", "it is no URL")
	case location.User != nil:
		return nil, refused(fmt.Sprintf("endpoint %q", location.Redacted()), "it contains credentials; give a token instead")
	}
	thing := fmt.Sprintf("endpoint %q", endpoint)
	switch scheme, host := location.Scheme, location.Hostname(); {
	case location.RawQuery != "" || location.Fragment != "":
		return nil, refused(thing, "it has a query or a fragment")
	case scheme == "unix" && (location.Host != "" || !filepath.IsAbs(location.Path)):
		return nil, refused(thing, "the socket needs an absolute path, as in unix:///path")
	case scheme == "unix":
		c := New(Unix(location.Path), unixBaseURL, token)
		c.endpoint = endpoint
		return c, nil
	case scheme != "http" && scheme != "https":
		return nil, refused(thing, "it starts with none of https://, http:// and unix://")
	case host == "":
		return nil, refused(thing, "it names no host")
	case scheme == "http" && !isLoopback(host):
		return nil, refused(thing, "plain http is for this machine only; use https")
	}
	return New(network(), endpoint, token), nil
}

func refused(thing, why string) *api.Error {
	return &api.Error{
		Code:    api.CodeInvalid,
		Message: fmt.Sprintf("cannot use %s: %s", thing, why),
		Detail:  "Give https://HOST:PORT, or unix:///PATH of a socket, in attribute endpoint of the provider or in OPP_ENDPOINT.",
	}
}

func network() http.RoundTripper {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = idleConnections
	return transport
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
