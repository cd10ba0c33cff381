package tfkit

import (
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
)

func TestRemarks(t *testing.T) {
	t.Parallel()
	about := Subject{Noun: `stack "production"`}
	healthy := &api.StackStatus{Status: api.StatusHealthy}
	for name, test := range map[string]struct {
		adopted         bool
		warnings, drift []string
		status          *api.StackStatus
		want            []string
	}{
		"nothing":   {status: healthy},
		"a child":   {},
		"adopted":   {adopted: true, status: healthy, want: []string{`Stack "production" existed already and was adopted`}},
		"warnings":  {warnings: []string{"the rule runs late"}, want: []string{"The rule runs late"}},
		"drift":     {drift: []string{"prometheus: not running (exit 137)"}, want: []string{`Stack "production": prometheus: not running (exit 137)`}},
		"unhealthy": {status: &api.StackStatus{Status: api.StatusUnhealthy}, want: []string{`Stack "production" is unhealthy`}},
	} {
		got := remarks(about, test.adopted, test.warnings, test.drift, test.status)
		var summaries []string
		for _, d := range got.Warnings() {
			summaries = append(summaries, d.Summary())
		}
		if strings.Join(summaries, "|") != strings.Join(test.want, "|") || got.HasError() {
			t.Errorf("%s: %q, want %q", name, summaries, test.want)
		}
	}
}
