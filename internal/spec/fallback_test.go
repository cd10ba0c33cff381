package spec_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec/spectest"
)

// A fallback of every kind is sound, says where to as its channel does, and
// holds no template but in places that say where to.
func TestFallbacksOfEveryKind(t *testing.T) {
	// What has to be given, and where it leads, stays.
	const where = " jira.project jira.issue_type rocketchat.channel victorops.routing_key webex.room_id wechat.corp_id wechat.agent_id "
	for _, c := range spectest.Channels(spectest.Example()) {
		before, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		state := spec.State{Stack: soundStack(), Channels: []spec.Channel{c}}
		for _, fallback := range state.Fallbacks() {
			named := fallback
			named.Name = c.Name // a fallback's own name is none that users may give
			if errs := append(named.Validate(), named.ValidateIn(&state.Stack)...); len(errs) > 0 {
				t.Errorf("%s: %v", fallback.Name, errs)
			}
			kind := fallback.Receivers()[0].Kind
			visitTexts(document(t, fallback), kind, func(path string, text *any) {
				said, _ := (*text).(string)
				if strings.Contains(said, "{{") && !strings.Contains(where, " "+path+" ") && !strings.HasSuffix(path, "url") {
					t.Errorf("%s still says %s in %s", fallback.Name, said, path)
				}
			})
		}
		if after, err := json.Marshal(c); err != nil || string(after) != string(before) {
			t.Errorf("%s was changed to %s", before, after)
		}
	}
}

func TestFallbacks(t *testing.T) {
	text, none := "{{ .Status }}", ""
	state := spec.State{Stack: spec.DefaultStack("production"), Channels: []spec.Channel{
		{Stack: "production", Name: "own", SendResolved: true, Slack: &spec.Slack{APIURL: &spec.Secret{File: "s"}, Channel: "#a", Text: &text}},
		{Stack: "production", Name: "empty", Email: &spec.Email{To: "a@example.com", HTML: &none, Headers: map[string]string{"X-Team": "a"}}},
		{Stack: "production", Name: "default", Slack: &spec.Slack{Channel: "#b"}},
		{Stack: "production", Name: "hook", Webhook: &spec.Webhook{URL: "http://127.0.0.1/{{ .Status }}"}},
	}}
	all := state.Fallbacks()
	if len(all) != 2 || all[0].Name != "own (fallback)" || all[1].Name != "empty (fallback)" {
		t.Fatalf("fallbacks are %+v", all)
	}
	if s := all[0].Slack; s.Text != nil || s.Channel != "#a" || s.APIURL == nil || !all[0].SendResolved || all[0].Matchers != nil {
		t.Errorf("the fallback is %+v", all[0])
	}
	if m := all[1].Email; m.HTML != nil || m.Headers["X-Team"] != "a" {
		t.Errorf("the fallback is %+v", m)
	}
	for name, change := range map[string]func(*spec.Stack){
		"without self-monitoring":      func(s *spec.Stack) { s.SelfMonitoring = false },
		"without Prometheus":           func(s *spec.Stack) { s.Prometheus.Enabled = false },
		"with an Alertmanager too old": func(s *spec.Stack) { s.Alertmanager.Version = "0.26.0" },
	} {
		other := spec.State{Stack: spec.DefaultStack("production"), Channels: state.Channels}
		if change(&other.Stack); len(other.Fallbacks()) > 0 {
			t.Errorf("%s there are fallbacks", name)
		}
	}
}
