package api

import (
	"encoding/json"
	"fmt"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Records are the objects of a stack by kind and name.
type Records map[spec.Kind]map[string]Record[spec.Object]

// Put adds the record of one object.
func (r Records) Put(kind spec.Kind, name string, record Record[spec.Object]) {
	if r[kind] == nil {
		r[kind] = map[string]Record[spec.Object]{}
	}
	r[kind][name] = record
}

// RecordOf is the record of the object of type T and that name, false if there
// is none.
func RecordOf[T any, P interface {
	*T
	spec.Object
}](r Records, name string) (Record[T], bool) {
	record, ok := r[P(new(T)).Kind()][name]
	if !ok {
		return Record[T]{}, false
	}
	desired, okDesired := record.Desired.(P)
	observed, okObserved := record.Observed.(P)
	if !okDesired || !okObserved {
		return Record[T]{}, false
	}
	return Record[T]{Desired: *desired, Observed: *observed, Drift: record.Drift, Revision: record.Revision}, true
}

// UnmarshalJSON decodes every object as what its kind says. Kinds that this
// version does not know are left out.
func (r *Records) UnmarshalJSON(data []byte) error {
	var raw map[spec.Kind]map[string]Record[json.RawMessage]
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	*r = Records{}
	for kind, objects := range raw {
		if spec.New(kind) == nil {
			continue
		}
		for name, record := range objects {
			desired, observed := spec.New(kind), spec.New(kind)
			if err := json.Unmarshal(record.Desired, desired); err != nil {
				return fmt.Errorf("cannot read %s %q: %w", kind.Noun(), name, err)
			}
			if err := json.Unmarshal(record.Observed, observed); err != nil {
				return fmt.Errorf("cannot read %s %q: %w", kind.Noun(), name, err)
			}
			r.Put(kind, name, Record[spec.Object]{Desired: desired, Observed: observed, Drift: record.Drift, Revision: record.Revision})
		}
	}
	return nil
}
