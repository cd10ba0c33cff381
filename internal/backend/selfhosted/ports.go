package selfhosted

import (
	"maps"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/backend"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// assignPorts picks a free port for everything that asks for one and has none
// yet, and forgets those that nothing asks for any more.
func (b *Backend) assignPorts(state spec.State, runtime backend.Runtime) (backend.Runtime, error) {
	ports := map[string]int64{}
	for key, host := range b.openPorts(state.Stack) {
		if kept := runtime.Ports[key]; kept != 0 {
			ports[key] = kept
			continue
		}
		port, err := freePort(host, slices.Collect(maps.Values(ports)))
		if err != nil {
			component, _, _ := strings.Cut(key, "/")
			return runtime, fieldError(component+".listen_address", "cannot find a free port on %s: %v", host, err)
		}
		ports[key] = port
	}
	runtime.Ports = ports
	return runtime, nil
}

// lostPort tells whether somebody else has a port that was picked just now: it
// was free then, but a port can only be had by listening on it. Nothing of the
// stack may use the port any more.
func (b *Backend) lostPort(stack spec.Stack, before, picked backend.Runtime) bool {
	for key, host := range b.openPorts(stack) {
		if port := picked.Ports[key]; port != before.Ports[key] && listen(host, port) != nil {
			return true
		}
	}
	return false
}

// openPorts are the ports that the stack leaves open, by their key in the
// runtime, with the address that listens.
func (b *Backend) openPorts(stack spec.Stack) map[string]string {
	hosts := map[string]string{}
	for _, c := range b.Components {
		s := c.Spec(&stack)
		if !s.Enabled || attached(c, &stack) != "" {
			continue
		}
		for _, key := range furtherPorts(c) {
			hosts[key] = loopback
		}
		if s.Port == 0 {
			hosts[c.Name()] = s.ListenAddress
		}
	}
	return hosts
}

// loopback is where the further ports of components listen.
const loopback = "127.0.0.1"

// furtherPorts are the keys of the ports that a component binds besides its own.
func furtherPorts(c component.Component) []string {
	binder, ok := c.(component.Binder)
	if !ok {
		return nil
	}
	var keys []string
	for _, name := range binder.Binds() {
		keys = append(keys, c.Name()+"/"+name)
	}
	return keys
}

// Ports are picked below the range from which Linux takes the ports of outgoing
// connections (32768 and up): one from there could be in use whenever the
// component is down for a moment.
const (
	lowestPort  = 20000
	highestPort = 32767
	portTries   = 100
)

func freePort(host string, but []int64) (int64, error) {
	var last error
	for range portTries {
		port := lowestPort + rand.Int64N(highestPort-lowestPort+1)
		if slices.Contains(but, port) {
			continue
		}
		if last = listen(host, port); last == nil {
			return port, nil
		}
	}
	return 0, last
}

// listen tells whether a port can be listened on.
func listen(host string, port int64) error {
	listener, err := net.Listen("tcp", net.JoinHostPort(host, strconv.FormatInt(port, 10)))
	if err != nil {
		return err
	}
	return listener.Close()
}
