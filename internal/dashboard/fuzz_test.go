package dashboard_test

import (
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/dashboard"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/dashboard/dashboardtest"
)

// Whatever is a dashboard equals itself, its canonical form and what Grafana
// makes of it, has no differences to them, and can be looked at for problems.
func FuzzDashboard(f *testing.F) {
	for _, text := range dashboardtest.All() {
		if len(text) < 1<<10 {
			f.Add(text)
		}
	}
	for _, text := range []string{before, query("sum(rate(x{a=~\"$b\"}[$__interval]))"), `{"rows": [{"panels": [{}]}]}`, `{"title": null, "panels": [{"id": "x", "gridPos": 5}]}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := dashboard.Parse(text)
		if err != nil {
			return
		}
		canonical := string(dashboard.Canonical(d))
		for _, same := range []string{text, canonical, dashboardtest.Saved(text, "u", 2)} {
			if !dashboard.Equal(text, same) || !dashboard.Equal(same, text) {
				t.Errorf("%s\ndiffers from\n%s\n%q", text, same, dashboard.Diff(d, parse(t, same)))
			}
		}
		if again := string(dashboard.Canonical(parse(t, canonical))); again != canonical {
			t.Errorf("canonical form of the canonical form:\n%s\n%s", canonical, again)
		}
		dashboard.Lint(d, stackContext)
	})
}
