package spec

import (
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// headerPattern takes the names of mail headers.
var headerPattern = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9-]{0,126}$`)

// hostPattern takes host names, service names with underscores included.
var hostPattern = regexp.MustCompile(`^[a-zA-Z0-9_]([a-zA-Z0-9_.-]{0,251}[a-zA-Z0-9_.])?$`)

// httpURL checks a URL that something is sent to or shown at.
func (e *FieldErrors) httpURL(path, value string) {
	if !e.required(path, value) {
		return
	}
	const hint = "Write the whole URL, such as https://example.com/path."
	u, err := url.Parse(value)
	switch {
	case err != nil:
		e.Add(path, hint, "%s is not a URL", quote(value))
	case u.Scheme != "http" && u.Scheme != "https":
		e.Add(path, hint, "%s is not an http or https URL", quote(u.Redacted()))
	case u.Hostname() == "":
		e.Add(path, hint, "%s has no host", quote(u.Redacted()))
	case u.Port() != "" && !validPort(u.Port()):
		e.Add(path, "Give a port from 1 to 65535.", "%s has no valid port", quote(u.Redacted()))
	}
}

// hostPort checks host:port; both are required.
func (e *FieldErrors) hostPort(path, value string) {
	if !e.required(path, value) {
		return
	}
	if strings.Contains(value, "/") {
		e.Add(path, "Leave out scheme and path: write host:port.", "%s is not host:port", quote(value))
		return
	}
	host, port, err := net.SplitHostPort(value)
	if err != nil {
		e.Add(path, "Write host:port, an IPv6 address in brackets.", "%s is not host:port", quote(value))
		return
	}
	if !validHost(host) {
		e.Add(path, "Give a host name or an IP address before the colon.", "%s has no valid host", quote(value))
	}
	if !validPort(port) {
		e.Add(path, "Give a port from 1 to 65535.", "%s has no valid port", quote(value))
	}
}

func validHost(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil || hostPattern.MatchString(host)
}

func validPort(text string) bool {
	port, err := strconv.ParseUint(text, 10, 16)
	return err == nil && port > 0
}

// listenPort checks a port to listen on; 0 means any.
func (e *FieldErrors) listenPort(path string, port int64) {
	if port < 0 || port > 65535 {
		e.Add(path, "Give a port from 1 to 65535, or 0 to have a free one picked.", "%d is not a port", port)
	}
}

// ip checks an address to listen on.
func (e *FieldErrors) ip(path, value string) {
	if addr, err := netip.ParseAddr(value); err != nil || addr.Zone() != "" {
		e.Add(path, "Give an address such as 127.0.0.1, 0.0.0.0 or ::1.", "%s is not an IP address", quote(value))
	}
}

// absolutePath checks the path of a file on the machine of the stack.
func (e *FieldErrors) absolutePath(path, value string) {
	if e.line(path, value) && !strings.HasPrefix(value, "/") {
		e.Add(path, "Give the path from the root directory.", "%s is not an absolute path", quote(value))
	}
}

// emailSender checks one address, which may be a template.
func (e *FieldErrors) emailSender(path, value string) {
	if !e.required(path, value) || e.isTemplate(path, value) {
		return
	}
	if _, err := mail.ParseAddress(value); err != nil {
		e.Add(path, "Write an address such as alerts@example.com.", "%s is not an email address", quote(value))
	}
}

// emailRecipients checks one or more addresses, which may be a template.
func (e *FieldErrors) emailRecipients(path, value string) {
	if !e.required(path, value) || e.isTemplate(path, value) {
		return
	}
	if _, err := mail.ParseAddressList(value); err != nil {
		e.Add(path, "Write an address such as oncall@example.com, or several separated by commas.", "%s is not a list of email addresses", quote(value))
	}
}

// isTemplate tells a template from a literal value and checks it.
func (e *FieldErrors) isTemplate(path, value string) bool {
	if !isTemplateText(value) {
		return false
	}
	e.notificationTemplate(path, value)
	return true
}
