package acctest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

const realRule = `
resource "opp_alert_rule" "down" {
  stack = opp_monitoring_stack.main.name
  name  = "down"
  expr  = "up == 0"
}
`

// The steps at which the provider is killed: those of every apply, those that
// only a change of what runs has, those of a destroy.
func crashSteps() (apply, change, destroy []string) {
	return []string{
			"staged", "configuration-checked", "generation-half", "generation-written", "generation-swapped",
			"files-published", "units-running", "configuration-verified", "objects-published", "committed",
		},
		[]string{"component-reloaded"},
		[]string{"destroy-begins", "units-removed", "destroyed"}
}

// A step that somebody adds to the transaction is one that is crashed at. Those
// of the supervisor belong to the engine's tests.
func TestCrashStepsAreAllThereAre(t *testing.T) {
	t.Parallel()
	const internal = "../../internal"
	point := regexp.MustCompile(`fault\.Point\("([^"]+)"\)`)
	var inCode []string
	err := filepath.WalkDir(internal, func(path string, entry os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasPrefix(path, internal+"/supervisor/") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, match := range point.FindAllStringSubmatch(string(source), -1) {
			inCode = append(inCode, match[1])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	apply, change, destroy := crashSteps()
	tested := slices.Concat(apply, change, destroy)
	slices.Sort(inCode)
	slices.Sort(tested)
	if !slices.Equal(slices.Compact(inCode), tested) {
		t.Errorf("the code has the steps %q, crashes are tested at %q", inCode, tested)
	}
}

// The provider dies by SIGKILL at every step of the transaction; the next apply
// converges, and destroy leaves nothing.
func TestCrash(t *testing.T) {
	t.Parallel()
	provider := acctest.BuildProvider(t)
	steps, whileChanging, whileDestroying := crashSteps()
	dies := func(t *testing.T, w *acctest.Workspace, step, command string) {
		t.Helper()
		witness := filepath.Join(t.TempDir(), "witness")
		code, out := w.Run([]string{"OPP_FAULT=" + step, "OPP_FAULT_WITNESS=" + witness}, command, "-auto-approve", "-input=false")
		if died, err := os.ReadFile(witness); code == 0 || err != nil || string(died) != step {
			t.Fatalf("the provider did not die at %q (exit %d):\n%s", step, code, out)
		}
	}
	// The store may have the object before Terraform's state does.
	adopts := func(t *testing.T, e *acctest.Env, w *acctest.Workspace, step string) {
		t.Helper()
		half := func() []string {
			found, _ := filepath.Glob(filepath.Join(e.StateDir, "stacks", "*", "generations", ".new-*"))
			return found
		}
		if found := half(); len(found) == 0 && step == "generation-half" {
			t.Error("the crash left no half generation: the test looks in the wrong place")
		}
		if adopted := strings.Contains(w.Apply(), "existed already and was adopted"); adopted != (step == "committed") {
			t.Errorf("after a crash at %q: adopted = %t", step, adopted)
		}
		if found := half(); len(found) > 0 {
			t.Errorf("after a crash at %q and an apply there are half generations: %q", step, found)
		}
	}
	t.Run("create stack", func(t *testing.T) {
		e := acctest.New(t)
		for _, step := range steps {
			w := acctest.NewWorkspace(t, provider, e.StateDir, acctest.PlainStack)
			dies(t, w, step, "apply")
			adopts(t, e, w, step)
			w.PlanEmpty()
			w.Destroy()
		}
	})
	t.Run("change", func(t *testing.T) {
		e := acctest.New(t)
		w := acctest.NewWorkspace(t, provider, e.StateDir, acctest.PlainStack)
		w.Apply()
		for _, step := range append(whileChanging, steps...) {
			w.Configure(acctest.PlainStack + realRule)
			dies(t, w, step, "apply")
			adopts(t, e, w, step)
			w.PlanEmpty()
			if all := rules(e); len(all) != 1 || all[0].Name != "down" {
				t.Fatalf("after a crash at %q the rules are %+v", step, all)
			}
			w.Configure(acctest.PlainStack)
			w.Apply()
		}
		w.Destroy()
	})
	t.Run("destroy", func(t *testing.T) {
		e := acctest.New(t)
		for _, step := range whileDestroying {
			w := acctest.NewWorkspace(t, provider, e.StateDir, acctest.PlainStack)
			w.Apply()
			dies(t, w, step, "destroy")
			w.Destroy()
		}
	})
	t.Run("creation never finished", func(t *testing.T) {
		e := acctest.New(t)
		lost := acctest.NewWorkspace(t, provider, e.StateDir, strings.ReplaceAll(acctest.PlainStack, `"production"`, `"lost"`))
		dies(t, lost, "units-running", "apply")
		w := acctest.NewWorkspace(t, provider, e.StateDir, acctest.PlainStack)
		w.Apply()
		units, err := e.Engine().List(t.Context(), "lost/")
		if err != nil || len(units) != 0 {
			t.Errorf("orphans of the unfinished stack: %v (%v)", units, err)
		}
		w.Destroy()
	})
}

// Two applies from different states into one stack at once: all objects run.
func TestConcurrentApplies(t *testing.T) {
	t.Parallel()
	provider := acctest.BuildProvider(t)
	e := acctest.New(t)
	stack := acctest.NewWorkspace(t, provider, e.StateDir, strings.TrimSuffix(acctest.PlainStack, "}\n")+logBlocks+"}\n")
	stack.Apply()
	const each, eachOfLogs, eachOfRouting = 100, 20, 4
	var teams []*acctest.Workspace
	for _, team := range []string{"blue", "green"} {
		teams = append(teams, acctest.NewWorkspace(t, provider, e.StateDir, fmt.Sprintf(`
resource "opp_alert_rule" "r" {
  count = %[1]d
  stack = "production"
  name  = "%[2]s-${count.index}"
  group = "group-${count.index %% 10}"
  expr  = "up == ${count.index}"
}

resource "opp_log_source" "s" {
  count  = %[3]d
  stack  = "production"
  name   = "%[2]s-${count.index}"
  files  = { include = ["/nonexistent/%[2]s-${count.index}.log"] }
  labels = { service = "%[2]s-${count.index}" }
}

resource "opp_log_retention" "r" {
  count    = %[3]d
  stack    = "production"
  name     = "%[2]s-${count.index}"
  selector = "{service=\"%[2]s-${count.index}\"}"
  period   = "${count.index + 2}d"
}

resource "opp_notification_channel" "c" {
  count   = %[4]d
  stack   = "production"
  name    = "%[2]s-${count.index}"
  webhook = { url = "http://127.0.0.1:9/${count.index}" }
}

resource "opp_notification_template" "t" {
  count   = %[4]d
  stack   = "production"
  name    = "%[2]s-${count.index}"
  content = "{{ .Status }} ${count.index}"
}

resource "opp_mute_window" "w" {
  count     = %[4]d
  stack     = "production"
  name      = "%[2]s-${count.index}"
  intervals = [{ days_of_month = [count.index + 1] }]
}

resource "opp_route" "r" {
  count        = %[4]d
  stack        = "production"
  name         = "%[2]s-${count.index}"
  channel      = opp_notification_channel.c[count.index].name
  matchers     = ["team=\"%[2]s-${count.index}\""]
  mute_windows = [opp_mute_window.w[count.index].name]
}

resource "opp_correlation" "c" {
  count           = %[4]d
  stack           = "production"
  name            = "%[2]s-${count.index}"
  source_matchers = ["alertname=\"%[2]s-${count.index}\""]
  target_matchers = ["alertname=\"ApiSlow\""]
}

resource "opp_escalation_policy" "p" {
  count    = %[4]d
  stack    = "production"
  name     = "%[2]s-${count.index}"
  matchers = ["alertname=\"%[2]s-${count.index}\""]
  step     = [{ after = "${count.index + 1}m", channels = [opp_notification_channel.c[count.index].name] }]
}

resource "opp_silence" "s" {
  count    = %[4]d
  stack    = "production"
  name     = "%[2]s-${count.index}"
  matchers = ["instance=\"%[2]s-${count.index}\""]
  duration = "1h"
  comment  = "maintenance"
}
`, each, team, eachOfLogs, eachOfRouting)))
	}
	var wg sync.WaitGroup
	for _, w := range teams {
		wg.Go(func() {
			if code, out := w.Run(nil, "apply", "-auto-approve", "-input=false"); code != 0 {
				t.Errorf("apply: exit %d\n%s", code, out)
			}
		})
	}
	wg.Wait()
	if all, want := rules(e), 2*(each+eachOfRouting); len(all) != want { // a policy adds one for its step
		t.Errorf("%d rules run, want %d", len(all), want)
	}
	if running := limitsOf(t, e); strings.Count(running, "selector:") != 2*eachOfLogs {
		t.Errorf("Loki does not have %d retentions:\n%s", 2*eachOfLogs, running)
	}
	running := alertmanagerConfig(e)
	for what, begins := range map[string]string{
		"receivers": `- name: (blue|green)-\d+\n {2}webhook`, "routes": `- receiver: (blue|green)-\d+\n    matchers:\n    - team=`,
		"routes of policies": `- receiver: (blue|green)-\d+\n    matchers:\n    - alertname=\S+\n    - escalation=`, "windows": `- name: (blue|green)-\d+\n {2}time_intervals`,
		"inhibitions": `- name: (blue|green)-\d+\n {2}source_matchers`, "templates": `- \S+/templates/(blue|green)-`,
	} {
		if n := len(regexp.MustCompile(begins).FindAllString(running, -1)); n != 2*eachOfRouting {
			t.Errorf("%d %s run, want %d", n, what, 2*eachOfRouting)
		}
	}
	if t.Failed() {
		t.Log(running)
	}
	if held := activeSilences(e); len(held) != 2*eachOfRouting {
		t.Errorf("%d silences are active, want %d", len(held), 2*eachOfRouting)
	}
	for _, w := range teams {
		w.PlanEmpty() // which compares what the collector runs, too
	}
	// The stack cannot go while others have objects in it.
	code, out := stack.Run(nil, "destroy", "-auto-approve", "-input=false")
	if code == 0 || !strings.Contains(out, `blue-0`) {
		t.Errorf("destroying the stack under its rules: exit %d\n%s", code, out)
	}
	for _, w := range teams {
		w.Destroy()
	}
	stack.Destroy()
	if _, err := os.Stat(e.StateDir + "/stacks/production"); !os.IsNotExist(err) {
		t.Errorf("the stack's directory is left: %v", err)
	}
}
