package alertmanager_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/alertmanager/receivertest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// delivery is an Alertmanager that has told everybody of one alert.
type delivery struct {
	*bench
	recorder *receivertest.Recorder
	// secrets are the values by the names of their files.
	secrets map[string]string
}

const alertBody = `[{
	"labels": {"alertname": "DiskFull", "team": "db", "severity": "critical", "instance": "db-1:9100"},
	"annotations": {"summary": "The disk of db-1 is full", "description": "Only 1 % is left."},
	"startsAt": "2026-01-02T03:04:05Z", "endsAt": "2099-01-01T00:00:00Z", "generatorURL": "http://prometheus.example.org/graph?g0.expr=1"
}]`

// several is how many requests the channels make that need more than one.
var several = map[string]int{"opsgenie": 3, "jira": 2, "wechat": 2, "webhook-oauth2": 2, "sns-target": 2}

// deliver tells a real Alertmanager of one alert and waits until every channel
// has told of it.
func deliver(t *testing.T) *delivery {
	t.Helper()
	recorder := receivertest.Start(t)
	amazonProfile(t)
	state := receivers(recorder.Server)
	d := &delivery{recorder: recorder, secrets: secretsOf(state, recorder)}
	d.bench = start(t, state, d.secrets)

	d.alert(t)
	t.Cleanup(func() {
		if missing := d.missing(); t.Failed() && len(missing) > 0 {
			t.Logf("no message of %v", missing)
		}
	})
	componenttest.Eventually(t, func() bool { return len(d.missing()) == 0 })
	return d
}

// amazonProfile gives Alertmanager the profile that the channels name.
func amazonProfile(t *testing.T) {
	t.Helper()
	profile := filepath.Join(t.TempDir(), "credentials")
	if err := os.WriteFile(profile, []byte("[opp]\naws_access_key_id = AKIAOPP\naws_secret_access_key = aws-secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", profile)
	t.Setenv("AWS_CONFIG_FILE", profile)
	t.Setenv("AWS_CA_BUNDLE", "") // Alertmanager cannot publish with it
}

// alert tells Alertmanager of an alert.
func (b *bench) alert(t *testing.T) {
	t.Helper()
	answer, err := http.Post("http://"+b.in.Addresses[component.Alertmanager]+"/api/v2/alerts", "application/json", strings.NewReader(alertBody))
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
}

// TestAmazonTakesWhatIsPublished publishes to moto, where the machine has it,
// and waits for what moto's topic passes on.
func TestAmazonTakesWhatIsPublished(t *testing.T) {
	amazonProfile(t)
	recorder := receivertest.Start(t)
	amazon := recorder.StartAmazon(t)
	state := receivers(recorder.Server)
	i := slices.IndexFunc(state.Channels, func(c spec.Channel) bool { return c.Name == "sns" })
	state.Channels = state.Channels[i : i+1]
	state.Channels[0].SNS.APIURL, state.Channels[0].SNS.TopicARN = amazon.URL, amazon.TopicARN
	b := start(t, state, nil)
	b.alert(t)
	want := []string{"Message=firing", "Subject=DiskFull"}
	if amazon.Forwards {
		want = []string{`"Message": "firing"`, `"Subject": "DiskFull"`}
	}
	componenttest.Eventually(t, func() bool {
		return slices.ContainsFunc(recorder.Requests(), func(r receivertest.Request) bool {
			return !slices.ContainsFunc(want, func(part string) bool { return !strings.Contains(r.Body, part) })
		})
	})
}

// missing are the channels that have not sent everything.
func (d *delivery) missing() []string {
	got := map[string]int{}
	for _, r := range d.recorder.Requests() {
		got[channelOf(r)]++
	}
	for _, m := range d.recorder.Mails() {
		got[recipient(m)]++
	}
	var names []string
	for _, c := range d.in.State.Channels {
		if got[c.Name] < max(1, several[c.Name]) {
			names = append(names, c.Name)
		}
	}
	return names
}

// secretsOf are the values of all secrets of the state.
func secretsOf(state spec.State, recorder *receivertest.Recorder) map[string]string {
	values := recorder.Secrets(state.Channels)
	values["stack.smtp"] = receivertest.MailPassword
	return values
}

// channelOf tells which channel a request comes from.
func channelOf(r receivertest.Request) string {
	switch {
	case r.Host == "api.pushover.net" && r.Query.Get("monospace") != "":
		return "pushover-monospace"
	case r.Host == "api.pushover.net":
		return "pushover"
	case r.Host == "events.pagerduty.com":
		return "pagerduty-v1"
	case strings.HasPrefix(r.Host, "sts."), strings.Contains(r.Body, "TargetArn="):
		return "sns-target"
	case strings.Contains(r.Body, "PhoneNumber="):
		return "sns-phone"
	case r.Path == "/":
		return "sns"
	case r.Path == "/token":
		return "webhook-oauth2"
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(r.Path, "/"), "/")
	return name
}

// recipient tells which channel a mail comes from.
func recipient(m receivertest.Mail) string {
	switch {
	case m.User == "stack":
		return "email-of-stack"
	case m.Mechanism == "PLAIN":
		return "email"
	}
	return "email-secret"
}

func TestEveryKindDelivers(t *testing.T) {
	d := deliver(t)
	sent := map[string][]string{}
	for _, r := range d.recorder.Requests() {
		sent[channelOf(r)] = append(sent[channelOf(r)], d.describe(r))
	}
	for _, m := range d.recorder.Mails() {
		sent[recipient(m)] = append(sent[recipient(m)], d.describeMail(m))
	}
	for name, messages := range sent {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", "delivered", name+".golden")
			got := strings.Join(messages, "\n")
			if *update {
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("what was sent differs from its golden file (-want +got):\n%s", diff)
			}
		})
	}
	golden, err := filepath.Glob(filepath.Join("testdata", "delivered", "*.golden"))
	if err != nil || len(golden) != len(sent) {
		t.Errorf("%d channels sent something, there are golden files for %d (%v)", len(sent), len(golden), err)
	}
}

