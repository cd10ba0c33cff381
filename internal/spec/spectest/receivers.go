// Package spectest has sound objects for the tests of those who handle them.
package spectest

import (
	_ "embed"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// CA is a certificate for tests that only look at it.
//
//go:embed testdata/ca.pem
var CA string

// Example is a server that nobody talks to.
func Example() Server {
	return Server{
		URL: "http://127.0.0.1:9", SecureURL: "https://127.0.0.1:9", Smarthost: "127.0.0.1:25", CA: CA, Cert: CA,
		CertFile: "/etc/opp/cert.pem", KeyFile: "/etc/opp/key.pem", HeaderFile: "/etc/opp/header",
	}
}

// Server is where the services are that receivers talk to.
type Server struct {
	// URL of all services but mail, without a slash at the end; SecureURL is
	// the same with TLS.
	URL, SecureURL string
	// Smarthost takes mail, host:port.
	Smarthost string
	// CA is the certificate, in PEM, that the others are signed by; Cert is a
	// client's, which CertFile and KeyFile have, too.
	CA, Cert, CertFile, KeyFile string
	// HeaderFile holds the value of a header.
	HeaderFile string
}

// Channels are channels of every kind. Together they use every field of every
// receiver; those that exclude each other are in channels of their own. Names
// begin with the kind; the file of a secret is named CHANNEL.FIELD.
func Channels(s Server) []spec.Channel {
	var all []spec.Channel
	for _, group := range [][]spec.Channel{webhooks(s), mails(s), slacks(s), pagers(s), chats(s), tickets(s), pushes(s), amazons(s)} {
		all = append(all, group...)
	}
	for i := range all {
		c := &all[i]
		spec.WithDefaults(c)
		for field, secret := range c.Secrets() {
			secret.File = c.Name + "." + field
		}
	}
	return all
}

// channel is one with a route of its own. It stays silent about what is resolved.
func channel(name string, set func(*spec.Channel)) spec.Channel {
	c := spec.Channel{Stack: "production", Name: name, Matchers: []string{}, GroupWait: "0s", Continue: true}
	set(&c)
	return c
}

func secret() *spec.Secret { return &spec.Secret{} }

// intercepted reaches services whose address cannot be chosen: the server acts
// as a proxy and answers in their place.
func intercepted(s Server) *spec.HTTP {
	return &spec.HTTP{ProxyURL: s.URL, TLSConfig: &spec.TLSConfig{CA: s.CA}}
}

func webhooks(s Server) []spec.Channel {
	return []spec.Channel{
		channel("webhook", func(c *spec.Channel) {
			c.Webhook = &spec.Webhook{URL: s.URL + "/webhook", MaxAlerts: 10, Timeout: "9s", BearerToken: secret()}
		}),
		channel("webhook-secret", func(c *spec.Channel) {
			c.Webhook = &spec.Webhook{SecretURL: secret(), HTTPConfig: &spec.HTTP{
				BasicAuth:       &spec.BasicAuth{Username: "opp", Password: secret()},
				FollowRedirects: new(false), EnableHTTP2: new(false),
				TLSConfig: &spec.TLSConfig{CA: s.CA, ServerName: "127.0.0.1", MinVersion: "TLS12", MaxVersion: "TLS13"},
			}}
		}),
		channel("webhook-proxy", func(c *spec.Channel) {
			c.Webhook = &spec.Webhook{URL: "http://hooks.example.com/webhook-proxy", HTTPConfig: &spec.HTTP{
				ProxyURL: s.URL, NoProxy: "example.org",
				Headers: map[string]string{"X-Scope-OrgID": "opp"}, HeaderFiles: map[string]string{"X-Api-Key": s.HeaderFile},
				TLSConfig: &spec.TLSConfig{CAFile: s.CertFile, CertFile: s.CertFile, KeyFile: s.KeyFile, InsecureSkipVerify: true},
			}}
		}),
		channel("webhook-oauth2", func(c *spec.Channel) {
			c.Webhook = &spec.Webhook{URL: s.URL + "/webhook-oauth2", HTTPConfig: &spec.HTTP{OAuth2: &spec.OAuth2{
				ClientID: "opp", ClientSecret: secret(), TokenURL: s.URL + "/token", Scopes: []string{"alerts"},
				EndpointParams: map[string]string{"audience": "hooks"}, ProxyURL: s.URL, TLSConfig: &spec.TLSConfig{ServerName: "127.0.0.1"},
			}}}
		}),
		channel("webhook-certificate", func(c *spec.Channel) {
			c.Webhook = &spec.Webhook{URL: s.SecureURL + "/webhook-certificate", HTTPConfig: &spec.HTTP{
				TLSConfig: &spec.TLSConfig{CA: s.CA, Cert: s.Cert, Key: secret()},
			}}
		}),
	}
}

func mails(s Server) []spec.Channel {
	server := spec.SMTP{
		Smarthost: s.Smarthost, From: "Alerts <alerts@example.org>", Hello: "opp.example.org", AuthUsername: "opp", AuthPassword: secret(),
		AuthIdentity: "alerts", RequireTLS: new(true), ForceImplicitTLS: new(false), TLSConfig: &spec.TLSConfig{CA: s.CA, ServerName: "127.0.0.1"},
	}
	digest := server
	digest.AuthPassword, digest.AuthSecret = nil, secret()
	return []spec.Channel{
		channel("email", func(c *spec.Channel) {
			c.Email = &spec.Email{
				To: "Team <team@example.org>, lead@example.org", SMTP: server, Headers: map[string]string{"Subject": "{{ .Status }}: {{ .CommonLabels.alertname }}"},
				HTML: new("<b>{{ .CommonLabels.alertname }}</b>"), Text: "{{ .CommonLabels.alertname }}",
				Threading: &spec.EmailThreading{Enabled: true, ThreadByDate: "none"},
			}
		}),
		channel("email-secret", func(c *spec.Channel) {
			c.Email = &spec.Email{To: "team@example.org", SMTP: digest, HTML: new(""), Text: "plain"}
		}),
	}
}

func slacks(s Server) []spec.Channel {
	return []spec.Channel{
		channel("slack", func(c *spec.Channel) {
			c.Slack = &spec.Slack{
				APIURL: secret(), Channel: "#{{ .CommonLabels.team }}", Username: new("opp"), Color: new("#ff0000"), Title: new("{{ .CommonLabels.alertname }}"),
				TitleLink: new("https://example.org/title"), Pretext: new("before"), Text: new("{{ .Status }}"), MessageText: "message",
				Fallback: new("fallback"), Footer: new("footer"), CallbackID: new("callback"), IconEmoji: new(":fire:"), IconURL: new(""),
				ImageURL: "https://example.org/image.png", ThumbURL: "https://example.org/thumb.png", LinkNames: true, MrkdwnIn: []string{"text"},
				Fields:      []spec.ShortField{{Title: "Team", Value: "{{ .CommonLabels.team }}", Short: new(false)}, {Title: "Status", Value: "{{ .Status }}"}},
				ShortFields: true, Timeout: "8s",
				Actions: []spec.SlackAction{
					{Type: "button", Text: "Open", URL: "https://example.org/open", Style: "primary"},
					{Type: "button", Text: "Ack", Name: "ack", Value: "yes",
						Confirm: &spec.SlackConfirm{Text: "Sure?", Title: "Ack", OkText: "Yes", DismissText: "No"}},
				},
			}
		}),
		channel("slack-app", func(c *spec.Channel) {
			c.Slack = &spec.Slack{AppToken: secret(), AppURL: s.URL + "/slack-app", Channel: "#alerts", Text: new("{{ .Status }}"),
				HTTPConfig: &spec.HTTP{FollowRedirects: new(false)}}
		}),
	}
}

func pagers(s Server) []spec.Channel {
	return []spec.Channel{
		channel("pagerduty", func(c *spec.Channel) {
			c.PagerDuty = &spec.PagerDuty{
				RoutingKey: secret(), URL: s.URL + "/pagerduty", Client: new("opp"), ClientURL: new("https://example.org"),
				Description: new("{{ .CommonLabels.alertname }}"), Severity: "critical", Source: "opp", Class: "availability", Component: "api",
				Group: "{{ .CommonLabels.team }}", Details: map[string]string{"team": "{{ .CommonLabels.team }}", "firing": "one"},
				Images: []spec.PagerDutyImage{{Src: "https://example.org/a.png", Alt: "a", Href: "https://example.org"}},
				Links:  []spec.PagerDutyLink{{Href: "https://example.org", Text: "runbook"}}, Timeout: "7s",
				HTTPConfig: &spec.HTTP{EnableHTTP2: new(false)},
			}
		}),
		channel("pagerduty-v1", func(c *spec.Channel) {
			c.PagerDuty = &spec.PagerDuty{ServiceKey: secret(), Description: new("{{ .CommonLabels.alertname }}"),
				HTTPConfig: intercepted(s)}
		}),
		channel("opsgenie", func(c *spec.Channel) {
			c.Opsgenie = &spec.Opsgenie{
				APIKey: secret(), APIURL: s.URL + "/opsgenie/", Message: new("{{ .CommonLabels.alertname }}"), Description: new("described"),
				Source: new("opp"), Details: map[string]string{"team": "{{ .CommonLabels.team }}"}, Entity: "api",
				Responders: []spec.OpsgenieResponder{
					{Name: "db", Type: "team"}, {Username: "jo@example.org", Type: "user"}, {ID: "4711", Type: "schedule"},
				},
				Actions: "restart,page", Tags: "a,b", Note: "note", Priority: "P2", UpdateAlerts: true, HTTPConfig: &spec.HTTP{EnableHTTP2: new(false)},
			}
		}),
		channel("victorops", func(c *spec.Channel) {
			c.VictorOps = &spec.VictorOps{
				APIKey: secret(), APIURL: s.URL + "/victorops/", RoutingKey: "{{ .CommonLabels.team }}", MessageType: "WARNING",
				EntityDisplayName: new("{{ .CommonLabels.alertname }}"), StateMessage: new("state"), MonitoringTool: new("opp"),
				CustomFields: map[string]string{"team": "{{ .CommonLabels.team }}"}, HTTPConfig: &spec.HTTP{EnableHTTP2: new(false)},
			}
		}),
		channel("incidentio", func(c *spec.Channel) {
			c.IncidentIO = &spec.IncidentIO{URL: s.URL + "/incidentio", AlertSourceToken: secret(), MaxAlerts: 5, Timeout: "6s"}
		}),
		channel("incidentio-secret", func(c *spec.Channel) {
			c.IncidentIO = &spec.IncidentIO{SecretURL: secret(), HTTPConfig: &spec.HTTP{Authorization: &spec.Authorization{Type: "Token", Credentials: secret()}}}
		}),
	}
}

func chats(s Server) []spec.Channel {
	return []spec.Channel{
		channel("msteams", func(c *spec.Channel) {
			c.MSTeams = &spec.MSTeams{WebhookURL: secret(), Title: new("{{ .CommonLabels.alertname }}"), Text: new("{{ .Status }}"),
				HTTPConfig: &spec.HTTP{EnableHTTP2: new(false)}}
		}),
		channel("discord", func(c *spec.Channel) {
			c.Discord = &spec.Discord{WebhookURL: secret(), Content: "{{ .Status }}", Title: new("{{ .CommonLabels.alertname }}"), Message: new("message"),
				Username: "opp", AvatarURL: "https://example.org/avatar.png", HTTPConfig: &spec.HTTP{EnableHTTP2: new(false)}}
		}),
		channel("telegram", func(c *spec.Channel) {
			c.Telegram = &spec.Telegram{BotToken: secret(), ChatID: -1001234, MessageThreadID: 7, Message: new("{{ .CommonLabels.alertname }}"),
				ParseMode: new(""), DisableNotifications: true, APIURL: s.URL + "/telegram", HTTPConfig: &spec.HTTP{EnableHTTP2: new(false)}}
		}),
		channel("mattermost", func(c *spec.Channel) {
			c.Mattermost = &spec.Mattermost{
				WebhookURL: secret(), Channel: "alerts", Username: "opp", Text: new("{{ .Status }}"), IconURL: "https://example.org/icon.png",
				IconEmoji: ":fire:", Type: "custom_opp", Props: &spec.MattermostProps{Card: "{{ .CommonLabels.alertname }}"},
				Priority: &spec.MattermostPriority{Priority: "urgent", RequestedAck: true, PersistentNotifications: true},
				Attachments: []spec.MattermostAttachment{{
					Fallback: "fallback", Color: "#ff0000", Pretext: "before", Text: "{{ .Status }}", AuthorName: "opp", AuthorLink: "https://example.org/author",
					AuthorIcon: "https://example.org/author.png", Title: "title", TitleLink: "https://example.org/title",
					Fields:   []spec.ShortField{{Title: "Team", Value: "{{ .CommonLabels.team }}", Short: new(true)}},
					ThumbURL: "https://example.org/thumb.png", Footer: "footer", FooterIcon: "https://example.org/footer.png", ImageURL: "https://example.org/image.png",
				}},
				HTTPConfig: &spec.HTTP{EnableHTTP2: new(false)},
			}
		}),
		channel("rocketchat", func(c *spec.Channel) {
			c.RocketChat = &spec.RocketChat{
				TokenID: secret(), Token: secret(), APIURL: s.URL + "/rocketchat", Channel: "#alerts", Color: new("red"), Title: new("{{ .CommonLabels.alertname }}"),
				TitleLink: new("https://example.org/title"), Text: new("{{ .Status }}"), Emoji: new(":fire:"), IconURL: new("https://example.org/icon.png"),
				ImageURL: "https://example.org/image.png", ThumbURL: "https://example.org/thumb.png",
				Fields:      []spec.ShortField{{Title: "Team", Value: "{{ .CommonLabels.team }}", Short: new(false)}, {Title: "Status", Value: "{{ .Status }}"}},
				ShortFields: true,
				Actions:     []spec.RocketChatAction{{Text: "Open", URL: "https://example.org/open"}, {Text: "Say", Msg: "{{ .Status }}"}},
				HTTPConfig:  &spec.HTTP{EnableHTTP2: new(false)},
			}
		}),
		channel("webex", func(c *spec.Channel) {
			c.Webex = &spec.Webex{RoomID: "room-1", Message: new("{{ .CommonLabels.alertname }}"), APIURL: s.URL + "/webex",
				HTTPConfig: &spec.HTTP{Authorization: &spec.Authorization{Credentials: secret()}}}
		}),
		channel("wechat", func(c *spec.Channel) {
			c.WeChat = &spec.WeChat{APISecret: secret(), CorpID: "corp", AgentID: "1", ToUser: "jo|mo", ToParty: "2", ToTag: "3",
				Message: new("{{ .CommonLabels.alertname }}"), MessageType: "markdown", APIURL: s.URL + "/wechat/", HTTPConfig: &spec.HTTP{EnableHTTP2: new(false)}}
		}),
	}
}

func tickets(s Server) []spec.Channel {
	return []spec.Channel{
		channel("jira", func(c *spec.Channel) {
			c.Jira = &spec.Jira{
				APIURL: s.URL + "/jira/rest/api/2", APIType: "datacenter", Project: "OPS", IssueType: "Bug",
				Summary: &spec.JiraField{Template: new("{{ .CommonLabels.alertname }}"), EnableUpdate: new(false)}, Description: &spec.JiraField{Template: new("described"), EnableUpdate: new(true)},
				Labels: []string{"opp", "{{ .CommonLabels.team }}"}, Priority: new(""), ReopenTransition: "Reopen", ResolveTransition: "Resolve",
				WontFixResolution: "Won't fix", ReopenDuration: "1h",
				Fields:     map[string]spec.JSON{"customfield_10001": `["{{ .Status }}", {"a": 1}]`, "components": `[{"name": "api"}]`, "customfield_10002": `"text"`},
				HTTPConfig: &spec.HTTP{BasicAuth: &spec.BasicAuth{Username: "opp", Password: secret()}},
			}
		}),
	}
}

func pushes(s Server) []spec.Channel {
	return []spec.Channel{
		channel("pushover", func(c *spec.Channel) {
			c.Pushover = &spec.Pushover{UserKey: secret(), Token: secret(), Title: new("{{ .CommonLabels.alertname }}"), Message: new("{{ .Status }}"),
				URL: new("https://example.org"), URLTitle: "open", Device: "phone", Sound: "siren", Priority: new("1"), Retry: "1m", Expire: "2h", TTL: "30s",
				HTML: true, HTTPConfig: intercepted(s)}
		}),
		channel("pushover-monospace", func(c *spec.Channel) {
			c.Pushover = &spec.Pushover{UserKey: secret(), Token: secret(), Monospace: true, HTTPConfig: intercepted(s)}
		}),
	}
}

func amazons(s Server) []spec.Channel {
	account := func() *spec.SigV4 { return &spec.SigV4{Region: "eu-central-1", Profile: "opp"} }
	return []spec.Channel{
		channel("sns", func(c *spec.Channel) {
			c.SNS = &spec.SNS{TopicARN: "arn:aws:sns:eu-central-1:123456789012:alerts", APIURL: s.URL, SigV4: account(), Subject: new("{{ .CommonLabels.alertname }}"),
				Message: new("{{ .Status }}"), Attributes: map[string]string{"team": "{{ .CommonLabels.team }}"}, HTTPConfig: &spec.HTTP{EnableHTTP2: new(false)}}
		}),
		channel("sns-phone", func(c *spec.Channel) {
			c.SNS = &spec.SNS{PhoneNumber: "+4915112345678", APIURL: s.URL, SigV4: account()}
		}),
		channel("sns-target", func(c *spec.Channel) {
			c.SNS = &spec.SNS{TargetARN: "arn:aws:sns:eu-central-1:123456789012:endpoint/GCM/app/1", APIURL: s.URL, SigV4: account()}
			c.SNS.SigV4.RoleARN = "arn:aws:iam::123456789012:role/opp"
			c.SNS.HTTPConfig = intercepted(s)
		}),
	}
}
