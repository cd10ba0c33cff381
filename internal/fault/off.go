//go:build !faults

// Package fault lets a test build kill the process at a named step, to prove
// that a crash there loses nothing. Ordinary builds do nothing.
package fault

// Point marks a step at which a crash is tested.
func Point(string) {}
