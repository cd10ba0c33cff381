package spec_test

import (
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func soundPolicy() spec.EscalationPolicy {
	p := spec.EscalationPolicy{
		Stack: "production", Name: "oncall", Matchers: []string{`severity="critical"`},
		Steps: []spec.EscalationStep{
			{Channels: []string{"first"}},
			{After: "15m", Channels: []string{"first", "second"}},
			{After: "1h", Channels: []string{"boss"}},
		},
		Repeat: &spec.EscalationRepeat{Every: "2h", Times: 3},
	}
	spec.WithDefaults(&p)
	return p
}

func TestEscalationPolicyMistakes(t *testing.T) {
	try(t, soundPolicy, []mistake[spec.EscalationPolicy]{
		{"stack", func(p *spec.EscalationPolicy) { p.Stack = "No" }, "stack", "is not a stack name"},
		{"name", func(p *spec.EscalationPolicy) { p.Name = "a b" }, "name", `"a b" is not a name for an escalation policy`},
		{"matcher", func(p *spec.EscalationPolicy) { p.Matchers[0] = "severity" }, "matchers[0]", `"severity" is not a matcher`},
		{
			"matcher of a level", func(p *spec.EscalationPolicy) { p.Matchers[0] = `a="b",escalation_step="2"` },
			"matchers[0]", `label "escalation_step" is what escalation adds`,
		},
		{"one of two values", func(p *spec.EscalationPolicy) { p.Matchers = []string{`severity="critical"`, `severity="warning"`} }, "matchers", "no alert can fit all matchers"},
		{"no step", func(p *spec.EscalationPolicy) { p.Steps = nil }, "step", "an escalation policy has at least one step"},
		{"too many steps", func(p *spec.EscalationPolicy) {
			p.Steps, p.Repeat = nil, nil
			for _, after := range []string{"0s", "1m", "2m", "3m", "4m", "5m", "6m", "7m", "8m", "9m", "10m"} {
				p.Steps = append(p.Steps, spec.EscalationStep{After: after, Channels: []string{"c"}})
			}
		}, "step", "11 steps are more than 10"},
		{"no duration", func(p *spec.EscalationPolicy) { p.Steps[1].After = "soon" }, "step[1].after", `"soon" is not a duration`},
		{"first too short", func(p *spec.EscalationPolicy) { p.Steps[0].After = "59s" }, "step[0].after", `"59s" is not between 1m and 24h`},
		{"later at once", func(p *spec.EscalationPolicy) { p.Steps[1].After = "0s" }, "step[1].after", `"0s" is not between 1m and 24h`},
		{"too long", func(p *spec.EscalationPolicy) { p.Steps, p.Repeat = p.Steps[:2], nil; p.Steps[1].After = "25h" }, "step[1].after", `"25h" is not between`},
		{"same delay", func(p *spec.EscalationPolicy) { p.Steps[2].After = "900s" }, "step[2].after", `"900s" is not longer than the "15m" of the step before`},
		{"nobody", func(p *spec.EscalationPolicy) { p.Steps[1].Channels = nil }, "step[1].channels", "the step would notify nobody"},
		{"empty channel", func(p *spec.EscalationPolicy) { p.Steps[1].Channels[0] = "" }, "step[1].channels[0]", "is empty"},
		{"channel twice", func(p *spec.EscalationPolicy) { p.Steps[1].Channels[1] = "first" }, "step[1].channels[1]", `"first" is the same as the one at 0`},
		{"repeat too soon", func(p *spec.EscalationPolicy) { p.Repeat.Every = "60m" }, "repeat.every", `"60m" is not longer than the steps, of which the last is after "1h"`},
		{"repeat rarely", func(p *spec.EscalationPolicy) { p.Repeat.Every = "2d" }, "repeat.every", `"2d" is not between 1m and 24h`},
		{"repeat never", func(p *spec.EscalationPolicy) { p.Repeat.Times = 0 }, "repeat.times", "0 is not a number of rounds"},
		{"repeat too often", func(p *spec.EscalationPolicy) { p.Repeat.Times = 11 }, "repeat.times", "11 is not a number of rounds"},
		{"too many levels", func(p *spec.EscalationPolicy) {
			p.Repeat.Times = 10
			for _, after := range []string{"62m", "63m"} {
				p.Steps = append(p.Steps, spec.EscalationStep{After: after, Channels: []string{"c"}})
			}
		}, "repeat.times", "5 steps in 11 rounds are more than 50 levels"},
	})
	accept(t, soundPolicy, map[string]func(*spec.EscalationPolicy){
		"as it is":      func(*spec.EscalationPolicy) {},
		"everything":    func(p *spec.EscalationPolicy) { p.Matchers = nil },
		"no repeat":     func(p *spec.EscalationPolicy) { p.Repeat = nil },
		"later only":    func(p *spec.EscalationPolicy) { p.Steps = p.Steps[1:] },
		"whole day":     func(p *spec.EscalationPolicy) { p.Steps[2].After, p.Repeat = "24h", nil },
		"repeat once":   func(p *spec.EscalationPolicy) { p.Repeat.Every, p.Repeat.Times = "61m", 1 },
		"same channels": func(p *spec.EscalationPolicy) { p.Steps[2].Channels = p.Steps[1].Channels },
	})
}

// What escalation adds to alerts must not be there before: such an alert would
// be taken for a level of another and reach nobody.
func TestLabelsOfEscalationAreReserved(t *testing.T) {
	for _, label := range []string{spec.EscalationLabel, spec.EscalationStepLabel, spec.EscalationRoundLabel} {
		stack, job, rule := soundStack(), soundJob(), soundRule()
		stack.Prometheus.ExternalLabels[label], job.Labels[label], rule.Labels[label] = "x", "x", "x"
		for _, tt := range []struct {
			object spec.Object
			path   string
		}{
			{&stack, "prometheus.external_labels." + label}, {&job, "labels." + label}, {&rule, "labels." + label},
		} {
			if errs := tt.object.Validate(); len(errs) != 1 || errs[0].Path != tt.path {
				t.Errorf("%s of a %s: %v", label, tt.object.Kind().Noun(), errs)
			}
		}
	}
}
