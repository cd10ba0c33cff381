package spec_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec/spectest"
)

// aReceiver is the first test channel of a kind or, by a whole name, that one.
func aReceiver(t *testing.T, name string) func() spec.Channel {
	t.Helper()
	return func() spec.Channel {
		for _, c := range spectest.Channels(spectest.Example()) {
			if c.Name == name {
				return c
			}
		}
		t.Fatalf("there is no channel %s", name)
		return spec.Channel{}
	}
}

func TestReceiversOfEveryKindAreSound(t *testing.T) {
	stack := soundStack()
	for _, c := range spectest.Channels(spectest.Example()) {
		if errs := append(c.Validate(), c.ValidateIn(&stack)...); len(errs) > 0 {
			t.Errorf("%s: %v", c.Name, errs)
		}
		if len(c.Receivers()) != 1 || !strings.HasPrefix(c.Name, c.Receivers()[0].Kind) {
			t.Errorf("%s is %v", c.Name, c.Receivers())
		}
	}
}

// TestReceiversUseEveryField keeps the test channels complete, on which other
// tests rely.
func TestReceiversUseEveryField(t *testing.T) {
	used := map[string]bool{}
	for _, c := range spectest.Channels(spectest.Example()) {
		collect(used, c.Receivers()[0].Kind, reflect.ValueOf(c.Receivers()[0].Receiver))
	}
	for _, kind := range spec.ReceiverKinds() {
		for _, path := range paths(kind.Kind, reflect.TypeOf(kind.Receiver)) {
			if !used[shared(path)] {
				t.Errorf("no test channel uses %s", path)
			}
		}
	}
}

// shared cuts off where a part that many have lies: it is complete if one has it.
func shared(path string) string {
	for _, part := range []string{"http_config.", "tls_config."} {
		if i := strings.LastIndex(path, part); i >= 0 {
			path = path[i:]
		}
	}
	return path
}

// collect notes the paths of what is set below v, without positions in lists.
func collect(used map[string]bool, path string, v reflect.Value) {
	if !v.IsZero() {
		used[shared(path)] = true
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			collect(used, path, v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			collect(used, path, v.Index(i))
		}
	case reflect.Struct:
		for _, f := range reflect.VisibleFields(v.Type()) {
			if name, _ := spec.WireName(f); name != "" {
				collect(used, path+"."+name, v.FieldByIndex(f.Index))
			}
		}
	default:
	}
}

// paths lists the fields below a type.
func paths(path string, t reflect.Type) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[spec.Secret]() {
		return []string{path}
	}
	var all []string
	for _, f := range reflect.VisibleFields(t) {
		if name, _ := spec.WireName(f); name != "" {
			all = append(all, paths(path+"."+name, f.Type)...)
		}
	}
	return all
}

// TestHostileTextsInReceiversAreErrors puts hostile text into every text of
// every receiver.
func TestHostileTextsInReceiversAreErrors(t *testing.T) {
	for name, text := range hostile() {
		switch name {
		case "invalid UTF-8":
			continue // the wire cannot hold it
		case "a megabyte":
			text = text[:65<<10] // a little more than the limit, which is faster
		}
		for _, c := range spectest.Channels(spectest.Example()) {
			for _, path := range textsOf(t, c) {
				if name == "line break" && manyLines(path) {
					continue
				}
				broken := replaced(t, c, path, text)
				errs := broken.Validate()
				if !slices.ContainsFunc(errs, func(e spec.FieldError) bool { return e.Path == path }) {
					t.Errorf("%s: %s in %s is accepted: %v", c.Name, name, path, errs)
				}
			}
		}
	}
}

// manyLines tells whether a text may have several lines.
func manyLines(path string) bool {
	for _, part := range []string{
		"title", "text", "message", "description", "pretext", "fallback", "footer", "details", "value", "note", "state", "entity_display", "custom",
		"html", "fields", "template", "attributes", "content", "card", "ca", "cert", "msg", "link",
	} {
		if strings.Contains(path[strings.Index(path, ".")+1:], part) {
			return true
		}
	}
	return false
}

