//go:build linux || darwin

package supervisor

import (
	"fmt"
	"strings"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/engine"
)

// limit is how the memory of a unit is really bounded.
type limit struct {
	// Kind is one of the engine's Limit constants.
	Kind string `json:"kind"`
	// Group is the cgroup, relative to the mount point of its hierarchy.
	Group string `json:"group,omitempty"`
}

// softShare of its limit is what a Go program is told to keep to; the rest is
// for what its runtime does not count.
const softShare = 0.9

// newLimit bounds a unit as well as the machine allows.
func newLimit(p place, unit engine.Unit) limit {
	if unit.MemoryLimit <= 0 {
		return limit{Kind: engine.LimitNone}
	}
	// Unit names have no dots, so this is unique within the state directory.
	name := "opp-" + p.key + "-" + strings.ReplaceAll(unit.Name, "/", ".")
	if l, ok := newGroup(name, unit.MemoryLimit); ok {
		return l
	}
	return limit{Kind: engine.LimitSoft}
}

// environment is a unit's own, the marker and, for a unit with a limit that
// does not say otherwise, GOMEMLIMIT.
func environment(p place, unit engine.Unit) []string {
	env := append([]string{}, unit.Env...)
	if unit.MemoryLimit > 0 && !hasVariable(env, "GOMEMLIMIT") {
		env = append(env, fmt.Sprintf("GOMEMLIMIT=%d", int64(softShare*float64(unit.MemoryLimit))))
	}
	return append(env, p.marker(unit.Name))
}

func hasVariable(env []string, name string) bool {
	for _, entry := range env {
		if strings.HasPrefix(entry, name+"=") {
			return true
		}
	}
	return false
}
