package command

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/api"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// drift lists, a sentence each, in what a running stack differs from what was
// written. Terraform shows the differing fields in its plan; here they are
// sentences too.
func drift(o *api.Observation) []string {
	all := slices.Clone(o.Stack.Drift)
	all = append(all, fieldDrift("", o.Stack)...)
	for _, kind := range spec.Kinds() {
		all = append(all, kindDrift(kind, o.Objects[kind])...)
	}
	return all
}

func kindDrift(kind spec.Kind, records map[string]api.Record[spec.Object]) []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(records)) {
		prefix := fmt.Sprintf("%s %q: ", kind.Noun(), name)
		for _, sentence := range records[name].Drift {
			all = append(all, prefix+sentence)
		}
		all = append(all, fieldDrift(prefix, records[name])...)
	}
	return all
}

// fieldDrift compares the two sides of a record field by field. The control
// plane has made them equal wherever they mean the same.
func fieldDrift[T any](prefix string, record api.Record[T]) []string {
	for _, side := range []any{record.Desired, record.Observed} {
		if o, ok := side.(spec.Observed); ok {
			o.ClearObserved()
		}
	}
	desired, observed := fields(record.Desired), fields(record.Observed)
	names := maps.Clone(desired)
	maps.Copy(names, observed)
	var all []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if want, got := desired[name], observed[name]; !reflect.DeepEqual(want, got) {
			all = append(all, fmt.Sprintf("%s%s is %s, not %s", prefix, name, text(got), text(want)))
		}
	}
	return all
}

// fields flattens an object into its JSON leaves by dotted path; lists are
// leaves, and what is empty is left out, since absence has several forms.
func fields(object any) map[string]any {
	data, err := json.Marshal(object)
	if err != nil {
		return nil // the object came as JSON
	}
	var tree map[string]any
	if err := json.Unmarshal(data, &tree); err != nil {
		return nil
	}
	leaves := map[string]any{}
	flatten("", tree, leaves)
	return leaves
}

func flatten(path string, tree, leaves map[string]any) {
	for name, value := range tree {
		if path != "" {
			name = path + "." + name
		}
		switch v := value.(type) {
		case nil:
		case map[string]any:
			flatten(name, v, leaves)
		case []any:
			if len(v) > 0 {
				leaves[name] = v
			}
		default:
			leaves[name] = v
		}
	}
}

func text(value any) string {
	if value == nil {
		return "not set"
	}
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Sprint(value)
	}
	return strings.TrimSuffix(out.String(), "\n")
}
