package acctest_test

import (
	"encoding/json"
	"net"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// What the provider's own status says of a stack is what was done to it, also
// while the supervisor is paused; and a plan warns of what cannot be asked.
func TestStatusOfDriftedStack(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	w := acctest.NewWorkspace(t, acctest.BuildProvider(t), e.StateDir, acctest.PlainStack+realRule)
	w.Apply()
	if code, out := w.RunProvider("status", "production"); code != 0 || !strings.HasPrefix(out, "production: healthy, ") {
		t.Errorf("status of a sound stack: exit %d\n%s", code, out)
	}

	e.Edit("production", "prometheus/rules/default.yml", func(string) string { return "groups: []\n" })
	e.Reload("production", "prometheus")
	exporter := strings.TrimPrefix(e.Endpoint("production", "node_exporter"), "http://")
	resume := e.PauseSupervisor()
	e.Signal("production", "node_exporter", syscall.SIGKILL)
	acctest.Eventually(t, "node_exporter is gone", func() bool {
		conn, err := net.Dial("tcp", exporter)
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	})
	const stopped = "node_exporter: not running (ended while no supervisor looked after it)"
	code, table := w.RunProvider("status")
	for _, want := range []string{
		`^production: unhealthy, `, `(?m)node_exporter .* stopped .*` + regexp.QuoteMeta(exporter), `(?m)prometheus .* healthy `,
		"(?m)^Drift:$", "(?m)^  - " + regexp.QuoteMeta(stopped) + "$",
		`(?m)^  - prometheus: rules/default.yml was edited by hand$`,
		`(?m)^  - alert rule "down": prometheus: the rule is not loaded$`,
	} {
		if !regexp.MustCompile(want).MatchString(table) {
			t.Errorf("status does not show %q", want)
		}
	}
	if code != 2 || t.Failed() {
		t.Errorf("exit %d, want 2\n%s", code, table)
	}
	o := statusOf(t, w)
	rule := o.Objects[spec.KindAlertRule]["down"]
	if o.Status.Components["node_exporter"].Status != api.StatusStopped || len(rule.Drift) != 1 || !strings.Contains(strings.Join(o.Stack.Drift, "\n"), stopped) {
		t.Errorf("status --json: %+v\n%+v\n%q", o.Status, rule, o.Stack.Drift)
	}
	resume()
	w.Apply()
	w.PlanEmpty()

	// What hangs gets a warning and does not fail the plan.
	e.Signal("production", "alertmanager", syscall.SIGSTOP)
	code, plan := w.Run(nil, "plan", "-detailed-exitcode", "-input=false")
	if code != 2 || !regexp.MustCompile(`Warning: Alertmanager[\s│]+of[\s│]+stack[\s│]+"production"[\s│]+could[\s│]+not[\s│]+be[\s│]+asked`).MatchString(plan) {
		t.Errorf("a plan while alertmanager hangs: exit %d\n%s", code, plan)
	}
	if o := statusOf(t, w); len(o.Warnings) != 1 || !strings.Contains(o.Warnings[0], strings.TrimPrefix(o.Status.Endpoints["alertmanager"], "http://")) {
		t.Errorf("warnings: %q", o.Warnings)
	}
	e.Signal("production", "alertmanager", syscall.SIGCONT)
	w.Destroy()
}

// statusOf is the stack as status --json prints it when something is not as it
// should be.
func statusOf(t *testing.T, w *acctest.Workspace) api.Observation {
	t.Helper()
	code, out := w.RunProvider("status", "production", "--json")
	var o api.Observation
	if err := json.Unmarshal([]byte(out), &o); err != nil || code != 2 {
		t.Fatalf("status --json: exit %d, %v\n%s", code, err, out)
	}
	return o
}
