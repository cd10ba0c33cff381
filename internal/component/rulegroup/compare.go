package rulegroup

import "github.com/prometheus/prometheus/model/rulefmt"

// Comparison compares rules by meaning.
type Comparison struct {
	// SameExpr tells whether two expressions mean the same.
	SameExpr func(a, b string) bool
}

// SameMap compares labels or annotations: an empty value is the same as none.
func SameMap(a, b map[string]string) bool {
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
func (c Comparison) difference(a, b *rulefmt.Rule) string {
	switch {
	case a.Alert != b.Alert || a.Record != b.Record:
		return "alert"
	case !c.SameExpr(a.Expr, b.Expr):
		return "expr"
	case a.For != b.For:
		return "for"
	case a.KeepFiringFor != b.KeepFiringFor:
		return "keep_firing_for"
	case !SameMap(a.Labels, b.Labels):
		return "labels"
	case !SameMap(a.Annotations, b.Annotations):
		return "annotations"
	}
	return ""
}

// likeness counts the fields in which two rules agree; the expression weighs
// more than all others.
func (c Comparison) likeness(a, b *rulefmt.Rule) int {
	n := 0
	for _, agree := range []bool{
		a.For == b.For, a.KeepFiringFor == b.KeepFiringFor,
		SameMap(a.Labels, b.Labels), SameMap(a.Annotations, b.Annotations),
	} {
		if agree {
			n++
		}
	}
	if c.SameExpr(a.Expr, b.Expr) {
		n += 5
	}
	return n
}
