package spec_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func soundTemplate() spec.NotificationTemplate {
	return spec.NotificationTemplate{
		Stack: "production", Name: "oncall",
		Content: "{{ range .Alerts }}\n* {{ .Labels.alertname }}: {{ .Annotations.summary }}{{ end }}",
	}
}

func TestNotificationTemplateMistakes(t *testing.T) {
	content := func(text string) func(*spec.NotificationTemplate) {
		return func(t *spec.NotificationTemplate) { t.Content = text }
	}
	try(t, soundTemplate, []mistake[spec.NotificationTemplate]{
		{"stack", func(t *spec.NotificationTemplate) { t.Stack = "No" }, "stack", "is not a stack name"},
		{"name", func(t *spec.NotificationTemplate) { t.Name = `a" b` }, "name", "is not a name for a notification template"},
		{"name of Alertmanager's own", func(t *spec.NotificationTemplate) { t.Name = "slack.default.title" }, "name", "template of Alertmanager's own"},
		{"empty", content(" \n{{/* nothing */}}"), "content", "content is empty"},
		{"syntax", content("a\nb {{ if }}"), "content", "line 2: missing value for if"},
		{"unclosed", content("{{ if true }}"), "content", "line 1: unexpected EOF"},
		{"function", content("{{ nonsense }}"), "content", `line 1: function "nonsense" not defined`},
		{"field", content("a\n{{ .Nonsense }}"), "content", "for a firing alert: line 2, column 3: <.Nonsense>: can't evaluate field Nonsense"},
		{"first of the firing", content("{{ (index .Alerts.Firing 0).Labels.x }}"), "content", "it cannot be rendered for a resolved alert: line 1, column 4: <index"},
		{"second of all", content("{{ (index .Alerts 1).Labels.x }}"), "content", "for a firing alert"},
		{"label that may be absent", content("{{ humanizeDuration .CommonLabels.seconds }}"), "content", "for a firing alert"},
		{"label of some", content(`{{ if .CommonLabels.job }}{{ else }}{{ index .Alerts 5 }}{{ end }}`), "content", "for an alert without labels"},
		{"label as a pattern", content(`{{ if match .CommonLabels.owner "x" }}a{{ end }}`), "content", "for labels with unusual values"},
		{"label as a pattern to replace", content(`{{ reReplaceAll (index .CommonLabels "owner") "" "x" }}`), "content", "for labels with unusual values"},
		{"zone of a label", content(`{{ range .Alerts }}{{ .StartsAt | tz .Labels.zone }}{{ end }}`), "content", "for labels with unusual values"},
		{"definitions and text", content(`{{ define "oncall" }}a{{ end }}b`), "content", "both definitions and text"},
		{"another definition", content(`{{ define "other" }}a{{ end }}{{ define "oncall" }}a{{ end }}`), "content", `it defines "other", whose name does not begin with "oncall."`},
		{
			"another text for Alertmanager's own",
			func(t *spec.NotificationTemplate) {
				t.Name, t.Content = "slack", `{{ define "slack" }}a{{ end }}{{ define "slack.default.title" }}b{{ end }}`
			},
			"content", `it defines "slack.default.title", the name of a template of Alertmanager's own`,
		},
		{"no definition of its own", content(`{{ define "oncall.row" }}a{{ end }}`), "content", `it does not define "oncall"`},
		{"calls itself", content(`{{ define "oncall" }}{{ template "oncall" . }}{{ end }}`), "content", "exceeded maximum template depth"},
		{"name of another", content(`{{ template "a b" . }}`), "content", `"a b" is not a name for a notification template`},
	})
	accept(t, soundTemplate, map[string]func(*spec.NotificationTemplate){
		"as it is":            func(*spec.NotificationTemplate) {},
		"plain text":          content("Call somebody."),
		"definitions":         content(`{{ define "oncall" }}{{ template "oncall.row" . }}{{ end }}{{ define "oncall.row" }}{{ .Status }}{{ end }}`),
		"Alertmanager's own":  content(`{{ template "slack.default.title" . }} {{ template "__alertmanagerURL" . }}`),
		"another of ours":     content(`{{ template "other" . }}`),
		"variables and chain": content(`{{ $a := index .Alerts 0 }}{{ $a.Labels.x }}{{ (index .Alerts 0).Annotations.y | title }}`),
		"markup":              content(`{{ if gt (len .Alerts.Firing) 0 }}<b>"{{ .CommonLabels.x }}'</b>{{ end }}`),
	})
}

