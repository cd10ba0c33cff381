package dashboard

import (
	"fmt"
	"slices"
	"strings"
)

// targetChanges compares the queries of a panel, each by its letter.
func targetChanges(w, h any) []string {
	want, have := children(object{"": w}, ""), children(object{"": h}, "")
	if !isObjects(w, len(want)) || !isObjects(h, len(have)) {
		return []string{"queries changed"}
	}
	letter := func(o object) string { return stringAt(o, "refId") }
	matched := matchObjects(want, have, letter)
	var changes []string
	for i, target := range want {
		if matched[i] < 0 {
			changes = append(changes, queryName(letter(target), i)+" removed")
			continue
		}
		if change := queryChange(queryName(letter(target), i), target, have[matched[i]]); change != "" {
			changes = append(changes, change)
		}
	}
	for j, target := range have {
		if !slices.Contains(matched, j) {
			changes = append(changes, queryName(letter(target), j)+" added")
		}
	}
	kept := slices.DeleteFunc(slices.Clone(matched), func(j int) bool { return j < 0 })
	if !slices.IsSorted(kept) {
		changes = append(changes, "queries reordered")
	}
	return changes
}

// isObjects tells whether a value is absent or a list of n objects and nothing else.
func isObjects(value any, n int) bool {
	list, ok := value.([]any)
	return value == nil || ok && len(list) == n
}

func queryName(letter string, index int) string {
	if letter == "" {
		return fmt.Sprintf("query number %d", index+1)
	}
	return "query " + strings.Trim(quote(letter), `"`)
}

// queryChange returns a sentence about one query; empty if nothing differs.
func queryChange(called string, w, h object) string {
	keys := changed(w, h)
	if len(keys) == 0 {
		return ""
	}
	if len(keys) == 1 {
		switch keys[0] {
		case "hide":
			if h["hide"] == true {
				return called + " hidden"
			}
			return called + " shown"
		case "legendFormat":
			return "legend of " + called + " changed"
		case "datasource":
			return "data source of " + called + " changed"
		}
	}
	return called + " changed"
}

// fieldChanges compares what a panel says about its fields.
func fieldChanges(w, h any) []string {
	x, _ := w.(object)
	y, _ := h.(object)
	var changes, others []string
	if slices.Contains(changed(x, y), "defaults") {
		a, _ := x["defaults"].(object)
		b, _ := y["defaults"].(object)
		for _, key := range changed(a, b) {
			switch {
			case key == "thresholds":
				changes = append(changes, "threshold changed")
			case key == "mappings":
				changes = append(changes, "value mappings changed")
			case key == "unit" && isScalar(a[key]) && isScalar(b[key]):
				changes = append(changes, fmt.Sprintf("unit changed from %s to %s", word(a[key], "none"), word(b[key], "none")))
			case key == "custom":
				others = append(others, describeRest(key, a[key], b[key])...)
			default:
				others = append(others, key)
			}
		}
	}
	for _, key := range changed(x, y) {
		switch key {
		case "defaults":
		case "overrides":
			changes = append(changes, "field overrides changed")
		default:
			others = append(others, key)
		}
	}
	if len(others) > 0 {
		changes = append(changes, "field settings changed ("+enumerate(others)+")")
	}
	return changes
}
