package selfhosted

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// holder is a component that holds dashboards, one of them built in.
type holder struct {
	component.Component
	component.Publisher

	mu      sync.Mutex
	held    map[string]string // name → folder
	refuse  string
	written []string
}

func (h *holder) Spec(stack *spec.Stack) *spec.Component { return &stack.Grafana.Component }

func (h *holder) Attached(stack *spec.Stack) string { return stack.Grafana.URL }

func (h *holder) Published(in component.Input) []spec.Object {
	all := []spec.Object{&spec.Dashboard{Name: "opp-built-in"}}
	for i := range in.State.Dashboards {
		all = append(all, &in.State.Dashboards[i])
	}
	return all
}

func (h *holder) Publish(_ context.Context, _ component.Input, prev, next spec.Object) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if next == nil {
		delete(h.held, prev.ObjectName())
		h.written = append(h.written, "-"+prev.ObjectName())
		return nil
	}
	if next.ObjectName() == h.refuse {
		return errors.New("refused")
	}
	h.held[next.ObjectName()] = next.(*spec.Dashboard).Folder
	h.written = append(h.written, next.ObjectName())
	return nil
}

func state(url string, dashboards ...spec.Dashboard) spec.State {
	s := spec.State{Stack: spec.DefaultStack("a"), Dashboards: dashboards}
	s.Stack.Grafana.Enabled, s.Stack.Grafana.URL = true, url
	return s
}

func (h *holder) parts(s spec.State) []part {
	return []part{{Component: h, attached: s.Stack.Grafana.URL, input: component.Input{State: s}}}
}

func TestPublishWritesWhatDiffers(t *testing.T) {
	a, b := spec.Dashboard{Name: "a"}, spec.Dashboard{Name: "b"}
	moved, seen := spec.Dashboard{Name: "a", Folder: "F"}, spec.Dashboard{Name: "a", Version: 7}
	for name, tc := range map[string]struct {
		prev  *spec.State
		next  spec.State
		named []component.ObjectKey
		want  []string
	}{
		"a new stack":                         {nil, state("", a), nil, []string{"a", "opp-built-in"}},
		"another object":                      {p(state("", a)), state("", a, b), nil, []string{"b"}},
		"a changed object":                    {p(state("", a, b)), state("", moved, b), nil, []string{"a"}},
		"an object seen in another version":   {p(state("", a)), state("", seen), nil, []string{"a"}},
		"an object gone":                      {p(state("", a, b)), state("", a), nil, []string{"-b"}},
		"a repair writes what is built in":    {p(state("", a)), state("", a), nil, []string{"opp-built-in"}},
		"a repair of what is named":           {p(state("", a, b)), state("", a, b), []component.ObjectKey{keyOf(&b)}, []string{"b", "opp-built-in"}},
		"a component elsewhere holds nothing": {p(state("", a)), state("http://elsewhere", a), nil, []string{"a", "opp-built-in"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := &holder{held: map[string]string{}}
			if _, err := publish(context.Background(), h.parts(tc.next), tc.prev, tc.named); err != nil {
				t.Fatal(err)
			}
			slices.Sort(h.written)
			if !slices.Equal(h.written, tc.want) {
				t.Errorf("wrote %q, want %q", h.written, tc.want)
			}
		})
	}
}

func TestUnpublishTakesBackWhatWasDone(t *testing.T) {
	h := &holder{held: map[string]string{}}
	before := state("", spec.Dashboard{Name: "a"}, spec.Dashboard{Name: "gone"})
	if _, err := publish(context.Background(), h.parts(before), nil, nil); err != nil {
		t.Fatal(err)
	}
	h.refuse = "bad"
	after := state("", spec.Dashboard{Name: "a", Folder: "F"}, spec.Dashboard{Name: "bad"}, spec.Dashboard{Name: "new"})
	done, err := publish(context.Background(), h.parts(after), &before, nil)
	if err == nil {
		t.Fatal("the refusal was lost")
	}
	if err := unpublish(context.Background(), done); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"a": "", "gone": "", "opp-built-in": ""}
	for name, folder := range want {
		if got, ok := h.held[name]; !ok || got != folder {
			t.Errorf("%s is held in %q (%t), want %q", name, got, ok, folder)
		}
	}
	if len(h.held) != len(want) {
		t.Errorf("held %v, want %v", h.held, want)
	}
}

func p(s spec.State) *spec.State { return &s }