// The whole of recursion is found in little time.
func TestTemplatesAreCheckedFast(t *testing.T) {
	s := soundTemplate()
	cheap(t, "checking 20 templates", 3*time.Second, func() {
		for range 20 {
			if errs := s.Validate(); len(errs) > 0 {
				t.Fatal(errs)
			}
		}
	})
}

func TestFileOfATemplate(t *testing.T) {
	s := soundTemplate()
	s.Content = "a\n{{ .Status }}"
	if got, want := s.File(), "{{ define \"oncall\" }}a\n{{ .Status }}{{ end }}"; got != want {
		t.Errorf("got %s", got)
	}
	before := s.Path()
	if !strings.HasPrefix(before, "templates/oncall.") || !strings.HasSuffix(before, ".tmpl") {
		t.Errorf("path %s", before)
	}
	s.Content = `{{ define "oncall" }}b{{ end }}`
	if s.File() != s.Content || s.Path() == before {
		t.Errorf("file %s at %s", s.File(), s.Path())
	}
}

// Channels and templates refer to templates by what their texts call.
func TestReferencesToTemplates(t *testing.T) {
	title, plain := `{{ template "a" . }}{{ template "slack.default.title" . }}`, "the template of nobody"
	c := &spec.Channel{Name: "c", Slack: &spec.Slack{Title: &title, Text: &plain, Fields: []spec.ShortField{{Title: "t", Value: `{{ template "b" . }}`}}}}
	got := map[string]string{}
	for _, r := range c.References() {
		got[r.Path] = string(r.Kind) + " " + *r.Name
	}
	if diff := cmp.Diff(map[string]string{"slack.title": "notification_template a", "slack.fields[0].value": "notification_template b"}, got); diff != "" {
		t.Error(diff)
	}
	tmpl := soundTemplate()
	tmpl.Content = `{{ define "oncall" }}{{ template "oncall.row" . }}{{ template "x" . }}{{ end }}{{ define "oncall.row" }}{{ end }}`
	if r := tmpl.References(); len(r) != 1 || *r[0].Name != "x" {
		t.Errorf("references %v", r)
	}
}

func TestTemplatesAmongEachOther(t *testing.T) {
	named := func(name, content string) *spec.NotificationTemplate {
		return &spec.NotificationTemplate{Stack: "production", Name: name, Content: content}
	}
	html := func(text string) *spec.Channel {
		c := channel("mail", 0)
		c.Webhook, c.Email = nil, &spec.Email{To: "a@example.com", SMTP: spec.SMTP{From: "b@example.com", Smarthost: "mail.example.com:25"}, HTML: &text}
		return c
	}
	for _, tt := range []struct {
		name  string
		state spec.State
		want  string
	}{
		{"sound", stateOf(named("a", `{{ template "b" . }}`), named("b", "{{ .Status }}"), html(`<p title="{{ .Status }}">{{ template "a" . }}</p>`)), ""},
		{"missing", stateOf(named("a", `{{ template "b" . }}`)), `notification_template a content: it refers to notification template "b", which does not exist`},
		{
			"part with the name of another",
			stateOf(named("a", `{{ define "a" }}{{ template "a.b" . }}{{ end }}{{ define "a.b" }}mine{{ end }}`), named("a.b", "another"), named("a.c", "x")),
			`notification_template a content: it defines "a.b", which is another notification template`,
		},
		{"circle", stateOf(named("a", `{{ template "b" . }}`), named("b", `{{ template "a" . }}`)), "exceeded maximum template depth"},
		{"given the wrong thing", stateOf(named("a", `{{ template "b" .Alerts }}`), named("b", "{{ .Status }}")), "can't evaluate field Status"},
		{"unsound as HTML", stateOf(named("a", `<a href="`), html(`{{ template "a" . }}`)), "ends in a non-text context"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var said []string
			for _, p := range tt.state.Validate() {
				said = append(said, string(p.Kind)+" "+p.Name+" "+p.Field.Error())
			}
			if got := strings.Join(said, "\n"); tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
