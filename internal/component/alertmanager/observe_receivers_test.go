package alertmanager_test

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	upstream "github.com/prometheus/alertmanager/config"
	"go.yaml.in/yaml/v3"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/alertmanager/receivertest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// TestEveryFieldOfReceiversIsObserved changes every field of every receiver by
// hand, one of each receiver at a time. Each change must show in the attribute
// of that name or, where none can show it, in a sentence that has its name; and
// nowhere else.
func TestEveryFieldOfReceiversIsObserved(t *testing.T) {
	recorder := receivertest.Start(t)
	state := receivers(recorder.Server)
	b := start(t, state, secretsOf(state, recorder))
	original := string(b.files["alertmanager.yml"].Data)
	lists := receiverLists(t, original)
	changes := 0
	for round := 0; ; round++ {
		text, changed := original, map[string][]any{}
		for _, list := range lists {
			if fields := leaves(list.integration, nil); round < len(fields) {
				text = b.changed(t, text, list.receiver, fields[round])
				changed[list.receiver] = fields[round]
			}
		}
		if len(changed) == 0 {
			break
		}
		changes += len(changed)
		if err := os.WriteFile(b.path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		b.reload()
		report := componenttest.Observe(t, b.c, b.in, b.files)
		for i, want := range b.in.State.Channels {
			shown := append(told(report, want.Name), differing(t, want, report.Observed.Channels[i])...)
			path, ok := changed[want.Name]
			if !ok && len(shown) > 0 {
				t.Errorf("%s: not changed, but shown as %q", want.Name, shown)
			}
			if ok && (len(shown) != 1 || !names(shown[0], path)) {
				t.Errorf("%s: the change of %v is shown as %q", want.Name, path, shown)
			}
		}
	}
	if changes < 250 {
		t.Errorf("only %d fields were changed", changes)
	}
}

// TestReceiversAreReadFromTheAPI observes what runs when the file is another
// one by now: once unchanged, once with a change.
func TestReceiversAreReadFromTheAPI(t *testing.T) {
	recorder := receivertest.Start(t)
	state := receivers(recorder.Server)
	b := start(t, state, secretsOf(state, recorder))
	const edited = "stack production: alertmanager: alertmanager.yml was edited by hand"
	b.edit("route:", "# by hand\nroute:")
	b.reload()
	b.edit("# by hand", "# by hand, not loaded")
	b.want(nil, edited)

	b.edit("thread_by_date: none", "thread_by_date: daily")
	b.edit("timeout: 8s", "timeout: 80s")
	b.edit("app_token_file: ", "app_token: ")
	b.reload()
	b.edit("timeout: 80s", "timeout: 81s")
	b.want(func(s *spec.State) {
		mail, slack := *channel(s, "email").Email, *channel(s, "slack").Slack
		mail.Threading, slack.Timeout = &spec.EmailThreading{Enabled: true, ThreadByDate: "daily"}, "1m20s"
		channel(s, "email").Email, channel(s, "slack").Slack = &mail, &slack
	}, edited, "notification_channel slack-app: alertmanager: the secret slack.app_token was changed")
}

// told are the sentences about a channel.
func told(report *component.Report, channel string) []string {
	return report.Drift[component.ObjectKey{Kind: spec.KindChannel, Name: channel}]
}

// names tells whether the change of a leaf is shown by its name: that of its
// attribute, of the list or map it is in, of what the user did not write at
// all, or of the secret whose file it names.
func names(shown string, path []any) bool {
	var known []string
	for _, step := range path {
		name, ok := step.(string)
		if !ok {
			break
		}
		known = append(known, name)
	}
	name := strings.TrimSuffix(strings.Join(known, "."), "_file")
	_, attribute, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(shown, "."), " was changed"), ".")
	return strings.Contains(shown, name) || attribute != "" && strings.HasPrefix(name, attribute) ||
		name == "http_config.authorization.credentials" && strings.Contains(shown, "bearer_token")
}

// receiverList is the one integration of a receiver.
type receiverList struct {
	receiver    string
	integration *yaml.Node
}

