package prometheus_test

import (
	"fmt"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/prometheus"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// thousand is a stack of 1,000 rules in 20 groups.
func thousand() spec.State {
	state := spec.State{Stack: spec.DefaultStack("production")}
	for i := range 1000 {
		r := componenttest.Rule(fmt.Sprintf("group-%d", i%20), fmt.Sprintf("rule-%04d", i), "")
		r.Expr = fmt.Sprintf(`sum by (job) (rate(http_requests_total{job="api", code=~"5.."}[5m])) > %d`, i)
		r.For, r.Severity, r.Summary = "5m", spec.SeverityWarning, "{{ $labels.job }} fails {{ $value }} times a second"
		state.AlertRules = append(state.AlertRules, r)
	}
	return state
}

// BenchmarkEscalated is what a generation costs in which every one of a thousand
// rules has three levels, when ten rules changed.
func BenchmarkEscalated(b *testing.B) {
	state := thousand()
	state.EscalationPolicies = []spec.EscalationPolicy{{Stack: "production", Name: "oncall", Steps: []spec.EscalationStep{
		{After: "15m"}, {After: "30m"}, {After: "1h"},
	}}}
	c, in := prometheus.New(), componenttest.Input(b, state)
	n := 0
	for b.Loop() {
		n++
		for i := range 10 {
			rule(&in.State, fmt.Sprintf("rule-%04d", i)).Expr = fmt.Sprintf("up == %d", n)
		}
		files, err := c.Render(in)
		if err != nil {
			b.Fatal(err)
		}
		if err := c.Check(in, files); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkChange is what a generation with ten changed rules costs beside the
// reload itself.
func BenchmarkChange(b *testing.B) {
	p := start(b, thousand())
	steps := map[string]func(){
		"render": func() {
			if _, err := p.c.Render(p.in); err != nil {
				b.Fatal(err)
			}
		},
		"verify all": func() {
			if err := p.c.Verify(b.Context(), p.in, p.files, nil); err != nil {
				b.Fatal(err)
			}
		},
		"observe": func() { p.observe() },
	}
	for name, step := range steps {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				step()
			}
		})
	}
	b.Run("ten rules", func(b *testing.B) {
		b.ReportAllocs()
		n := 0
		for b.Loop() {
			b.StopTimer()
			n++
			var changed []string
			for i := range 10 {
				rule(&p.in.State, fmt.Sprintf("rule-%04d", i)).Expr = fmt.Sprintf("up == %d", n)
				changed = append(changed, fmt.Sprintf("rules/group-%d.yml", i))
			}
			// By another component, for p's knows nothing of the change yet.
			componenttest.Publish(b, prometheus.New(), p.in)
			p.reload()
			b.StartTimer()
			files, err := p.c.Render(p.in)
			if err != nil {
				b.Fatal(err)
			}
			if err := p.c.Check(p.in, files); err != nil {
				b.Fatal(err)
			}
			if err := p.c.Verify(b.Context(), p.in, files, changed); err != nil {
				b.Fatal(err)
			}
		}
	})
}
