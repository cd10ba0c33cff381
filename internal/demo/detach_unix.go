//go:build unix

package main

import "syscall"

// detached keeps a child from getting the terminal's signals.
func detached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
