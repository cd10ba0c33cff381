package dashboard

import (
	"maps"
	"slices"
)

// same compares canonical values. Data sources that differ only in a type that
// one of them does not name are the same.
func same(a, b any) bool {
	switch x := a.(type) {
	case object:
		y, ok := b.(object)
		if !ok || len(x) != len(y) {
			return false
		}
		for key, member := range x {
			other, exists := y[key]
			if !exists || !sameAt(key, member, other) {
				return false
			}
		}
		return true
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, same)
	}
	switch b.(type) {
	case object, []any:
		return false
	}
	return a == b
}

// sameAt compares what two objects have under key; nil stands for absent.
func sameAt(key string, a, b any) bool {
	if key == "datasource" {
		x, okX := a.(object)
		y, okY := b.(object)
		if okX && okY {
			return sameRef(x, y)
		}
	}
	return same(a, b)
}

// sameRef compares two references to data sources. The uid decides alone which
// one it is; only without one the type does.
func sameRef(a, b object) bool {
	for key := range union(a, b) {
		x, inA := a[key]
		y, inB := b[key]
		if key == "type" && stringAt(a, "uid") != "" && inA != inB {
			continue
		}
		if inA != inB || !same(x, y) {
			return false
		}
	}
	return true
}

// changed returns the sorted keys under which two objects differ.
func changed(a, b object) []string {
	var keys []string
	for _, key := range slices.Sorted(maps.Keys(union(a, b))) {
		x, inA := a[key]
		y, inB := b[key]
		if inA != inB || !sameAt(key, x, y) {
			keys = append(keys, key)
		}
	}
	return keys
}

// changedPaths returns what [changed] does, with each key that holds objects on
// both sides replaced by the keys within, down to depth levels.
func changedPaths(a, b object, depth int) []string {
	var paths []string
	for _, key := range changed(a, b) {
		x, okX := a[key].(object)
		y, okY := b[key].(object)
		var inner []string
		if depth > 1 && okX && okY {
			inner = changedPaths(x, y, depth-1)
		}
		if len(inner) == 0 {
			paths = append(paths, key)
		}
		for _, path := range inner {
			paths = append(paths, key+"."+path)
		}
	}
	return paths
}

func union(a, b object) map[string]bool {
	keys := make(map[string]bool, len(a)+len(b))
	for key := range a {
		keys[key] = true
	}
	for key := range b {
		keys[key] = true
	}
	return keys
}
