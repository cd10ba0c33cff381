package rulegroup

import (
	"cmp"
	"slices"

	"github.com/prometheus/prometheus/model/rulefmt"
)

// match finds for every wanted rule the running rule that is it: the index
// into running, -1 for none. Running rules have no identity, so equal ones are
// paired first, in order; then those that share the alertname, most alike
// first; then those that share the expression (their alertname was changed). A
// rule added or removed by hand thus leaves the others alone.
func (c Comparison) match(wanted []Rule, running []rulefmt.Rule) []int {
	found := make([]int, len(wanted))
	for i := range found {
		found[i] = -1
	}
	taken := make([]bool, len(running))
	pair := func(i, j int) { found[i], taken[j] = j, true }

	next := 0
	for i := range wanted {
		for offset := range running {
			j := (next + offset) % len(running)
			if !taken[j] && c.difference(&wanted[i].Rule, &running[j]) == "" {
				pair(i, j)
				next = j + 1
				break
			}
		}
	}
	type candidate struct{ i, j, score int }
	var candidates []candidate
	for i := range wanted {
		if found[i] >= 0 {
			continue
		}
		for j := range running {
			if taken[j] {
				continue
			}
			a, b := &wanted[i].Rule, &running[j]
			score := c.likeness(a, b)
			switch {
			case a.Alert == b.Alert:
				score += 100
			case !c.SameExpr(a.Expr, b.Expr):
				continue
			}
			candidates = append(candidates, candidate{i, j, score})
		}
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	for _, pick := range candidates {
		if found[pick.i] < 0 && !taken[pick.j] {
			pair(pick.i, pick.j)
		}
	}
	return found
}
