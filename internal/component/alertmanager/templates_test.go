package alertmanager_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// slackServer takes what is posted to Slack.
type slackServer struct {
	*httptest.Server

	mu   sync.Mutex
	took []string
}

func newSlack(t *testing.T) *slackServer {
	s := &slackServer{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write([]byte("ok"))
		s.mu.Lock()
		defer s.mu.Unlock()
		s.took = append(s.took, string(body))
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *slackServer) has(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Contains(strings.Join(s.took, "\n"), text)
}

// templated is a state whose one channel sends the template "oncall".
func templated(content string) spec.State {
	text := `{{ template "oncall" . }}`
	c := spec.Channel{
		Stack: "production", Name: "slack", Default: true, SendResolved: true, GroupBy: []string{"..."}, GroupWait: "0s",
		Slack: &spec.Slack{APIURL: &spec.Secret{File: "slack-url"}, Text: &text},
	}
	spec.WithDefaults(&c)
	return spec.State{
		Stack: spec.DefaultStack("production"), Channels: []spec.Channel{c},
		NotificationTemplates: []spec.NotificationTemplate{{Stack: "production", Name: "oncall", Content: content}},
	}
}

func (b *bench) fire(alert string) {
	b.Helper()
	b.send(fmt.Sprintf(`[{"labels":{"alertname":%q}}]`, alert))
}

func (b *bench) send(body string) {
	b.Helper()
	answer, err := http.Post("http://"+b.in.Addresses[component.Alertmanager]+"/api/v2/alerts", "application/json", strings.NewReader(body))
	if err != nil || answer.StatusCode != http.StatusOK {
		b.Fatal(answer, err)
	}
	_ = answer.Body.Close()
}

// A changed template takes effect with a reload, and that it did can be told.
func TestTemplates(t *testing.T) {
	slack := newSlack(t)
	b := start(t, templated("first: {{ .CommonLabels.alertname }}"), map[string]string{"slack-url": slack.URL})
	b.want(nil)
	b.fire("A")
	componenttest.Eventually(t, func() bool { return slack.has("first: A") })

	b.in.State.NotificationTemplates[0].Content = `{{ define "oncall" }}second: {{ template "oncall.name" . }}{{ end }}{{ define "oncall.name" }}{{ .CommonLabels.alertname }}{{ end }}`
	b.files = componenttest.Publish(t, b.c, b.in)
	componenttest.Fails(t, "does not run alertmanager.yml as written", func(ctx context.Context) error { return b.c.Verify(ctx, b.in, b.files, nil) })
	b.reload()
	if err := b.c.Verify(t.Context(), b.in, b.files, nil); err != nil {
		t.Error(err)
	}
	b.want(nil)
	b.fire("B")
	componenttest.Eventually(t, func() bool { return slack.has("second: B") })
}

func TestObserveTellsOfTemplates(t *testing.T) {
	b := start(t, templated("{{ .Status }}"), nil)
	file := b.in.State.NotificationTemplates[0].Path()
	const template, stack = "notification_template oncall: alertmanager: ", "stack production: alertmanager: "
	componenttest.Edit(t, filepath.Join(b.in.ConfigDir, file), ".Status", ".Receiver")
	b.want(nil, template+"its file was edited by hand")
	if err := os.Remove(filepath.Join(b.in.ConfigDir, file)); err != nil {
		t.Fatal(err)
	}
	componenttest.Replace(t, filepath.Join(b.in.ConfigDir, "templates", "mine.tmpl"), nil)
	b.want(nil, template+"its file was removed by hand", stack+"templates/mine.tmpl was added by hand")

	componenttest.Publish(t, b.c, b.in)
	b.edit("- "+file, "- /somewhere/*.tmpl")
	b.reload()
	b.want(nil, template+"the template is not loaded", stack+"templates are loaded from /somewhere/*.tmpl, which is not managed", stack+"alertmanager.yml was edited by hand")
	b.edit("templates:", "# printed by the API\ntemplates:")
	b.want(nil, template+"the template is not loaded", stack+"templates are loaded from /somewhere/*.tmpl, which is not managed", stack+"alertmanager.yml was edited by hand")
}

// What the plan cannot see, Alertmanager refuses or, at run time, does not send.
func TestTemplatesThatFail(t *testing.T) {
	slack := newSlack(t)
	b := start(t, templated(`{{ if eq .CommonLabels.alertname "Bad" }}{{ index .Alerts 9 }}{{ end }}fine: {{ .CommonLabels.alertname }}`), map[string]string{"slack-url": slack.URL})
	b.fire("Bad")
	componenttest.Eventually(t, func() bool { return strings.Contains(b.said.String(), "unrecoverable error") })
	b.fire("Good")
	componenttest.Eventually(t, func() bool { return slack.has("fine: Good") })
	if slack.has("Bad") {
		t.Error("a notification whose template fails was sent")
	}
	b.in.State.NotificationTemplates[0].Content = "{{ if"
	files, err := b.c.Render(b.in)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.c.Check(b.in, files); err == nil || !strings.Contains(err.Error(), "cannot accept templates/oncall.") {
		t.Errorf("error %v", err)
	}
}

// A template that fails only for a value that nobody thought of loses that
// notification. That it does is told where it should have gone, in Alertmanager's
// own words.
func TestFallbackOfATemplate(t *testing.T) {
	slack := newSlack(t)
	b := start(t, templated(`{{ if eq .CommonLabels.alertname "Bad" }}{{ index .Alerts 9 }}{{ end }}fine: {{ .CommonLabels.alertname }}`), map[string]string{"slack-url": slack.URL})
	b.want(nil)
	b.fire("Bad")
	metric := regexp.MustCompile(`(?m)^alertmanager_notifications_failed_total\{.*receiver_name="slack".*\} [1-9]`)
	componenttest.Eventually(t, func() bool {
		answer, err := http.Get("http://" + b.in.Addresses[component.Alertmanager] + "/metrics")
		if err != nil {
			return false
		}
		defer func() { _ = answer.Body.Close() }()
		text, _ := io.ReadAll(answer.Body)
		return metric.Match(text)
	})
	// What Prometheus makes of it is tested beside its rules.
	b.send(`[{"labels":{"alertname":"NotificationsFailing","receiver_name":"slack"},"annotations":{"summary":"Notifications fail on their way to channel slack by slack","description":"What fires now: Bad"}}]`)
	componenttest.Eventually(t, func() bool { return slack.has("(NotificationsFailing slack)") })
}
