package spec

import "net/textproto"

// Validate implements Object.
func (c *Channel) Validate() FieldErrors {
	var errs FieldErrors
	errs.stackName("stack", c.Stack)
	errs.name("a notification channel", c.Name)
	if c.Name == NullReceiver {
		errs.Add("name", "Choose another name.", "%q is the name of a built-in receiver", c.Name)
	}
	errs.receiver(c)
	errs.matchers("matchers", c.Matchers)
	errs.grouping(c.GroupBy, c.GroupWait, c.GroupInterval, c.RepeatInterval)
	return errs
}

// receiver checks that the channel is of exactly one kind, and that kind.
func (e *FieldErrors) receiver(c *Channel) {
	kinds := []struct {
		path  string
		set   bool
		check func()
	}{
		{"webhook", c.Webhook != nil, func() { e.webhook(c.Webhook) }},
		{"email", c.Email != nil, func() { e.email(c.Email) }},
		{"slack", c.Slack != nil, func() { e.slack(c.Slack) }},
		{"pagerduty", c.PagerDuty != nil, func() { e.pagerDuty(c.PagerDuty) }},
	}
	first := ""
	for _, kind := range kinds {
		if !kind.set {
			continue
		}
		if first != "" {
			e.Add(kind.path, "Make two channels, or remove one of the two.", "a channel cannot be both %s and %s", first, kind.path)
		} else {
			first = kind.path
		}
		kind.check()
	}
	if first == "" {
		e.Add("", "Add webhook, email, slack or pagerduty.", "channel %s does not say where to send", quote(c.Name))
	}
}

func (e *FieldErrors) webhook(w *Webhook) {
	e.httpURL("webhook.url", w.URL)
	if w.MaxAlerts < 0 {
		e.Add("webhook.max_alerts", "Give a number of alerts, or 0 for all.", "max_alerts cannot be negative, but is %d", w.MaxAlerts)
	}
}

func (e *FieldErrors) email(m *Email) {
	e.emailRecipients("email.to", m.To)
	e.emailSender("email.from", m.From)
	e.hostPort("email.smarthost", m.Smarthost)
	e.line("email.auth_username", m.AuthUsername)
	switch {
	case m.AuthPassword != nil && m.AuthUsername == "":
		e.Add("email.auth_username", "Set it, or remove the password.", "a password needs auth_username")
	case m.AuthPassword == nil && m.AuthUsername != "":
		e.Add("email.auth_password", "Set it, or remove the user name.", "auth_username needs a password")
	}
	e.headers(m.Headers)
}

func (e *FieldErrors) headers(headers map[string]string) {
	first := make(map[string]string, len(headers))
	for _, name := range sortedKeys(headers) {
		path := "email.headers." + shorten(name)
		canonical := textproto.CanonicalMIMEHeaderKey(name)
		if !headerPattern.MatchString(name) {
			e.Add(path, "Use letters, digits and dashes.", "%s is not a header name", quote(name))
		} else if twin, ok := first[canonical]; ok {
			e.Add(path, "Give every header once; upper and lower case are the same.", "header %q is the same as %q", name, twin)
		}
		first[canonical] = name
		if e.line(path, headers[name]) {
			e.notificationTemplate(path, headers[name])
		}
	}
}

func (e *FieldErrors) slack(s *Slack) {
	e.secret("slack.api_url", s.APIURL)
	if e.line("slack.channel", s.Channel) {
		e.notificationTemplate("slack.channel", s.Channel)
	}
	e.notificationTemplate("slack.title", s.Title)
	e.notificationTemplate("slack.text", s.Text)
}

func (e *FieldErrors) pagerDuty(p *PagerDuty) {
	e.secret("pagerduty.routing_key", p.RoutingKey)
	if e.line("pagerduty.severity", p.Severity) {
		e.notificationTemplate("pagerduty.severity", p.Severity)
	}
	if p.URL != "" {
		e.httpURL("pagerduty.url", p.URL)
	}
}

// secret checks that a secret was given; its value is not known everywhere.
func (e *FieldErrors) secret(path string, s *Secret) {
	if s == nil {
		e.Add(path, "Set the secret.", "%s is required", path)
	}
}