// telling are the headers that belong to a message.
var telling = []string{"Authorization", "Content-Type", "X-Auth-Token", "X-User-Id", "X-Amz-Security-Token", "X-Scope-OrgID", "X-Api-Key"}

// describe shows a request without what differs from run to run.
func (d *delivery) describe(r receivertest.Request) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s%s\n", r.Method, r.Host, r.Path)
	for _, key := range slices.Sorted(maps.Keys(r.Query)) {
		fmt.Fprintf(&b, "? %s=%s\n", key, strings.Join(r.Query[key], ","))
	}
	for _, key := range telling {
		for _, value := range r.Header.Values(key) {
			fmt.Fprintf(&b, "%s: %s\n", key, value)
		}
	}
	if r.Proxied {
		b.WriteString("(by the proxy)\n")
	}
	if r.Certified {
		b.WriteString("(with a client certificate)\n")
	}
	b.WriteString("\n" + readableBody(r.Body) + "\n")
	return d.steady(b.String())
}

// readableBody is JSON with its keys in order, or a form line by line.
func readableBody(body string) string {
	var document any
	if json.Unmarshal([]byte(body), &document) == nil {
		var text bytes.Buffer
		e := json.NewEncoder(&text)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if e.Encode(document) == nil {
			return strings.TrimSpace(text.String())
		}
	}
	if form, err := url.ParseQuery(body); err == nil && strings.Contains(body, "=") {
		var lines []string
		for _, key := range slices.Sorted(maps.Keys(form)) {
			lines = append(lines, key+"="+strings.Join(form[key], ","))
		}
		return strings.Join(lines, "\n")
	}
	return body
}

// describeMail shows a mail likewise, its parts decoded.
func (d *delivery) describeMail(m receivertest.Mail) string {
	var b strings.Builder
	fmt.Fprintf(&b, "EHLO %s\nTLS %t\nAUTH %s identity=%q user=%q\nMAIL %s\nRCPT %s\n", m.Hello, m.TLS, m.Mechanism, m.Identity, m.User, m.From, strings.Join(m.To, " "))
	message, err := mail.ReadMessage(strings.NewReader(m.Data))
	if err != nil {
		return b.String() + err.Error()
	}
	for _, key := range slices.Sorted(maps.Keys(message.Header)) {
		fmt.Fprintf(&b, "%s: %s\n", key, strings.Join(message.Header[key], ", "))
	}
	_, params, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	parts := multipart.NewReader(message.Body, params["boundary"])
	for err == nil {
		var part *multipart.Part
		var text []byte
		if part, err = parts.NextPart(); err == nil {
			text, err = io.ReadAll(part) // decodes quoted-printable
			fmt.Fprintf(&b, "\n--- %s\n%s\n", part.Header.Get("Content-Type"), text)
		}
	}
	if !errors.Is(err, io.EOF) {
		b.WriteString(err.Error())
	}
	return d.steady(b.String())
}

// steady puts words in the place of what differs from run to run.
func (d *delivery) steady(text string) string {
	for _, r := range []struct{ pattern, word string }{
		{regexp.QuoteMeta(d.recorder.Server.URL), "RECORDER"},
		{`http://[^/"\s:]+:` + portOf(d.in.Addresses[component.Alertmanager]), "ALERTMANAGER"},
		{`http%3A%2F%2F[^"\s]+%3A` + portOf(d.in.Addresses[component.Alertmanager]), "ALERTMANAGER"},
		{`[0-9a-f]{64}`, "HASH"},
		{`[0-9a-f]{60}`, "BOUNDARY"},
		{`alert-[0-9a-f]{16}-`, "alert-GROUP-"},
		{`(?m)^Date: .*`, "Date: NOW"},
		{`(?m)^Message-Id: .*`, "Message-Id: ID"},
		{`Credential=(\w+)/\d+/`, "Credential=$1/DAY/"},
		{`RoleSessionName=\S+`, "RoleSessionName=NOW"},
		{`\{\}/\{[^"]*?\}:`, "ROUTE:"},
	} {
		text = regexp.MustCompile(r.pattern).ReplaceAllString(text, r.word)
	}
	return text
}

// TestSecretsStayInTheirFiles looks for every secret wherever somebody might see
// it, after all of them have been used.
func TestSecretsStayInTheirFiles(t *testing.T) {
	d := deliver(t)
	launch, err := d.c.Launch(d.in)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Get("http://" + d.in.Addresses[component.Alertmanager] + "/api/v2/status")
	if err != nil {
		t.Fatal(err)
	}
	status, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	places := map[string]string{
		"the command line": strings.Join(append(launch.Args, launch.Env...), " "), "the log": d.said.String(), "the API": string(status),
	}
	for path, file := range d.files {
		places[path] = string(file.Data)
	}
	for file, secret := range d.secrets {
		for place, text := range places {
			if strings.Contains(text, secret) {
				t.Errorf("%s has the secret %s", place, file)
			}
		}
		if info, err := os.Stat(filepath.Join(d.in.SecretsDir, file)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the file of the secret %s: %v, %v", file, info.Mode(), err)
		}
	}
	if len(d.secrets) < 30 {
		t.Errorf("only %d secrets were looked for", len(d.secrets))
	}
}

func portOf(address string) string { return address[strings.LastIndex(address, ":")+1:] }
