package spec_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// mistake is a change to a sound object and the error it must cause.
type mistake[T any] struct {
	name    string
	change  func(*T)
	path    string
	message string
}

// try makes every mistake on its own: each must be the only error, on the
// right field, in the right words, with advice.
func try[T any, O interface {
	*T
	spec.Object
}](t *testing.T, sound func() T, mistakes []mistake[T]) {
	t.Helper()
	for _, m := range mistakes {
		t.Run(m.name, func(t *testing.T) {
			object := sound()
			m.change(&object)
			errs := O(&object).Validate()
			if len(errs) != 1 {
				t.Fatalf("got %d errors, want 1: %v", len(errs), errs)
			}
			got := errs[0]
			if got.Path != m.path || !strings.Contains(got.Message, m.message) {
				t.Errorf("got  %q: %q\nwant %q: …%s…", got.Path, got.Message, m.path, m.message)
			}
			if got.Hint == "" || strings.HasSuffix(got.Message, ".") || strings.Contains(got.Message, "\n") {
				t.Errorf("not one sentence with advice: %q, hint %q", got.Message, got.Hint)
			}
			if namesItself(O(&object).Kind(), O(&object).ObjectName(), got) {
				t.Errorf("%q names its object, as does whoever shows it", got.Message)
			}
		})
	}
}

// namesItself tells whether a message names the object that it is about.
func namesItself(kind spec.Kind, name string, problem spec.FieldError) bool {
	noun := kind.Noun()
	if kind == spec.KindChannel {
		noun = "channel"
	}
	return strings.Contains(problem.Message, noun+" "+strconv.Quote(name))
}

// accept applies variations that must all be sound.
func accept[T any, O interface {
	*T
	spec.Object
}](t *testing.T, sound func() T, variations map[string]func(*T)) {
	t.Helper()
	for name, change := range variations {
		t.Run(name, func(t *testing.T) {
			object := sound()
			change(&object)
			if errs := O(&object).Validate(); len(errs) > 0 {
				t.Errorf("sound object refused: %v", errs)
			}
		})
	}
}

// hostile values must be errors in every text field, never accepted and never a crash.
func hostile() map[string]string {
	return map[string]string{
		"line break":    "a\nb",
		"NUL":           "a\x00b",
		"invalid UTF-8": "a\xffb",
		"a megabyte":    strings.Repeat("x", 1<<20),
	}
}

func TestHostileValuesAreErrors(t *testing.T) {
	fields := map[string]func(string) (spec.Object, string){
		"stack name": func(v string) (spec.Object, string) { s := soundStack(); s.Name = v; return &s, "name" },
		"engine":     func(v string) (spec.Object, string) { s := soundStack(); s.Engine = v; return &s, "engine" },
		"version": func(v string) (spec.Object, string) {
			s := soundStack()
			s.Prometheus.Version = v
			return &s, "prometheus.version"
		},
		"listen address": func(v string) (spec.Object, string) {
			s := soundStack()
			s.NodeExporter.ListenAddress = v
			return &s, "node_exporter.listen_address"
		},
		"memory": func(v string) (spec.Object, string) {
			s := soundStack()
			s.Alertmanager.Memory = v
			return &s, "alertmanager.memory"
		},
		"binary path": func(v string) (spec.Object, string) {
			s := soundStack()
			s.Prometheus.Path = "/" + v
			return &s, "prometheus.path"
		},
		"retention": func(v string) (spec.Object, string) {
			s := soundStack()
			s.Prometheus.Retention.Time = v
			return &s, "prometheus.retention.time"
		},
		"external label": func(v string) (spec.Object, string) {
			s := soundStack()
			s.Prometheus.ExternalLabels["a"] = v
			return &s, "prometheus.external_labels.a"
		},
		"job name":  func(v string) (spec.Object, string) { j := soundJob(); j.Name = v; return &j, "name" },
		"target":    func(v string) (spec.Object, string) { j := soundJob(); j.Targets[0] = v; return &j, "targets[0]" },
		"job label": func(v string) (spec.Object, string) { j := soundJob(); j.Labels["a"] = v; return &j, "labels.a" },
		"metrics path": func(v string) (spec.Object, string) {
			j := soundJob()
			j.MetricsPath = "/" + v
			return &j, "metrics_path"
		},
		"parameter": func(v string) (spec.Object, string) {
			j := soundJob()
			j.Params["a"] = []string{v}
			return &j, "params.a[0]"
		},
		"user name": func(v string) (spec.Object, string) {
			j := soundJob()
			j.BasicAuth = &spec.BasicAuth{Username: v}
			return &j, "basic_auth.username"
		},
		"server name": func(v string) (spec.Object, string) {
			j := soundJob()
			j.TLS = &spec.TLS{ServerName: v}
			return &j, "tls.server_name"
		},
		"regex": func(v string) (spec.Object, string) {
			j := soundJob()
			j.MetricRelabel[0].Regex = v
			return &j, "metric_relabel[0].regex"
		},
		"replacement": func(v string) (spec.Object, string) {
			j := soundJob()
			j.MetricRelabel[0].Replacement = &v
			return &j, "metric_relabel[0].replacement"
		},
		"alert": func(v string) (spec.Object, string) { r := soundRule(); r.Alert = v; return &r, "alert" },
		"group": func(v string) (spec.Object, string) { r := soundRule(); r.Group = v; return &r, "group" },
		"runbook": func(v string) (spec.Object, string) {
			r := soundRule()
			r.RunbookURL = "https://a/" + v
			return &r, "runbook_url"
		},
		"webhook": func(v string) (spec.Object, string) {
			c := soundChannel()
			c.Webhook.URL = "http://a/" + v
			return &c, "webhook.url"
		},
		"matcher": func(v string) (spec.Object, string) {
			c := soundChannel()
			c.Matchers = []string{`a="` + v + `"`}
			return &c, "matchers[0]"
		},
		"group_by": func(v string) (spec.Object, string) {
			c := soundChannel()
			c.GroupBy = []string{v}
			return &c, "group_by[0]"
		},
		"email": func(v string) (spec.Object, string) {
			c := emailChannel()
			c.Email.To = v + "@example.com"
			return &c, "email.to"
		},
		"smarthost": func(v string) (spec.Object, string) {
			c := emailChannel()
			c.Email.Smarthost = v + ":25"
			return &c, "email.smarthost"
		},
		"route":         func(v string) (spec.Object, string) { r := soundRoute(); r.Name = v; return &r, "name" },
		"route channel": func(v string) (spec.Object, string) { r := soundRoute(); r.Channel = v; return &r, "channel" },
		"route parent":  func(v string) (spec.Object, string) { r := soundRoute(); r.Parent = v; return &r, "parent" },
		"route window": func(v string) (spec.Object, string) {
			r := soundRoute()
			r.MuteWindows = []string{v}
			return &r, "mute_windows[0]"
		},
		"window": func(v string) (spec.Object, string) { w := soundWindow(); w.Name = v; return &w, "name" },
		"weekday": func(v string) (spec.Object, string) {
			w := soundWindow()
			w.Intervals[0].Weekdays[0] = v
			return &w, "intervals[0].weekdays[0]"
		},
		"location": func(v string) (spec.Object, string) {
			w := soundWindow()
			w.Intervals[0].Location = v
			return &w, "intervals[0].location"
		},
		"correlation": func(v string) (spec.Object, string) { c := soundCorrelation(); c.Name = v; return &c, "name" },
		"cause": func(v string) (spec.Object, string) {
			c := soundDependency()
			c.Dependency.Cause = v
			return &c, "dependency.cause"
		},
		"effect": func(v string) (spec.Object, string) {
			c := soundDependency()
			c.Dependency.Effects[0] = v
			return &c, "dependency.effects[0]"
		},
		"default channel": func(v string) (spec.Object, string) {
			s := soundStack()
			s.Alertmanager.DefaultChannel = v
			return &s, "alertmanager.default_channel"
		},
		"header": func(v string) (spec.Object, string) {
			c := emailChannel()
			c.Email.Headers["Subject"] = v
			return &c, "email.headers.Subject"
		},
	}
	for field, object := range fields {
		for value, text := range hostile() {
			t.Run(field+"/"+value, func(t *testing.T) { refused(t, object, text) })
		}
	}
}

