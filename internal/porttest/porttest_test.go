package porttest_test

import (
	"net"
	"runtime"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/porttest"
)

// A kept port can be listened on, again and again, and refuses connections until then.
func TestAddress(t *testing.T) {
	address := porttest.Address(t)
	for range 2 {
		if conn, err := net.Dial("tcp", address); err == nil {
			_ = conn.Close()
			t.Fatalf("somebody listens on %s", address)
		}
		listener, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.Close()
		_ = listener.Close()
	}
}

// Who asks for any port gets none that is kept.
func TestAddressIsKept(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux keeps ports")
	}
	const kept, asked = 300, 2000
	mine := map[string]bool{}
	for range kept {
		mine[porttest.Address(t)] = true
	}
	if len(mine) != kept {
		t.Fatalf("%d different addresses, want %d", len(mine), kept)
	}
	for range asked {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if address := listener.Addr().String(); mine[address] {
			t.Fatalf("%s was given to somebody else", address)
		}
		_ = listener.Close()
	}
}
