//go:build !linux

package porttest

import "net"

// keep finds a port that is free now: one that is bound cannot be had here.
func keep(func(func())) (address string, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}
