package prometheus

import (
	"reflect"

	"github.com/prometheus/prometheus/model/rulefmt"
)

// sameExpr tells whether two PromQL texts mean the same. What does not parse
// equals nothing but itself.
func (c *Component) sameExpr(a, b string) bool {
	if a == b {
		return true
	}
	x, err := c.parser.ParseExpr(a)
	if err != nil {
		return false
	}
	// The server prints what it parsed, so mostly one parse will do.
	printed := x.String()
	if printed == b {
		return true
	}
	y, err := c.parser.ParseExpr(b)
	return err == nil && printed == y.String()
}

// sameMap compares labels or annotations: an empty value is the same as none.
func sameMap(a, b map[string]string) bool {
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	for k, v := range b {
		if a[k] != v {
			return false
		}
	}
	return true
}

// difference names the first field in which two rules differ in meaning, empty
// if there is none.
func (c *Component) difference(a, b *rulefmt.Rule) string {
	switch {
	case a.Alert != b.Alert || a.Record != b.Record:
		return "alert"
	case !c.sameExpr(a.Expr, b.Expr):
		return "expr"
	case a.For != b.For:
		return "for"
	case a.KeepFiringFor != b.KeepFiringFor:
		return "keep_firing_for"
	case !sameMap(a.Labels, b.Labels):
		return "labels"
	case !sameMap(a.Annotations, b.Annotations):
		return "annotations"
	}
	return ""
}

// likeness counts the fields in which two rules agree; the expression weighs
// more than all others.
func (c *Component) likeness(a, b *rulefmt.Rule) int {
	n := 0
	for _, agree := range []bool{
		a.For == b.For, a.KeepFiringFor == b.KeepFiringFor,
		sameMap(a.Labels, b.Labels), sameMap(a.Annotations, b.Annotations),
	} {
		if agree {
			n++
		}
	}
	if c.sameExpr(a.Expr, b.Expr) {
		n += 5
	}
	return n
}

// difference names the first section or scrape job in which two resolved
// configurations differ, empty if there is none.
func (c *config) difference(other *config) string {
	switch {
	case !reflect.DeepEqual(c.Global, other.Global):
		return "global"
	case !reflect.DeepEqual(c.RuleFiles, other.RuleFiles):
		return "rule_files"
	case !reflect.DeepEqual(c.Alerting, other.Alerting):
		return "alerting"
	case c.Storage != nil && !reflect.DeepEqual(c.Storage, other.Storage):
		return "storage"
	}
	for i := range c.ScrapeConfigs {
		job := &c.ScrapeConfigs[i]
		if running := other.job(job.JobName); running == nil || !job.same(running) {
			return "scrape job " + job.JobName
		}
	}
	for i := range other.ScrapeConfigs {
		if name := other.ScrapeConfigs[i].JobName; c.job(name) == nil {
			return "scrape job " + name
		}
	}
	return ""
}

// same compares what we set.
func (s *scrapeConfig) same(other *scrapeConfig) bool {
	a, b := *s, *other
	a.Others, b.Others = nil, nil
	return reflect.DeepEqual(a, b)
}
