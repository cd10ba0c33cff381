package provider_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// sound are attributes of every kind of object that nothing is wrong with; N
// stands for a number.
var sound = map[string]string{
	"opp_monitoring_stack":      `{"name": "xN"}`,
	"opp_scrape_job":            `{"stack": "production", "name": "xN", "targets": ["127.0.0.1:1"]}`,
	"opp_alert_rule":            `{"stack": "production", "name": "xN", "expr": "up == 0"}`,
	"opp_notification_channel":  `{"stack": "production", "name": "xN", "webhook": {"url": "http://127.0.0.1/"}}`,
	"opp_notification_template": `{"stack": "production", "name": "xN", "content": "x"}`,
	"opp_route":                 `{"stack": "production", "name": "xN", "channel": "oncall", "matchers": ["n=\"N\""]}`,
	"opp_correlation":           `{"stack": "production", "name": "xN", "source_matchers": ["a=\"b\""], "target_matchers": ["a=\"c\""]}`,
	"opp_mute_window":           `{"stack": "production", "name": "xN", "intervals": [{"weekdays": ["sunday"]}]}`,
	"opp_escalation_policy":     `{"stack": "production", "name": "xN", "step": [{"channels": ["oncall"]}]}`,
	"opp_silence":               `{"stack": "production", "name": "xN", "matchers": ["a=\"b\""], "duration": "1h", "comment": "x"}`,
	"opp_dashboard":             `{"stack": "production", "name": "xN", "config_json": "{\"title\": \"D\"}"}`,
	"opp_log_source":            `{"stack": "production", "name": "xN", "files": {"include": ["/var/log/x.log"]}}`,
	"opp_log_retention":         `{"stack": "production", "name": "xN", "selector": "{a=\"b\"}", "period": "2d"}`,
}

// instead lists what a sound object cannot have together with an attribute.
func instead(kind string, a *tfprotov6.SchemaAttribute) []string {
	if kind == "opp_notification_channel" && a.NestedType != nil {
		return []string{"webhook"}
	}
	return map[string][]string{
		"opp_log_source.journald": {"files"}, "opp_log_source.docker": {"files"}, "opp_log_source.otlp": {"files"},
		"opp_correlation.dependency": {"source_matchers", "target_matchers"}, "opp_silence.end": {"duration"},
	}[kind+"."+a.Name]
}

// filled is a value of an attribute, made of leaves at the end of all blocks.
func filled(a *tfprotov6.SchemaAttribute, leaf func(tftypes.Type) tftypes.Value) tftypes.Value {
	if a.NestedType == nil {
		return leaf(a.Type)
	}
	members := map[string]tftypes.Value{}
	for _, member := range a.NestedType.Attributes {
		members[member.Name] = tftypes.NewValue(member.ValueType(), nil)
		if member.Optional || member.Required {
			members[member.Name] = filled(member, leaf)
		}
	}
	switch of := a.ValueType().(type) {
	case tftypes.List:
		return tftypes.NewValue(of, []tftypes.Value{tftypes.NewValue(of.ElementType, members)})
	case tftypes.Map:
		return tftypes.NewValue(of, map[string]tftypes.Value{"key": tftypes.NewValue(of.ElementType, members)})
	default:
		return tftypes.NewValue(of, members)
	}
}

func unknown(of tftypes.Type) tftypes.Value { return tftypes.NewValue(of, tftypes.UnknownValue) }