// Texts may have several lines, but nothing else that is hostile.
func TestHostileTextsAreErrors(t *testing.T) {
	fields := map[string]func(string) (spec.Object, string){
		"expr":        func(v string) (spec.Object, string) { r := soundRule(); r.Expr = v; return &r, "expr" },
		"summary":     func(v string) (spec.Object, string) { r := soundRule(); r.Summary = v; return &r, "summary" },
		"description": func(v string) (spec.Object, string) { r := soundRule(); r.Description = v; return &r, "description" },
		"label":       func(v string) (spec.Object, string) { r := soundRule(); r.Labels["a"] = v; return &r, "labels.a" },
		"annotation": func(v string) (spec.Object, string) {
			r := soundRule()
			r.Annotations["a"] = v
			return &r, "annotations.a"
		},
		"slack text": func(v string) (spec.Object, string) { c := slackChannel(); c.Slack.Text = &v; return &c, "slack.text" },
	}
	for field, object := range fields {
		for value, text := range hostile() {
			if value != "line break" {
				t.Run(field+"/"+value, func(t *testing.T) { refused(t, object, text) })
			}
		}
	}
}

func refused(t *testing.T, object func(string) (spec.Object, string), value string) {
	t.Helper()
	o, path := object(value)
	errs := o.Validate()
	if !slices.ContainsFunc(errs, func(e spec.FieldError) bool { return e.Path == path }) {
		t.Fatalf("accepted; errors: %v", errs)
	}
	for _, e := range errs {
		if len(e.Message) > 1000 || strings.ContainsAny(e.Message, "\n\x00") {
			t.Errorf("message is not fit to be shown: %q", e.Message)
		}
	}
}

func TestDeeplyNestedTextsDoNotCrash(t *testing.T) {
	deep := strings.Repeat("(", 60_000)
	rule := soundRule()
	rule.Expr, rule.Summary = deep+"1"+strings.Repeat(")", 1000), "{{"+deep+"}}"
	if errs := rule.Validate(); len(errs) != 2 {
		t.Errorf("got %v, want errors on expr and summary", errs)
	}
	channel := slackChannel()
	channel.Slack.Title = new("{{" + deep + "}}")
	channel.Matchers = []string{strings.Repeat("{", 4000)}
	if errs := channel.Validate(); len(errs) != 2 {
		t.Errorf("got %v, want errors on title and matcher", errs)
	}
}
