package supervisor

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"time"

	"github.com/containerd/cgroups/v3"
	"github.com/containerd/cgroups/v3/cgroup1"
	"github.com/containerd/cgroups/v3/cgroup2"
	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
)

// unifiedMount is where every distribution mounts the cgroup v2 hierarchy.
const unifiedMount = "/sys/fs/cgroup"

// newGroup makes a cgroup with a memory limit in bytes, or sets the limit of
// the one that is there.
func newGroup(name string, bytes int64) (limit, bool) {
	switch cgroups.Mode() {
	case cgroups.Unified:
		group := path.Join(delegated(), name)
		_, err := cgroup2.NewManager(unifiedMount, group, &cgroup2.Resources{Memory: &cgroup2.Memory{Max: &bytes}})
		return limit{Kind: engine.LimitCgroup2, Group: group}, err == nil
	case cgroups.Legacy, cgroups.Hybrid:
		group := "/" + name
		resources := &specs.LinuxResources{Memory: &specs.LinuxMemory{Limit: &bytes}}
		_, err := cgroup1.New(cgroup1.StaticPath(group), resources, cgroup1.WithHierarchy(memoryHierarchy()))
		return limit{Kind: engine.LimitCgroup1, Group: group}, err == nil
	default:
		return limit{}, false
	}
}

// delegated is the part of the v2 hierarchy where this user may make groups:
// everywhere for root, else what systemd gives to the user's own manager.
func delegated() string {
	uid := os.Getuid()
	if uid == 0 {
		return "/"
	}
	return fmt.Sprintf("/user.slice/user-%d.slice/user@%d.service", uid, uid)
}

func memoryHierarchy() cgroup1.Hierarchy {
	return cgroup1.SingleSubsystem(cgroup1.Default, cgroup1.Memory)
}

func (l limit) group1() (cgroup1.Cgroup, error) {
	return cgroup1.Load(cgroup1.StaticPath(l.Group), cgroup1.WithHierarchy(memoryHierarchy()))
}

// start starts a command inside the limit.
func (l limit) start(cmd *exec.Cmd) (*process, error) {
	if l.Kind == engine.LimitCgroup2 {
		dir, err := os.Open(filepath.Join(unifiedMount, l.Group))
		if err != nil {
			return nil, err
		}
		defer dir.Close()
		cmd.SysProcAttr.UseCgroupFD, cmd.SysProcAttr.CgroupFD = true, int(dir.Fd())
	}
	p, err := startProcess(cmd)
	if err != nil || l.Kind != engine.LimitCgroup1 {
		return p, err
	}
	if err := l.enter(p.pid); err != nil && p.alive() {
		return nil, errors.Join(err, p.stop(time.Nanosecond))
	}
	return p, nil
}

// enter puts a running process under the limit.
func (l limit) enter(pid int) error {
	switch l.Kind {
	case engine.LimitCgroup2:
		group, err := cgroup2.Load(l.Group)
		if err != nil {
			return err
		}
		return group.AddProc(uint64(pid))
	case engine.LimitCgroup1:
		group, err := l.group1()
		if err != nil {
			return err
		}
		return group.AddProc(uint64(pid))
	default:
		return nil
	}
}

// kills is how many processes were killed for exceeding the limit.
func (l limit) kills() uint64 {
	switch l.Kind {
	case engine.LimitCgroup2:
		group, err := cgroup2.Load(l.Group)
		if err != nil {
			return 0
		}
		stat, err := group.Stat()
		if err != nil {
			return 0
		}
		return stat.GetMemoryEvents().GetOomKill()
	case engine.LimitCgroup1:
		group, err := l.group1()
		if err != nil {
			return 0
		}
		stat, err := group.Stat(cgroup1.IgnoreNotExist)
		if err != nil {
			return 0
		}
		return stat.GetMemoryOomControl().GetOomKill()
	default:
		return 0
	}
}

// remove removes the cgroup. An ended process may keep it busy for a moment.
func (l limit) remove() error {
	var dir string
	switch l.Kind {
	case engine.LimitCgroup2:
		dir = filepath.Join(unifiedMount, l.Group)
	case engine.LimitCgroup1:
		subsystems, err := memoryHierarchy()()
		if err != nil {
			return err
		}
		memory, ok := subsystems[0].(interface{ Path(string) string })
		if !ok {
			return nil
		}
		dir = memory.Path(l.Group)
	default:
		return nil
	}
	var err error
	for deadline := time.Now().Add(2 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if err = os.Remove(dir); err == nil || os.IsNotExist(err) {
			return nil
		}
	}
	return fmt.Errorf("cannot remove cgroup %q: %w", dir, err)
}