// withoutElements is a value in which nothing is known of the elements of lists.
func withoutElements(t *testing.T, value tftypes.Value) tftypes.Value {
	t.Helper()
	loose, err := tftypes.Transform(value, func(p *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		if _, element := p.LastStep().(tftypes.ElementKeyInt); element {
			return unknown(v.Type()), nil
		}
		return v, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return loose
}

// empty is "", [] or {}; null for what cannot be empty.
func empty(of tftypes.Type) tftypes.Value {
	switch of := of.(type) {
	case tftypes.List:
		return tftypes.NewValue(of, []tftypes.Value{})
	case tftypes.Map:
		return tftypes.NewValue(of, map[string]tftypes.Value{})
	}
	if of.Is(tftypes.String) {
		return tftypes.NewValue(of, "")
	}
	return tftypes.NewValue(of, nil)
}

// judge is what a server says about a new object in which an attribute has that
// value, and the plan of it. number tells the object from others of the server.
func (r refresh) judge(number int, kind string, a *tfprotov6.SchemaAttribute, value tftypes.Value) (said []diagnostic, planned map[string]tftypes.Value) {
	r.t.Helper()
	of := r.schemas[kind].ValueType()
	values := map[string]tftypes.Value{}
	if err := r.value(kind, r.object(kind, strings.ReplaceAll(sound[kind], "N", strconv.Itoa(number)))).As(&values); err != nil {
		r.t.Fatal(err)
	}
	for _, other := range instead(kind, a) {
		values[other] = tftypes.NewValue(values[other].Type(), nil)
	}
	values[a.Name] = value
	config, err := tfprotov6.NewDynamicValue(of, tftypes.NewValue(of, values))
	if err != nil {
		r.t.Fatal(err)
	}
	valid, err := r.server.ValidateResourceConfig(r.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: kind, Config: &config, ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	said = errorsOf(valid.Diagnostics)
	if len(said) > 0 {
		return said, nil
	}
	plan, err := r.server.PlanResourceChange(r.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: kind, PriorState: r.null(kind), ProposedNewState: &config, Config: &config,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	if err := r.value(kind, plan.PlannedState).As(&planned); err != nil {
		r.t.Fatal(err)
	}
	return errorsOf(plan.Diagnostics), planned
}

// errorsOf are the diagnostics that are no warnings.
func errorsOf(all []*tfprotov6.Diagnostic) []diagnostic {
	return slices.DeleteFunc(diagnostics(all), func(d diagnostic) bool { return d.severity != "error" })
}

// Every attribute of every object, with all that is in it, may be unknown.
func TestEveryAttributeMayBeUnknown(t *testing.T) {
	t.Parallel()
	eachAttribute(t, func(r refresh, number int, kind string, a *tfprotov6.SchemaAttribute) {
		for i, value := range []tftypes.Value{unknown(a.ValueType()), filled(a, unknown), withoutElements(t, filled(a, unknown))} {
			said, _ := r.judge(number+i, kind, a, value)
			for _, d := range said {
				r.t.Errorf("%s: %s: %s (%s)", value, d.at, d.summary, d.detail)
			}
		}
	})
}

// An empty attribute is accepted and planned as it is written, or it is an error
// on that attribute, or what an absent one is.
func TestEveryAttributeMayBeEmpty(t *testing.T) {
	t.Parallel()
	eachAttribute(t, func(r refresh, number int, kind string, a *tfprotov6.SchemaAttribute) {
		value := filled(a, empty)
		said, planned := r.judge(number, kind, a, value)
		refused := slices.ContainsFunc(said, func(d diagnostic) bool { return strings.HasPrefix(d.at, a.Name) })
		if absent, _ := r.judge(number+1, kind, a, tftypes.NewValue(a.ValueType(), nil)); !refused && len(said) > 0 {
			same := slices.EqualFunc(said, absent, func(a, b diagnostic) bool { return a.at == b.at && a.detail == b.detail })
			if !same {
				r.t.Errorf("says %+v, and where it is absent %+v", said, absent)
			}
		}
		if planned != nil && !a.WriteOnly && !value.IsNull() && a.NestedType == nil && !planned[a.Name].Equal(value) {
			r.t.Errorf("%s is planned as %s", value, planned[a.Name])
		}
	})
}

// eachAttribute runs a test for every attribute that users write, with a control
// plane that has what sound objects refer to.
func eachAttribute(t *testing.T, test func(r refresh, number int, kind string, a *tfprotov6.SchemaAttribute)) {
	t.Helper()
	f := &fake{}
	stack := spec.DefaultStack("production")
	stack.Loki.Enabled, stack.Collector.Enabled, stack.Grafana.Enabled = true, true, true
	oncall := &spec.Channel{Stack: "production", Name: "oncall", Webhook: &spec.Webhook{URL: "http://127.0.0.1/"}}
	spec.WithDefaults(oncall)
	for _, object := range []spec.Object{&stack, oncall} {
		if _, err := f.Put(t.Context(), object, api.PutCreate); err != nil {
			t.Fatal(err)
		}
	}
	r := f.refresh(t)
	number := 0
	for _, kind := range slices.Sorted(maps.Keys(r.schemas)) {
		if sound[kind] == "" {
			t.Errorf("there is no sound %s", kind)
			continue
		}
		for _, a := range r.schemas[kind].Block.Attributes {
			if a.Optional || a.Required {
				number += 3
				t.Run(kind+"."+a.Name, func(t *testing.T) {
					r.t = t
					test(r, number, kind, a)
				})
			}
		}
	}
}
