package selfhosted

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// searcher is a Loki that understands what does not begin with "bad".
type searcher struct {
	component.Component
	checked []string
	down    error
}

func (*searcher) Name() string                           { return component.Loki }
func (*searcher) Spec(stack *spec.Stack) *spec.Component { return &stack.Loki.Component }
func (*searcher) Binds() []string                        { return []string{"grpc"} }

func (*searcher) SearchLogs(_ context.Context, in component.Input, query api.LogQuery) (api.LogQueryResult, error) {
	return api.LogQueryResult{Entries: []api.LogEntry{{Line: query.Query + " at " + in.Addresses[component.Loki]}}}, nil
}

func (s *searcher) CheckLogQL(_ context.Context, _ component.Input, expr string) error {
	s.checked = append(s.checked, expr)
	if strings.HasPrefix(expr, "bad") {
		var fields spec.FieldErrors
		fields.Add("expr", "", "is not LogQL")
		return &api.Error{Code: api.CodeInvalid, Message: "is not LogQL", Fields: fields}
	}
	return s.down
}

// logState has Loki and a rule for every expression, over logs unless it begins with "metric".
func logState(exprs ...string) spec.State {
	s := spec.State{Stack: spec.DefaultStack("a")}
	s.Stack.Loki.Enabled = true
	for _, expr := range exprs {
		rule := spec.AlertRule{Stack: "a", Name: expr, Expr: expr, Source: spec.SourceLogs}
		if strings.HasPrefix(expr, "metric") {
			rule.Source = spec.SourceMetrics
		}
		s.AlertRules = append(s.AlertRules, rule)
	}
	return s
}

func TestLogRulesAreCheckedBeforeAnythingIsWritten(t *testing.T) {
	withoutLoki := logState()
	withoutLoki.Stack.Loki.Enabled = false
	onMetrics := logState("a")
	onMetrics.AlertRules[0].Source = spec.SourceMetrics
	for name, tc := range map[string]struct {
		prev    *spec.State
		next    spec.State
		down    error
		checked string
		code    api.Code
	}{
		"no rules":                     {p(logState()), logState(), nil, "", ""},
		"rules over metrics":           {p(logState()), logState("metric"), nil, "", ""},
		"a new rule":                   {p(logState("a")), logState("a", "b"), nil, "b", ""},
		"the same expression twice":    {p(logState()), logState("b", "b"), nil, "b", ""},
		"what was checked, runs":       {p(logState("a")), logState("a"), errors.New("gone"), "", ""},
		"a rule that was over metrics": {&onMetrics, logState("a"), nil, "a", ""},
		"a bad rule":                   {p(logState("a")), logState("a", "bad", "c"), nil, "bad", api.CodeInvalid},
		"Loki does not answer":         {p(logState()), logState("b"), errors.New("gone"), "b", api.CodeUnavailable},
		"Loki does not run yet":        {&withoutLoki, logState("b"), nil, "", api.CodeUnavailable},
		"a new stack":                  {nil, logState("b"), nil, "", api.CodeUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			loki := &searcher{down: tc.down}
			b := New(Config{StateDir: t.TempDir(), Components: []component.Component{loki}})
			err := b.checkLogRules(context.Background(), tc.prev, tc.next, backend.Runtime{})
			var got *api.Error
			errors.As(err, &got)
			switch {
			case tc.code == "" && err != nil:
				t.Errorf("error = %v", err)
			case tc.code != "" && (got == nil || got.Code != tc.code):
				t.Errorf("error = %#v, want %s", err, tc.code)
			case tc.code == api.CodeInvalid && (len(got.Fields) != 1 || got.Fields[0].Path != "expr"):
				t.Errorf("fields = %v", got.Fields)
			}
			if checked := strings.Join(loki.checked, ","); checked != tc.checked {
				t.Errorf("asked about %q, want %q", checked, tc.checked)
			}
		})
	}
}

func TestSearchNeedsLoki(t *testing.T) {
	b := New(Config{StateDir: t.TempDir(), Components: []component.Component{&searcher{}}})
	result, err := b.SearchLogs(context.Background(), logState(), backend.Runtime{}, api.LogQuery{Query: "x"})
	if err != nil || len(result.Entries) != 1 || result.Entries[0].Line != "x at 127.0.0.1:3100" {
		t.Errorf("got %v, %v", result, err)
	}
	off := logState()
	off.Stack.Loki.Enabled = false
	if _, err := b.SearchLogs(context.Background(), off, backend.Runtime{}, api.LogQuery{}); !errors.Is(err, &api.Error{Code: api.CodeUnavailable}) {
		t.Errorf("error = %v", err)
	}
	if err := b.CheckLogQL(context.Background(), off, backend.Runtime{}, "x"); !errors.Is(err, &api.Error{Code: api.CodeUnavailable}) {
		t.Errorf("error = %v", err)
	}
}

func TestFurtherPortsAreKept(t *testing.T) {
	b := New(Config{StateDir: t.TempDir(), Components: []component.Component{&searcher{}}})
	state := logState()
	first, err := b.assignPorts(state, backend.Runtime{})
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Ports) != 1 || first.Ports["loki/grpc"] == 0 {
		t.Fatalf("ports = %v, want one for loki/grpc", first.Ports)
	}
	second, err := b.assignPorts(state, first)
	if err != nil || second.Ports["loki/grpc"] != first.Ports["loki/grpc"] {
		t.Errorf("ports = %v, %v, want them kept: %v", second.Ports, err, first.Ports)
	}
	in := b.parts(state, first, "")[0].input
	if got, want := in.Addresses["loki/grpc"], address(spec.Component{ListenAddress: "127.0.0.1"}, first.Ports["loki/grpc"]); got != want {
		t.Errorf("address = %s, want %s", got, want)
	}
	state.Stack.Loki.Enabled = false
	if last, err := b.assignPorts(state, first); err != nil || len(last.Ports) > 0 {
		t.Errorf("ports = %v, %v, want none", last.Ports, err)
	}
}
