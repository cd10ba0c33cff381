package rulegroup

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
)

func TestMatch(t *testing.T) {
	plain := strings.NewReplacer(" ", "", "'", `"`).Replace
	c := Comparison{SameExpr: func(a, b string) bool { return plain(a) == plain(b) }}
	r := func(alert, expr string) rulefmt.Rule { return rulefmt.Rule{Alert: alert, Expr: expr} }
	slow := r("A", "up == 9")
	slow.For = model.Duration(60e9)
	tests := []struct {
		name            string
		wanted, running []rulefmt.Rule
		want            []int
	}{
		{"same", []rulefmt.Rule{r("A", "up"), r("A", "up")}, []rulefmt.Rule{r("A", "up"), r("A", "up")}, []int{0, 1}},
		{"inserted first", []rulefmt.Rule{r("A", "up"), r("A", "down")}, []rulefmt.Rule{r("A", "new"), r("A", "up"), r("A", "down")}, []int{1, 2}},
		{"first removed", []rulefmt.Rule{r("A", "up"), r("A", "down"), r("A", "x")}, []rulefmt.Rule{r("A", "down"), r("A", "x")}, []int{-1, 0, 1}},
		{"one edited among namesakes", []rulefmt.Rule{r("A", "up"), r("A", "down")}, []rulefmt.Rule{r("A", "up"), r("A", "edited")}, []int{0, 1}},
		{"two edited: the more alike first", []rulefmt.Rule{r("A", "up == 1"), slow}, []rulefmt.Rule{{Alert: "A", Expr: "x", For: slow.For}, r("A", "y")}, []int{1, 0}},
		{"swapped", []rulefmt.Rule{r("A", "up"), r("B", "up")}, []rulefmt.Rule{r("B", "up"), r("A", "up")}, []int{1, 0}},
		{"alertname edited", []rulefmt.Rule{r("A", "up"), r("B", "down")}, []rulefmt.Rule{r("A", "up"), r("C", "down")}, []int{0, 1}},
		{"nothing in common", []rulefmt.Rule{r("A", "up")}, []rulefmt.Rule{r("B", "down")}, []int{-1}},
		{"written differently", []rulefmt.Rule{r("A", "up{a='b'}==0")}, []rulefmt.Rule{r("A", `up{a="b"} == 0`)}, []int{0}},
		{"nothing runs", []rulefmt.Rule{r("A", "up")}, nil, []int{-1}},
		{"nothing wanted", nil, []rulefmt.Rule{r("A", "up")}, []int{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wanted := make([]Rule, len(tt.wanted))
			for i := range tt.wanted {
				wanted[i] = Rule{Rule: tt.wanted[i]}
			}
			if diff := cmp.Diff(tt.want, c.match(wanted, tt.running)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
