//go:build faults

// Package fault lets a test build kill the process at a named step, to prove
// that a crash there loses nothing. Ordinary builds do nothing.
package fault

import (
	"os"
	"syscall"
)

// Env names the variable that holds the step to die at, EnvWitness the one that
// holds the name of a file to make before.
const (
	Env        = "OPP_FAULT"
	EnvWitness = "OPP_FAULT_WITNESS"
)

// Point kills the process with SIGKILL when the environment asks for this step.
func Point(name string) {
	if os.Getenv(Env) == name {
		_ = os.WriteFile(os.Getenv(EnvWitness), []byte(name), 0o600)
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}
