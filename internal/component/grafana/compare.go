package grafana

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
)

// comparison decides whether two dashboards mean the same, and tells in
// sentences what differs.
type comparison struct {
	equal     func(a, b string) bool
	sentences func(want, have string) []string
}

// sortedKeys is the order in which maps are gone through.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// byMeaning compares JSON, not text.
func byMeaning() comparison {
	return comparison{
		equal: func(a, b string) bool {
			var x, y any
			return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && reflect.DeepEqual(x, y)
		},
		sentences: func(string, string) []string { return []string{"its content was changed"} },
	}
}
