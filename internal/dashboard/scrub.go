package dashboard

import (
	"encoding/json"
	"math"
	"reflect"
	"strconv"
)

// scrub returns a deep copy without null members and with every number in one
// form. Nulls in lists stay: they hold a place.
func scrub(value any) any {
	switch v := value.(type) {
	case object:
		clean := make(object, len(v))
		for key, member := range v {
			if member != nil {
				clean[key] = scrub(member)
			}
		}
		return clean
	case []any:
		clean := make([]any, len(v))
		for i, element := range v {
			clean[i] = scrub(element)
		}
		return clean
	case json.Number:
		return canonicalNumber(v)
	}
	return value
}

// canonicalNumber writes a number as Grafana's server hands it back: what is an
// integer of 64 bits stays exact, everything else is a float64. A number beyond
// both stays as it was written.
func canonicalNumber(number json.Number) json.Number {
	if i, err := strconv.ParseInt(string(number), 10, 64); err == nil {
		return json.Number(strconv.FormatInt(i, 10))
	}
	f, err := strconv.ParseFloat(string(number), 64)
	if err != nil {
		return number
	}
	if f == math.Trunc(f) && math.Abs(f) < 1<<63 {
		return json.Number(strconv.FormatInt(int64(f), 10))
	}
	return json.Number(strconv.FormatFloat(f, 'g', -1, 64))
}

// empty in a table of defaults stands for an empty list or object.
type empty struct{}

// defaults lists, by key, the values that mean the same as no value.
type defaults map[string][]any

// drop removes from o what is as good as absent.
func (d defaults) drop(o object) {
	for key, same := range d {
		value, exists := o[key]
		if !exists {
			continue
		}
		for _, s := range same {
			if isDefault(value, s) {
				delete(o, key)
				break
			}
		}
	}
}

func isDefault(value, same any) bool {
	if _, ok := same.(empty); !ok {
		return reflect.DeepEqual(value, same)
	}
	switch v := value.(type) {
	case object:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return false
}

func remove(o object, keys ...string) {
	for _, key := range keys {
		delete(o, key)
	}
}
