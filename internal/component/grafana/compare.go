package grafana

import (
	"maps"
	"slices"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/dashboard"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// changes says in sentences how the content of what Grafana has differs from
// what we want; none where it means the same.
func changes(want *spec.Dashboard, have *found) []string {
	model, err := parse(want.ConfigJSON)
	if err != nil {
		return []string{"its content was changed"}
	}
	anonymize(model)
	wanted, err := dashboard.Of(model)
	if err != nil {
		return []string{"its content was changed"}
	}
	theirs, err := dashboard.Of(have.model)
	if err != nil {
		return []string{"it was replaced by what cannot be read: " + err.Error()}
	}
	return dashboard.Diff(wanted, theirs)
}

// sortedKeys is the order in which maps are gone through.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
