package spec_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func names(s spec.State) []string {
	var names []string
	for _, o := range s.Objects() {
		names = append(names, string(o.Kind())+"/"+o.ObjectName())
	}
	return names
}

func ordered(name, group string, order int64) *spec.AlertRule {
	r := rule(name, group, "")
	r.Order = order
	return r
}

// The order of creation must leave no trace in what is rendered.
func TestStateIsInRenderOrder(t *testing.T) {
	objects := []spec.Object{
		job("b"), job("a"),
		ordered("z", "g", 1), ordered("a", "g", 2), ordered("b", "g", 2), ordered("x", "f", 9),
		channel("b", 0), channel("a", 1), channel("c", -1),
		route("b", 0), route("a", 1), route("c", -1),
	}
	want := []string{
		"scrape_job/a", "scrape_job/b",
		"alert_rule/x", "alert_rule/z", "alert_rule/a", "alert_rule/b",
		"notification_channel/c", "notification_channel/b", "notification_channel/a",
		"route/c", "route/b", "route/a",
	}
	for range 20 {
		rand.Shuffle(len(objects), func(i, k int) { objects[i], objects[k] = objects[k], objects[i] })
		state := spec.State{Stack: soundStack()}
		for _, o := range objects {
			state.Put(o)
		}
		if diff := cmp.Diff(want, names(state)); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestStatePutGetDelete(t *testing.T) {
	stack := soundStack()
	for _, object := range []spec.Object{&stack, job("a"), rule("a", "g", ""), channel("a", 0), route("a", 0), window("a"), dependency("a")} {
		kind := object.Kind()
		t.Run(kind.Noun(), func(t *testing.T) {
			state := spec.State{}
			state.Put(object)
			state.Put(object)
			before := state.Clone()
			got := state.Get(kind, object.ObjectName())
			if diff := cmp.Diff(object, got); diff != "" {
				t.Fatal(diff)
			}
			if n := len(state.Objects()); kind != spec.KindStack && n != 1 {
				t.Errorf("put twice, stored %d times", n)
			}
			state.Delete(kind, object.ObjectName())
			if gone := state.Get(kind, object.ObjectName()) == nil; gone == (kind == spec.KindStack) {
				t.Errorf("after delete: gone is %v", gone)
			}
			if before.Get(kind, object.ObjectName()) == nil {
				t.Error("delete changed the clone")
			}
			if fresh := spec.New(kind); fresh == nil || fresh.Kind() != kind {
				t.Errorf("New(%q) = %v", kind, fresh)
			}
		})
	}
	if spec.New("nonsense") != nil {
		t.Error("an unknown kind has an object")
	}
}

func TestSecretsLeadIntoTheObject(t *testing.T) {
	withAuth := soundJob()
	withAuth.BasicAuth, withAuth.BearerToken = &spec.BasicAuth{Password: &spec.Secret{}}, &spec.Secret{}
	withToken := soundChannel()
	withToken.Webhook.BearerToken = &spec.Secret{}
	withPassword := emailChannel()
	withPassword.Email.AuthPassword = &spec.Secret{}
	slack, pagerDuty, plain := slackChannel(), pagerDutyChannel(), soundChannel()
	for _, test := range []struct {
		object spec.Object
		want   map[string]*spec.Secret
	}{
		{&withAuth, map[string]*spec.Secret{"basic_auth.password": withAuth.BasicAuth.Password, "bearer_token": withAuth.BearerToken}},
		{&withToken, map[string]*spec.Secret{"webhook.bearer_token": withToken.Webhook.BearerToken}},
		{&withPassword, map[string]*spec.Secret{"email.auth_password": withPassword.Email.AuthPassword}},
		{&slack, map[string]*spec.Secret{"slack.api_url": slack.Slack.APIURL}},
		{&pagerDuty, map[string]*spec.Secret{"pagerduty.routing_key": pagerDuty.PagerDuty.RoutingKey}},
		{&plain, map[string]*spec.Secret{}},
	} {
		got := test.object.Secrets()
		if len(got) != len(test.want) {
			t.Errorf("got %v, want %v", got, test.want)
		}
		for path, secret := range test.want {
			if got[path] != secret {
				t.Errorf("%s does not lead into the object", path)
			}
		}
	}
}

func TestRuleLabelsAndAnnotationsAsPrometheusGetsThem(t *testing.T) {
	r := spec.AlertRule{
		Severity: "info", Summary: "s", RunbookURL: "u",
		Labels: map[string]string{"a": "b"}, Annotations: map[string]string{"c": "d"},
	}
	if diff := cmp.Diff(map[string]string{"a": "b", "severity": "info"}, r.AllLabels()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"c": "d", "summary": "s", "runbook_url": "u"}, r.AllAnnotations()); diff != "" {
		t.Error(diff)
	}
	if len(r.Labels) != 1 || len(r.Annotations) != 1 {
		t.Error("the rule itself was changed")
	}
}

func TestFieldErrorsRead(t *testing.T) {
	var errs spec.FieldErrors
	errs.Add("a.b", "Do c.", "%d is wrong", 1)
	errs.Add("", "", "all is wrong")
	if got, want := errs.Error(), "a.b: 1 is wrong; all is wrong"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
