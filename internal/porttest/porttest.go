// Package porttest finds ports for tests, of servers that are told where to
// listen before they start.
package porttest

import "testing"

// Address is a loopback address that nobody listens on. Until the test ends its
// port is kept, where the system lets that be done: it is free for whoever asks
// for it, and not given to those who ask for any port or connect from any.
func Address(t testing.TB) string {
	t.Helper()
	address, err := keep(t.Cleanup)
	if err != nil {
		t.Fatalf("cannot keep a port: %v", err)
	}
	return address
}
