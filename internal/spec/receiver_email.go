package spec

import (
	"cmp"
	"net/textproto"
)

// Email sends mail through an SMTP server: that of the stack, or one of its own.
type Email struct {
	To string `json:"to" is:"required recipients"`
	SMTP
	Headers   map[string]string `json:"headers" is:"line template"`
	HTML      *string           `json:"html,omitempty" is:"template"`
	Text      string            `json:"text,omitempty" is:"template"`
	Threading *EmailThreading   `json:"threading,omitempty"`
}

// SMTP is a server that takes mail, and how to greet it. Everything may be
// left to the defaults of the stack.
type SMTP struct {
	// Smarthost is host:port.
	Smarthost    string  `json:"smarthost,omitempty" is:"address"`
	From         string  `json:"from,omitempty" is:"sender"`
	Hello        string  `json:"hello,omitempty" is:"host"`
	AuthUsername string  `json:"auth_username,omitempty"`
	AuthPassword *Secret `json:"auth_password,omitempty"`
	// AuthSecret is for CRAM-MD5.
	AuthSecret   *Secret `json:"auth_secret,omitempty"`
	AuthIdentity string  `json:"auth_identity,omitempty"`
	// RequireTLS is true where it is nil.
	RequireTLS *bool `json:"require_tls,omitempty"`
	// ForceImplicitTLS is true for port 465 where it is nil.
	ForceImplicitTLS *bool      `json:"force_implicit_tls,omitempty"`
	TLSConfig        *TLSConfig `json:"tls_config,omitempty"`
}

// EmailThreading makes mail programs show the mails about a group as one conversation.
type EmailThreading struct {
	Enabled bool `json:"enabled"`
	// ThreadByDate begins a new conversation every day ("daily") or never ("none").
	ThreadByDate string `json:"thread_by_date,omitempty" is:"required" oneof:"daily none"`
}

func (*Email) since() string { return oldestAlertmanager }

func (m *Email) check(e *FieldErrors) {
	m.SMTP.check(e)
	first := make(map[string]string, len(m.Headers))
	for _, name := range sortedKeys(m.Headers) {
		path := "headers." + shorten(name)
		canonical := textproto.CanonicalMIMEHeaderKey(name)
		if !headerPattern.MatchString(name) {
			e.Add(path, "Use letters, digits and dashes.", "%s is not a header name", quote(name))
		} else if twin, ok := first[canonical]; ok {
			e.Add(path, "Give every header once; upper and lower case are the same.", "header %q is the same as %q", name, twin)
		}
		first[canonical] = name
		if threads := canonical == "References" || canonical == "In-Reply-To"; threads && m.Threading != nil && m.Threading.Enabled {
			e.Add(path, "Remove the header, or threading.", "header %q is what threading sets", name)
		}
	}
}

func (s *SMTP) check(e *FieldErrors) {
	authenticates := s.AuthPassword != nil || s.AuthSecret != nil
	switch {
	case authenticates && s.AuthUsername == "":
		e.Add("auth_username", "Set it, or remove the password.", "a password needs auth_username")
	case !authenticates && s.AuthUsername != "":
		e.Add("auth_password", "Set it, or remove the user name.", "auth_username needs a password")
	}
	if s.Smarthost == "" && (s.AuthUsername != "" || authenticates) {
		e.Add("smarthost", "Set it, or leave the account to the stack as well.", "an account belongs to a server, and smarthost is not set")
	}
}

// Of is the mail as it is sent in a stack. The server with all that belongs to it
// is the stack's where there is no smarthost, so that no other server learns its
// password; whatever else is left out is the stack's, too.
func (m *Email) Of(stack *Stack) *Email {
	defaults := stack.Alertmanager.SMTP
	if defaults == nil {
		return m
	}
	merged := *m
	if m.Smarthost == "" {
		merged.SMTP = *defaults
		merged.RequireTLS = cmp.Or(m.RequireTLS, defaults.RequireTLS)
		merged.ForceImplicitTLS = cmp.Or(m.ForceImplicitTLS, defaults.ForceImplicitTLS)
		merged.TLSConfig = cmp.Or(m.TLSConfig, defaults.TLSConfig)
	}
	merged.From = cmp.Or(m.From, defaults.From)
	merged.Hello = cmp.Or(m.Hello, defaults.Hello)
	return &merged
}

// smtp checks the mail server of a stack, which may be nil.
func (e *FieldErrors) smtp(path string, s *SMTP) {
	if s == nil {
		return
	}
	if s.Smarthost == "" {
		e.Add(path+".smarthost", "Give host:port of the mail server.", "%s.smarthost is empty", path)
	}
	e.checkFields(path, s)
	e.under(path, s.check)
}
