package main

import "syscall"

// detached is nothing here: the demo refuses to run on Windows.
func detached() *syscall.SysProcAttr { return nil }