func receiverLists(t *testing.T, text string) []receiverList {
	t.Helper()
	var document struct {
		Receivers []yaml.Node `yaml:"receivers"`
	}
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	var lists []receiverList
	for _, r := range document.Receivers {
		if len(r.Content) == 4 { // name and its value, key and its list
			lists = append(lists, receiverList{r.Content[1].Value, r.Content[3].Content[0]})
		}
	}
	return lists
}

// leaves are the paths of the values below a node.
func leaves(n *yaml.Node, path []any) [][]any {
	var all [][]any
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i < len(n.Content); i += 2 {
			all = append(all, leaves(n.Content[i+1], append(slices.Clone(path), n.Content[i].Value))...)
		}
	case yaml.SequenceNode:
		for i, element := range n.Content {
			all = append(all, leaves(element, append(slices.Clone(path), i))...)
		}
	default:
		all = append(all, path)
	}
	return all
}

// changed is a configuration with another value at a path.
func (b *bench) changed(t *testing.T, text, receiver string, path []any) string {
	t.Helper()
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	leaf := find(t, &document, receiver, path)
	for _, value := range others(t, *leaf) {
		leaf.SetString(value)
		leaf.Tag = ""
		edited, err := yaml.Marshal(&document)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := upstream.Load(string(edited)); err == nil {
			return string(edited)
		}
	}
	t.Fatalf("%s: Alertmanager takes no other value of %v", receiver, path)
	return ""
}

// others are values that a leaf might also have; Alertmanager takes one of them.
func others(t *testing.T, leaf yaml.Node) []string {
	t.Helper()
	switch {
	case leaf.Tag == "!!bool":
		return []string{map[string]string{"true": "false", "false": "true"}[leaf.Value]}
	case leaf.Tag == "!!int":
		return []string{leaf.Value + "1"}
	case strings.Contains(leaf.Value, "BEGIN CERTIFICATE"):
		return []string{leaf.Value + "\n"} // another text, the same certificate
	}
	if content, err := os.ReadFile(leaf.Value); err == nil {
		componenttest.Replace(t, leaf.Value+".copy", content)
		return []string{leaf.Value + ".copy"}
	}
	return slices.DeleteFunc([]string{
		leaf.Value + "x", "11m", "http://127.0.0.1:9/other", "TLS12", "TLS13", "HTML", "text", "daily", "cloud", "user", "team", "127.0.0.1:26",
	}, func(v string) bool { return v == leaf.Value })
}

func find(t *testing.T, document *yaml.Node, receiver string, path []any) *yaml.Node {
	t.Helper()
	n := child(t, document.Content[0], "receivers")
	i := slices.IndexFunc(n.Content, func(r *yaml.Node) bool { return r.Content[1].Value == receiver })
	n = n.Content[i].Content[3].Content[0]
	for _, step := range path {
		n = child(t, n, step)
	}
	return n
}

func child(t *testing.T, n *yaml.Node, step any) *yaml.Node {
	t.Helper()
	if i, ok := step.(int); ok {
		return n.Content[i]
	}
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == step {
			return n.Content[i+1]
		}
	}
	t.Fatalf("there is no %v", step)
	return nil
}

// differing names the attributes in which two channels differ.
func differing(t *testing.T, want, got spec.Channel) []string {
	t.Helper()
	paths := map[string]bool{}
	compare(paths, "", asDocument(t, want), asDocument(t, got))
	return slices.Sorted(maps.Keys(paths))
}

// compare notes the paths of what differs: of attributes, not of parts of lists.
func compare(paths map[string]bool, path string, a, b any) {
	x, isMap := a.(map[string]any)
	y, bothMaps := b.(map[string]any)
	if !isMap || !bothMaps {
		if !reflect.DeepEqual(a, b) {
			paths[path] = true
		}
		return
	}
	for key := range x {
		compare(paths, path+"."+key, x[key], y[key])
	}
	for key := range y {
		compare(paths, path+"."+key, x[key], y[key])
	}
}

func asDocument(t *testing.T, c spec.Channel) any {
	t.Helper()
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var document any
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	return document
}
