package loki

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/common/model"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// overrides is what limitsFile says.
type overrides struct {
	Overrides map[string]limits `yaml:"overrides"`
}

// limits are those that fragments change. It is what Render writes and, read
// back from the running Loki, what is compared.
type limits struct {
	// Retention is for the streams that none of StreamRetention selects.
	Retention       model.Duration    `yaml:"retention_period"`
	StreamRetention []streamRetention `yaml:"retention_stream"`
	// MaxAge is how old an entry may be when it arrives.
	MaxAge model.Duration `yaml:"reject_old_samples_max_age"`
	OTLP   otlp           `yaml:"otlp_config"`
}

type streamRetention struct {
	Selector string         `yaml:"selector"`
	Priority int64          `yaml:"priority"`
	Period   model.Duration `yaml:"period"`
}

// otlp says which attributes of a resource become index labels. All others, and
// those of the records, are structured metadata.
type otlp struct {
	ResourceAttributes resourceAttributes `yaml:"resource_attributes"`
}

type resourceAttributes struct {
	IgnoreDefaults bool         `yaml:"ignore_defaults"`
	Config         []attributes `yaml:"attributes_config"`
}

type attributes struct {
	Action     string   `yaml:"action"`
	Attributes []string `yaml:"attributes,flow"`
}

// indexLabel is the action that makes index labels.
const indexLabel = "index_label"

// maxAge is the age from which on entries are refused in any case: a timestamp
// in the wrong layout is easily centuries old.
const maxAge = model.Duration(20 * 365 * 24 * time.Hour)

// wantedLimits are the limits of the state.
func wantedLimits(in component.Input) (limits, error) {
	var d component.Durations
	wanted := limits{Retention: d.Parse("loki.retention", in.State.Stack.Loki.Retention), StreamRetention: []streamRetention{}}
	if d.Err != nil {
		return limits{}, fmt.Errorf("cannot render %s: %w", limitsFile, d.Err)
	}
	longest := wanted.Retention
	for i := range in.State.LogRetentions {
		r := &in.State.LogRetentions[i]
		one := streamRetention{Selector: spec.CanonicalSelector(r.Selector), Priority: r.Priority, Period: d.Parse("period", r.Period)}
		if d.Err != nil {
			return limits{}, fmt.Errorf("cannot render log retention %q: %w", r.Name, d.Err)
		}
		wanted.StreamRetention = append(wanted.StreamRetention, one)
		longest = max(longest, one.Period)
	}
	// What no retention would keep need not be stored first.
	wanted.MaxAge = min(longest, maxAge)
	wanted.OTLP.ResourceAttributes = resourceAttributes{
		IgnoreDefaults: true,
		Config:         []attributes{{Action: indexLabel, Attributes: in.State.LogLabels()}},
	}
	return wanted, nil
}

// indexLabels are the names of the attributes that become index labels.
func (l *limits) indexLabels() []string {
	var names []string
	for _, c := range l.OTLP.ResourceAttributes.Config {
		if c.Action == indexLabel {
			names = append(names, c.Attributes...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// difference says in which setting two limits differ in meaning, empty if in none.
func (l *limits) difference(other *limits) string {
	switch {
	case l.Retention != other.Retention:
		return "retention_period"
	case !slices.Equal(l.sortedRetention(), other.sortedRetention()):
		return "retention_stream"
	case l.MaxAge != other.MaxAge:
		return "reject_old_samples_max_age"
	case !slices.Equal(l.indexLabels(), other.indexLabels()):
		return "otlp_config"
	}
	return ""
}

// sortedRetention lists the retentions of streams in one order, their selectors
// in one form: Loki goes by priority and period, not by order.
func (l *limits) sortedRetention() []streamRetention {
	sorted := slices.Clone(l.StreamRetention)
	for i := range sorted {
		sorted[i].Selector = spec.CanonicalSelector(sorted[i].Selector)
	}
	slices.SortFunc(sorted, func(a, b streamRetention) int {
		return cmp.Or(cmp.Compare(b.Priority, a.Priority), cmp.Compare(a.Selector, b.Selector), cmp.Compare(a.Period, b.Period))
	})
	return sorted
}
