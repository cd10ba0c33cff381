package spec

import (
	"regexp"
	"slices"
	"strings"
)

// uidPattern is what Grafana takes as a uid, 40 characters at most.
var uidPattern = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,40}$`)

// dashboardUID checks the name of a dashboard, which is its uid in Grafana too.
func (e *FieldErrors) dashboardUID(path, value string) {
	switch {
	case !uidPattern.MatchString(value):
		e.Add(path, "Use 1 to 40 letters, digits, dashes and underscores: the name is also the uid in Grafana.", "%s is not a name for a dashboard", quote(value))
	case strings.HasPrefix(value, ReservedPrefix):
		e.Add(path, "Choose a name that does not begin with "+ReservedPrefix+".", "%s is reserved for the dashboards of self-monitoring", quote(value))
	}
}

// oneOf checks a value against the few there are.
func (e *FieldErrors) oneOf(path, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		e.Add(path, "Use "+strings.Join(allowed, ", ")+".", "%s is not a value of %s", quote(value), path)
	}
}
