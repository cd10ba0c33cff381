package acctest_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

const unreached = "Nobody on call would hear of it."

// What the README shows can be applied, plans empty afterwards, and its check
// and its precondition tell in the plan of a change that it would be wrong.
func TestReadme(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var config strings.Builder
	for _, block := range regexp.MustCompile("(?s)```terraform\n(.*?)```").FindAllSubmatch(text, -1) {
		config.Write(block[1])
	}
	const named = `name = "production"`
	shown := strings.Replace(config.String(), named, named+"\n  prometheus    = { port = 0 }\n  alertmanager  = { port = 0 }\n  node_exporter = { port = 0 }", 1)
	const matchers = `matchers = ["severity=\"critical\""]`
	if !strings.Contains(shown, "port = 0") || !strings.Contains(shown, "check \"") || strings.Count(shown, matchers) != 2 {
		t.Fatalf("the README does not show what this test changes:\n%s", shown)
	}
	e := acctest.New(t)
	w := acctest.NewWorkspace(t, acctest.BuildProvider(t), e.StateDir, shown)
	w.Apply()
	w.PlanEmpty()
	changed := strings.ReplaceAll(shown, matchers, `matchers = ["severity=\"page\""]`)
	w.Configure(changed)
	if code, out := w.Run(nil, "plan", "-input=false"); code != 1 || strings.Count(out, unreached) != 2 ||
		!strings.Contains(out, "Warning: Check block assertion failed") || !strings.Contains(out, "precondition failed") {
		t.Errorf("the plan of a change that loses alerts: exit %d\n%s", code, out)
	}
	output := strings.Index(changed, "output \"reached\"")
	w.Configure(changed[:output])
	if code, out := w.Run(nil, "plan", "-input=false"); code != 0 || strings.Count(out, unreached) != 1 {
		t.Errorf("the plan of a change that loses alerts, with a check alone: exit %d\n%s", code, out)
	}
	w.Destroy()
	// Whoever has no stack yet is told, too.
	w.Configure(changed)
	if code, out := w.Run(nil, "plan", "-input=false"); code != 1 || strings.Count(out, unreached) != 2 {
		t.Errorf("the first plan: exit %d\n%s", code, out)
	}
}

// The tests of the example pass, start nothing, and fail where the example is wrong.
func TestExampleOncall(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	w := acctest.NewWorkspace(t, acctest.BuildProvider(t), e.StateDir, "")
	write := func(name string, change func(string) string) {
		text, err := os.ReadFile(filepath.Join("../../examples/oncall", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(w.Dir(), name), []byte(change(string(text))), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	same := func(text string) string { return text }
	write("main.tf", same)
	write("oncall.tftest.hcl", same)
	if code, out := w.Run(nil, "test"); code != 0 || !strings.Contains(out, "2 passed, 0 failed") {
		t.Errorf("exit %d\n%s", code, out)
	}
	if units, err := e.Engine().List(t.Context(), ""); err != nil || len(units) > 0 {
		t.Errorf("the test has started %v (%v)", units, err)
	}
	write("main.tf", func(text string) string { return strings.Replace(text, `after = "15m"`, `after = "20m"`, 1) })
	if code, out := w.Run(nil, "test"); code != 1 || !strings.Contains(out, "The lead would not be told after 15 minutes.") {
		t.Errorf("after a change: exit %d\n%s", code, out)
	}
}
