package grafana

import (
	"maps"
	"slices"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/dashboard"
)

// comparison decides whether two dashboards mean the same, and tells in
// sentences what differs.
type comparison struct {
	equal     func(a, b string) bool
	sentences func(want, have string) []string
}

// byMeaning leaves out what Grafana sets itself and what makes no difference.
func byMeaning() comparison { return comparison{equal: dashboard.Equal, sentences: sentences} }

func sentences(want, have string) []string {
	wanted, err := dashboard.Parse(want)
	if err != nil {
		return []string{"its content was changed"}
	}
	found, err := dashboard.Parse(have)
	if err != nil {
		return []string{"it was replaced by what cannot be read: " + err.Error()}
	}
	return dashboard.Summarize(dashboard.Diff(wanted, found))
}

// sortedKeys is the order in which maps are gone through.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
