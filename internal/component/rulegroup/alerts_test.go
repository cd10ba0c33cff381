package rulegroup_test

import (
	"encoding/json"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/rulegroup"
)

// Matchers are those of routes and of Alertmanager, whoever is asked.
func TestAlertsThatMatch(t *testing.T) {
	var answer rulegroup.AlertAnswer
	const told = `{"data": {"alerts": [
		{"labels": {"alertname": "A", "http.status": "500"}, "state": "firing"}, {"labels": {"alertname": "B"}, "state": "pending"}]}}`
	if err := json.Unmarshal([]byte(told), &answer); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		matchers []string
		want     int
	}{
		{nil, 2}, {[]string{`alertname="B"`}, 1}, {[]string{`"http.status"="500"`}, 1}, {[]string{`alertname="A", "http.status"=~"5.."`}, 1}, {[]string{`http.status=""`, `alertname="A"`}, 0},
	} {
		alerts, err := answer.Matching(tt.matchers)
		if err != nil || len(alerts) != tt.want {
			t.Errorf("%q match %v (%v), want %d", tt.matchers, alerts, err, tt.want)
		}
	}
}
