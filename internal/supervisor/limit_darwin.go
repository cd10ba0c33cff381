package supervisor

import "os/exec"

// newGroup fails: there are no cgroups.
func newGroup(string, int64) (limit, bool) { return limit{}, false }

func (limit) start(cmd *exec.Cmd) (*process, error) { return startProcess(cmd) }

func (limit) enter(int) error { return nil }

func (limit) kills() uint64 { return 0 }

func (limit) remove() error { return nil }