// textsOf are the paths of a channel's texts, as errors have them.
func textsOf(t *testing.T, c spec.Channel) []string {
	t.Helper()
	var found []string
	visitTexts(document(t, c), c.Receivers()[0].Kind, func(path string, _ *any) { found = append(found, path) })
	slices.Sort(found)
	return found
}

// replaced is the channel with another text at the path.
func replaced(t *testing.T, c spec.Channel, path, text string) spec.Channel {
	t.Helper()
	kind := c.Receivers()[0].Kind
	d := document(t, c)
	visitTexts(d, kind, func(p string, value *any) {
		if p == path {
			*value = text
		}
	})
	body, err := json.Marshal(map[string]any{kind: d})
	if err != nil {
		t.Fatal(err)
	}
	next := spec.Channel{Stack: c.Stack, Name: c.Name, Matchers: c.Matchers, GroupBy: c.GroupBy}
	if err := json.Unmarshal(body, &next); err != nil {
		t.Fatal(err)
	}
	return next
}

func document(t *testing.T, c spec.Channel) map[string]any {
	t.Helper()
	body, err := json.Marshal(c.Receivers()[0].Receiver)
	if err != nil {
		t.Fatal(err)
	}
	var d map[string]any
	if err := json.Unmarshal(body, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// visitTexts calls visit for every text but those about secrets.
func visitTexts(node any, path string, visit func(string, *any)) {
	switch n := node.(type) {
	case map[string]any:
		if _, secret := n["file"]; secret {
			return
		}
		for _, key := range slices.Sorted(maps.Keys(n)) {
			value := n[key]
			if _, text := value.(string); text {
				visit(path+"."+key, &value)
				n[key] = value
			}
			visitTexts(value, path+"."+key, visit)
		}
	case []any:
		for i, value := range n {
			if _, text := value.(string); text {
				visit(fmt.Sprintf("%s[%d]", path, i), &n[i])
			}
			visitTexts(value, fmt.Sprintf("%s[%d]", path, i), visit)
		}
	}
}

func TestSecretsOfReceivers(t *testing.T) {
	var found []string
	for _, c := range spectest.Channels(spectest.Example()) {
		for path, secret := range c.Secrets() {
			found = append(found, path)
			if secret.File != c.Name+"."+path {
				t.Errorf("%s of %s is %+v", path, c.Name, secret)
			}
		}
	}
	slices.Sort(found)
	want := []string{
		"discord.webhook_url", "email.auth_password", "email.auth_secret", "incidentio.alert_source_token",
		"incidentio.http_config.authorization.credentials", "incidentio.url_wo", "jira.http_config.basic_auth.password",
		"mattermost.webhook_url", "msteams.webhook_url", "opsgenie.api_key", "pagerduty.routing_key", "pagerduty.service_key",
		"pushover.token", "pushover.user_key", "rocketchat.token", "rocketchat.token_id", "slack.api_url", "slack.app_token",
		"telegram.bot_token", "victorops.api_key", "webex.http_config.authorization.credentials", "webhook.bearer_token",
		"webhook.http_config.basic_auth.password", "webhook.http_config.oauth2.client_secret", "webhook.http_config.tls_config.key_wo",
		"webhook.url_wo", "wechat.api_secret",
	}
	if diff := cmp.Diff(want, slices.Compact(found)); diff != "" {
		t.Error(diff)
	}
}

// TestEverySecretIsNeeded removes one secret after the other.
func TestEverySecretIsNeeded(t *testing.T) {
	for _, c := range spectest.Channels(spectest.Example()) {
		for path := range c.Secrets() {
			d := map[string]any{c.Receivers()[0].Kind: document(t, c)}
			steps := strings.Split(path, ".")
			node := d
			for _, step := range steps[:len(steps)-1] {
				node = node[step].(map[string]any)
			}
			delete(node, steps[len(steps)-1])
			body, err := json.Marshal(d)
			if err != nil {
				t.Fatal(err)
			}
			next := spec.Channel{Stack: c.Stack, Name: c.Name}
			if err := json.Unmarshal(body, &next); err != nil {
				t.Fatal(err)
			}
			errs := next.Validate()
			optional := path == "webhook.bearer_token" || path == "webhook.http_config.basic_auth.password" || path == "jira.http_config.basic_auth.password"
			if (len(errs) == 0) != optional {
				t.Errorf("%s without %s: %v", c.Name, path, errs)
			}
		}
	}
}

// A secret may be no URL, which nobody would see: it is told from its form.
func TestSecretURLs(t *testing.T) {
	for kind, secret := range map[string]func(*spec.Channel) **spec.Secret{
		"webhook.url_wo":         func(c *spec.Channel) **spec.Secret { c.Webhook.URL = ""; return &c.Webhook.SecretURL },
		"incidentio.url_wo":      func(c *spec.Channel) **spec.Secret { c.IncidentIO.URL = ""; return &c.IncidentIO.SecretURL },
		"slack.api_url":          func(c *spec.Channel) **spec.Secret { c.Slack.AppToken = nil; return &c.Slack.APIURL },
		"discord.webhook_url":    func(c *spec.Channel) **spec.Secret { return &c.Discord.WebhookURL },
		"mattermost.webhook_url": func(c *spec.Channel) **spec.Secret { return &c.Mattermost.WebhookURL },
		"msteams.webhook_url":    func(c *spec.Channel) **spec.Secret { return &c.MSTeams.WebhookURL },
	} {
		name, _, _ := strings.Cut(kind, ".")
		for value, sound := range map[string]bool{
			"https://hooks.example.com/hunter2": true, "https://hooks.example.com/hunter2\n": true, "": true,
			"hunter2": false, "hooks.example.com/hunter2": false, "ftp://hunter2": false, "https://hunter2:port/": false,
			"https://example.com/{{ .Status }}": true, "{{ .Status }}": kind == "webhook.url_wo",
		} {
			c := aReceiver(t, name)()
			*secret(&c) = &spec.Secret{Value: value, Version: 1}
			errs := c.Validate()
			if (len(errs) == 0) != sound {
				t.Errorf("%s %q: %v", kind, value, errs)
			}
			for _, f := range errs {
				if f.Path != kind || strings.Contains(f.Message+f.Hint, "hunter2") {
					t.Errorf("%s %q: %v (%s)", kind, value, f, f.Hint)
				}
			}
		}
	}
}

type mistakes = []mistake[spec.Channel]

func TestWebhookMistakes(t *testing.T) {
	try(t, aReceiver(t, "webhook"), mistakes{
		{"two URLs", func(c *spec.Channel) { c.Webhook.SecretURL = &spec.Secret{} }, "webhook.url_wo", "cannot be used together"},
		{"password in the URL", func(c *spec.Channel) { c.Webhook.URL = "https://u:hunter2@a/" }, "webhook.url", `"https://u:xxxxx@a/" has a password in it`},
		{"template of the URL", func(c *spec.Channel) { c.Webhook.URL = "{{ nope }}" }, "webhook.url", `"nope" not defined`},
		{"days", func(c *spec.Channel) { c.Webhook.Timeout = "1d" }, "webhook.timeout", "unit longer than an hour"},
		{"zero", func(c *spec.Channel) { c.Webhook.Timeout = "0s" }, "webhook.timeout", "longer than zero"},
		{"no duration", func(c *spec.Channel) { c.Webhook.Timeout = "soon" }, "webhook.timeout", `"soon" is not a duration`},
		{"two tokens", func(c *spec.Channel) {
			c.Webhook.HTTPConfig = &spec.HTTP{BasicAuth: &spec.BasicAuth{Username: "u"}}
		}, "webhook.bearer_token", "cannot be used together"},
	})
}

func TestHTTPMistakes(t *testing.T) {
	http := func(set func(*spec.HTTP)) func(*spec.Channel) {
		return func(c *spec.Channel) { c.MSTeams.HTTPConfig = &spec.HTTP{}; set(c.MSTeams.HTTPConfig) }
	}
	tls := func(set func(*spec.TLSConfig)) func(*spec.Channel) {
		return http(func(h *spec.HTTP) { h.TLSConfig = &spec.TLSConfig{}; set(h.TLSConfig) })
	}
	const at = "msteams.http_config."
	try(t, aReceiver(t, "msteams"), mistakes{
		{"two ways to authenticate", http(func(h *spec.HTTP) {
			h.BasicAuth, h.Authorization = &spec.BasicAuth{Username: "u"}, &spec.Authorization{Credentials: &spec.Secret{}}
		}), at + "authorization", "basic_auth and authorization cannot be used together"},
		{"no user", http(func(h *spec.HTTP) { h.BasicAuth = &spec.BasicAuth{} }), at + "basic_auth.username", "is empty"},
		{"basic authorization", http(func(h *spec.HTTP) {
			h.Authorization = &spec.Authorization{Type: " Basic", Credentials: &spec.Secret{}}
		}), at + "authorization.type", `cannot be " Basic"`},
		{"no token URL", http(func(h *spec.HTTP) { h.OAuth2 = &spec.OAuth2{ClientID: "a", ClientSecret: &spec.Secret{}} }), at + "oauth2.token_url", "is empty"},
		{"proxy", http(func(h *spec.HTTP) { h.ProxyURL = "proxy:3128" }), at + "proxy_url", "is not an http or https URL"},
		{"password of the proxy", http(func(h *spec.HTTP) { h.ProxyURL = "http://u:p@proxy:3128" }), at + "proxy_url", "has a password"},
		{"exceptions without a proxy", http(func(h *spec.HTTP) { h.NoProxy = "a" }), at + "no_proxy", "no meaning without proxy_url"},
		{"name of a header", http(func(h *spec.HTTP) { h.Headers = map[string]string{"X Y": "a"} }), at + "http_headers", `"X Y" is not the name of a header`},
		{"value of a header", http(func(h *spec.HTTP) { h.Headers = map[string]string{"X-Y": "a\nb"} }), at + "http_headers.X-Y", "control character"},
		{"reserved header", http(func(h *spec.HTTP) { h.HeaderFiles = map[string]string{"content-type": "/a"} }), at + "http_header_files", `"Content-Type" cannot be set`},
		{"header twice", http(func(h *spec.HTTP) {
			h.Headers, h.HeaderFiles = map[string]string{"x-y": "a"}, map[string]string{"X-Y": "/a"}
		}), at + "http_header_files", `"X-Y" is set twice`},
		{"relative header", http(func(h *spec.HTTP) { h.HeaderFiles = map[string]string{"X-Y": "a"} }), at + "http_header_files.X-Y", "not an absolute path"},
		{"no PEM", tls(func(c *spec.TLSConfig) { c.CA = "nonsense" }), at + "tls_config.ca", "no certificate in PEM"},
		{"relative path", tls(func(c *spec.TLSConfig) { c.CAFile = "ca.pem" }), at + "tls_config.ca_file", "not an absolute path"},
		{"two authorities", tls(func(c *spec.TLSConfig) { c.CA, c.CAFile = spectest.CA, "/ca" }), at + "tls_config.ca_file", "cannot be used together"},
		{"two certificates", tls(func(c *spec.TLSConfig) { c.Cert, c.CertFile, c.KeyFile = spectest.CA, "/c", "/k" }), at + "tls_config.cert_file", "cannot be used together"},
		{"two keys", tls(func(c *spec.TLSConfig) { c.Cert, c.Key, c.KeyFile = spectest.CA, &spec.Secret{}, "/k" }), at + "tls_config.key_file", "cannot be used together"},
		{"certificate without key", tls(func(c *spec.TLSConfig) { c.CertFile = "/c" }), at + "tls_config.key_wo", "needs its key"},
		{"key without certificate", tls(func(c *spec.TLSConfig) { c.KeyFile = "/k" }), at + "tls_config.cert", "needs its client certificate"},
		{"server name", tls(func(c *spec.TLSConfig) { c.ServerName = "a b" }), at + "tls_config.server_name", "is not a host name"},
		{"version of TLS", tls(func(c *spec.TLSConfig) { c.MinVersion = "1.2" }), at + "tls_config.min_version", `"1.2" is not a value of`},
		{"versions of TLS", tls(func(c *spec.TLSConfig) { c.MinVersion, c.MaxVersion = "TLS13", "TLS12" }), at + "tls_config.max_version", "is older than"},
	})
}

func TestMailMistakes(t *testing.T) {
	try(t, aReceiver(t, "email"), mistakes{
		{"account without a server", func(c *spec.Channel) { c.Email.Smarthost = "" }, "email.smarthost", "an account belongs to a server"},
		{"threads by a header", func(c *spec.Channel) { c.Email.Headers["references"] = "x" }, "email.headers.references", "is what threading sets"},
		{"threads by hour", func(c *spec.Channel) { c.Email.Threading.ThreadByDate = "hourly" }, "email.threading.thread_by_date", "is not a value of"},
	})
}

func TestSlackMistakes(t *testing.T) {
	try(t, aReceiver(t, "slack"), mistakes{
		{"two ways", func(c *spec.Channel) { c.Slack.AppToken = &spec.Secret{} }, "slack.app_token", "cannot be used together"},
		{"app's URL", func(c *spec.Channel) { c.Slack.AppURL = "https://a" }, "slack.app_url", "no meaning without app_token"},
		{"field without a value", func(c *spec.Channel) { c.Slack.Fields[1].Value = "" }, "slack.fields[1].value", "is empty"},
		{"action without a target", func(c *spec.Channel) { c.Slack.Actions[0].URL = "" }, "slack.actions[0].url", "neither url nor name"},
		{"action with two targets", func(c *spec.Channel) { c.Slack.Actions[1].URL = "https://a" }, "slack.actions[1].url", "a link cannot have"},
	})
	try(t, aReceiver(t, "slack-app"), mistakes{
		{"app without a channel", func(c *spec.Channel) { c.Slack.Channel = "" }, "slack.channel", "an app needs a channel"},
		{"two tokens", func(c *spec.Channel) {
			c.Slack.HTTPConfig.Authorization = &spec.Authorization{Credentials: &spec.Secret{}}
		}, "slack.app_token", "cannot be used together"},
	})
}

func TestPagerMistakes(t *testing.T) {
	try(t, aReceiver(t, "pagerduty"), mistakes{
		{"two keys", func(c *spec.Channel) { c.PagerDuty.ServiceKey = &spec.Secret{} }, "pagerduty.service_key", "cannot be used together"},
		{"no severity", func(c *spec.Channel) { c.PagerDuty.Severity = "page" }, "pagerduty.severity", `"page" is not a value of`},
	})
	try(t, aReceiver(t, "pagerduty-v1"), mistakes{
		{"URL of the other API", func(c *spec.Channel) { c.PagerDuty.URL = "https://a" }, "pagerduty.url", "no meaning with service_key"},
	})
	try(t, aReceiver(t, "opsgenie"), mistakes{
		{"priority", func(c *spec.Channel) { c.Opsgenie.Priority = "1" }, "opsgenie.priority", `"1" is not a value of`},
		{"nobody", func(c *spec.Channel) { c.Opsgenie.Responders[0].Name = "" }, "opsgenie.responders[0]", "neither id, name nor username"},
		{"type", func(c *spec.Channel) { c.Opsgenie.Responders[0].Type = "Team" }, "opsgenie.responders[0].type", "is not a value of"},
	})
}

func TestChatMistakes(t *testing.T) {
	try(t, aReceiver(t, "telegram"), mistakes{
		{"no chat", func(c *spec.Channel) { c.Telegram.ChatID = 0 }, "telegram.chat_id", "is required"},
		{"thread", func(c *spec.Channel) { c.Telegram.MessageThreadID = -1 }, "telegram.message_thread_id", "cannot be negative"},
		{"mode", func(c *spec.Channel) { c.Telegram.ParseMode = new("html") }, "telegram.parse_mode", "is not a value of"},
	})
	try(t, aReceiver(t, "mattermost"), mistakes{
		{"priority", func(c *spec.Channel) { c.Mattermost.Priority = &spec.MattermostPriority{Priority: "high"} }, "mattermost.priority.priority", "is not a value of"},
		{"unasked", func(c *spec.Channel) {
			c.Mattermost.Priority = &spec.MattermostPriority{Priority: "standard", RequestedAck: true}
		}, "mattermost.priority.requested_ack", "needs the priority important or urgent"},
		{"unrepeated", func(c *spec.Channel) { c.Mattermost.Priority.Priority = "important" }, "mattermost.priority.persistent_notifications", "needs the priority urgent"},
	})
	try(t, aReceiver(t, "rocketchat"), mistakes{
		{"no channel", func(c *spec.Channel) { c.RocketChat.Channel = "" }, "rocketchat.channel", "is empty"},
	})
}

func TestTicketMistakes(t *testing.T) {
	try(t, aReceiver(t, "jira"), mistakes{
		{"nothing to resolve by", func(c *spec.Channel) { c.SendResolved, c.Jira.ResolveTransition = true, "" }, "jira.resolve_transition", "cannot resolve issues"},
		{"no project", func(c *spec.Channel) { c.Jira.Project = "" }, "jira.project", "is empty"},
		{"API", func(c *spec.Channel) { c.Jira.APIType = "server" }, "jira.api_type", "is not a value of"},
		{"field", func(c *spec.Channel) { c.Jira.Fields["components"] = "api" }, "jira.fields.components", `"api" is not JSON`},
		{"nothing to reopen by", func(c *spec.Channel) { c.Jira.ReopenTransition = "" }, "jira.reopen_duration", "no meaning without reopen_transition"},
	})
	try(t, aReceiver(t, "incidentio"), mistakes{
		{"two tokens", func(c *spec.Channel) {
			c.IncidentIO.HTTPConfig = &spec.HTTP{Authorization: &spec.Authorization{Credentials: &spec.Secret{}}}
		}, "incidentio.alert_source_token", "cannot be used together"},
		{"no URL", func(c *spec.Channel) { c.IncidentIO.URL = "" }, "incidentio.url", "the URL is empty"},
	})
}

func TestPushMistakes(t *testing.T) {
	try(t, aReceiver(t, "pushover"), mistakes{
		{"two forms", func(c *spec.Channel) { c.Pushover.Monospace = true }, "pushover.monospace", "cannot be used together"},
		{"priority", func(c *spec.Channel) { c.Pushover.Priority = new("3") }, "pushover.priority", "is not a value of"},
		{"too often", func(c *spec.Channel) { c.Pushover.Retry = "10s" }, "pushover.retry", "no sooner than after 30s"},
		{"too long", func(c *spec.Channel) { c.Pushover.Expire = "4h" }, "pushover.expire", "no longer than 3h"},
	})
	try(t, aReceiver(t, "victorops"), mistakes{
		{"type", func(c *spec.Channel) { c.VictorOps.MessageType = "critical" }, "victorops.message_type", "is not a value of"},
		{"field", func(c *spec.Channel) { c.VictorOps.CustomFields["entity_id"] = "x" }, "victorops.custom_fields.entity_id", "every message has"},
	})
	try(t, aReceiver(t, "webex"), mistakes{
		{"no token", func(c *spec.Channel) { c.Webex.HTTPConfig.Authorization = nil }, "webex.http_config.authorization", "needs http_config.authorization"},
		{"no client", func(c *spec.Channel) { c.Webex.HTTPConfig = nil }, "webex.http_config", "is required"},
	})
	try(t, aReceiver(t, "sns"), mistakes{
		{"two targets", func(c *spec.Channel) { c.SNS.PhoneNumber = "+1" }, "sns.phone_number", "topic_arn and phone_number cannot be used together"},
		{"no target", func(c *spec.Channel) { c.SNS.TopicARN = "" }, "sns.topic_arn", "what to publish to"},
		{"no region", func(c *spec.Channel) { c.SNS.SigV4.Region = "" }, "sns.sigv4.region", "is empty"},
		{"no account", func(c *spec.Channel) { c.SNS.SigV4 = nil }, "sns.sigv4", "is required"},
	})
	try(t, aReceiver(t, "wechat"), mistakes{
		{"nobody", func(c *spec.Channel) { c.WeChat.ToUser, c.WeChat.ToParty, c.WeChat.ToTag = "", "", "" }, "wechat.to_user", "whom to write to"},
		{"type", func(c *spec.Channel) { c.WeChat.MessageType = "html" }, "wechat.message_type", "is not a value of"},
	})
}

// What a receiver needs of its stack is a problem of the channel, whichever of
// the two changes.
func TestReceiversInStacks(t *testing.T) {
	mail := emailChannel()
	mail.Email.Smarthost, mail.Email.From = "", ""
	state := stateOf(&mail)
	expectProblems(t, state, []string{
		`notification_channel oncall email.smarthost: is set neither here nor in stack "production"`,
		`notification_channel oncall email.from: is set neither here nor in stack "production"`,
	})
	state.Stack.Alertmanager.SMTP = &spec.SMTP{Smarthost: "mail:25", From: "a@b.c"}
	expectProblems(t, state, nil)

	tickets := aReceiver(t, "jira")()
	state = stateOf(&tickets)
	state.Stack.Alertmanager.Version = "0.27.0"
	expectProblems(t, state, []string{`notification_channel jira jira: Alertmanager 0.27.0 does not know jira, which came with 0.28.0`})
	state.Stack.Alertmanager.Path = "/usr/bin/alertmanager"
	expectProblems(t, state, nil)
}

// A server of one's own gets nothing of the stack's account.
func TestEmailOfAStack(t *testing.T) {
	stack := soundStack()
	mail := &spec.Email{To: "a@b.c", SMTP: spec.SMTP{From: "own@b.c", RequireTLS: new(false)}}
	if got := mail.Of(&stack); got != mail {
		t.Errorf("without a server of the stack: %+v", got)
	}
	stack.Alertmanager.SMTP = &spec.SMTP{
		Smarthost: "mail:25", From: "stack@b.c", Hello: "h", AuthUsername: "u", AuthPassword: &spec.Secret{File: "f"}, RequireTLS: new(true),
	}
	want := *stack.Alertmanager.SMTP
	want.From, want.RequireTLS = "own@b.c", new(false)
	if diff := cmp.Diff(want, mail.Of(&stack).SMTP); diff != "" {
		t.Error(diff)
	}
	mail.Smarthost, mail.From = "other:25", ""
	want = spec.SMTP{Smarthost: "other:25", From: "stack@b.c", Hello: "h", RequireTLS: new(false)}
	if diff := cmp.Diff(want, mail.Of(&stack).SMTP); diff != "" {
		t.Error(diff)
	}
}

func TestStackSMTPMistakes(t *testing.T) {
	sound := func() spec.Stack {
		s := soundStack()
		s.Alertmanager.SMTP = &spec.SMTP{Smarthost: "mail:25", From: "a@b.c", AuthUsername: "u", AuthPassword: &spec.Secret{}}
		return s
	}
	accept(t, sound, map[string]func(*spec.Stack){"with an account": func(*spec.Stack) {}})
	try(t, sound, []mistake[spec.Stack]{
		{"no server", func(s *spec.Stack) { *s.Alertmanager.SMTP = spec.SMTP{From: "a@b.c"} }, "alertmanager.smtp.smarthost", "is empty"},
		{"no port", func(s *spec.Stack) { s.Alertmanager.SMTP.Smarthost = "mail" }, "alertmanager.smtp.smarthost", "is not host:port"},
		{"no password", func(s *spec.Stack) { s.Alertmanager.SMTP.AuthPassword = nil }, "alertmanager.smtp.auth_password", "needs a password"},
		{"sender", func(s *spec.Stack) { s.Alertmanager.SMTP.From = "alerts" }, "alertmanager.smtp.from", "is not an email address"},
	})
	stack := sound()
	if stack.Secrets()["alertmanager.smtp.auth_password"] != stack.Alertmanager.SMTP.AuthPassword {
		t.Errorf("secrets %v", stack.Secrets())
	}
}
