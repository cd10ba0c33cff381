package dashboard

import (
	"encoding/json"
	"reflect"
)

// equal compares the texts of two dashboards. Texts that are no JSON are
// compared as texts.
func equal(a, b string) bool {
	if a == b {
		return true
	}
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && reflect.DeepEqual(x, y)
}
