package acctest_test

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/provider/acctest"
)

// trace is what a running component leaves on a machine.
type trace struct {
	name   string
	pid    int
	listen []string
	// groups are the directories of cgroups of the component's own.
	groups []string
}

func traces(t *testing.T, e *acctest.Env) []trace {
	t.Helper()
	units, err := e.Engine().List(t.Context(), "")
	if err != nil || len(units) == 0 {
		t.Fatalf("units = %v (%v)", units, err)
	}
	var all []trace
	for _, unit := range units {
		all = append(all, trace{unit.Unit.Name, unit.PID, unit.Unit.Listen, cgroups(t, unit.PID)})
	}
	return all
}

// cgroups finds the directories of the cgroups that a process does not share
// with this one: none where limits are soft, and none but on Linux.
func cgroups(t *testing.T, pid int) []string {
	t.Helper()
	if runtime.GOOS != "linux" {
		return nil
	}
	read := func(path string) []string {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(strings.TrimSpace(string(content)), "\n")
	}
	ours := map[string]bool{}
	for _, line := range read("/proc/self/cgroup") {
		ours[line] = true
	}
	var dirs []string
	for _, line := range read("/proc/" + strconv.Itoa(pid) + "/cgroup") {
		if ours[line] {
			continue
		}
		fields := strings.SplitN(line, ":", 3) // number, controllers, path
		dirs = append(dirs, filepath.Join("/sys/fs/cgroup", fields[1], fields[2]))
	}
	return dirs
}

// gone checks that nothing is left of what was there.
func (l trace) gone(t *testing.T) {
	t.Helper()
	if !acctest.Gone(l.pid) {
		t.Errorf("the process %d of %s is left", l.pid, l.name)
	}
	for _, address := range l.listen {
		if conn, err := net.DialTimeout("tcp", address, time.Second); err == nil {
			_ = conn.Close()
			t.Errorf("%s still listens on %s", l.name, address)
		}
	}
	for _, dir := range l.groups {
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the cgroup %s of %s is left (%v)", dir, l.name, err)
		}
	}
}

// Destroying leaves no process, no port, no cgroup and no file but the database,
// also of objects that another state made, if that is asked for.
func TestDestroyLeavesNothing(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	provider := acctest.BuildProvider(t)
	forced := strings.Replace(acctest.PlainStack, `name = "production"`, "name = \"production\"\n  force_destroy = true", 1)
	w := acctest.NewWorkspace(t, provider, e.StateDir, acctest.PlainStack)
	others := acctest.NewWorkspace(t, provider, e.StateDir, strings.ReplaceAll(realRule, "opp_monitoring_stack.main.name", `"production"`))
	w.Apply()
	others.Apply()
	before := traces(t, e)
	if code, out := w.Run(nil, "destroy", "-auto-approve", "-input=false"); code == 0 || !strings.Contains(out, "down") {
		t.Errorf("a stack with the rule of others is destroyed: exit %d\n%s", code, out)
	}
	w.Configure(forced)
	w.Apply()
	w.Destroy()
	for _, l := range before {
		l.gone(t)
	}
	left, err := os.ReadDir(e.StateDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range left {
		if name := entry.Name(); !strings.HasPrefix(name, "opp.db") && !strings.HasPrefix(name, "supervisor.") && name != "stacks" {
			t.Errorf("%s is left", name)
		}
	}
	// The rule went with the stack; its owner's plan says so and does not fail.
	if code, out := others.Run(nil, "plan", "-refresh-only", "-detailed-exitcode", "-input=false"); code != 2 || !strings.Contains(out, "opp_alert_rule.down has been deleted") {
		t.Errorf("the plan of the rule's owner: exit %d\n%s", code, out)
	}
}
