package prometheus

import (
	"fmt"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// held is the rule that is active exactly as long as the alert of the given
// one. The two differ where the alert goes on firing after its expression
// stopped to hold: what only bridges the gaps of alerts that fire already would
// begin the count of a level anew at each of them.
func (c *Component) held(base rulefmt.Rule) rulefmt.Rule {
	if base.KeepFiringFor == 0 {
		return base
	}
	expr, err := c.parser.ParseExpr(base.Expr)
	if err != nil || expr.Type() != parser.ValueTypeVector {
		return base // a scalar has no gaps
	}
	ignored := []string{model.AlertNameLabel}
	firing := []string{
		fmt.Sprintf("%s=%q", model.AlertNameLabel, base.Alert),
		`alertstate="firing"`, spec.EscalationStepLabel + `=""`,
	}
	for _, name := range sortedKeys(base.Labels) {
		ignored = append(ignored, name)
		if value := base.Labels[name]; !strings.Contains(value, "{{") {
			firing = append(firing, fmt.Sprintf("%s=%q", name, value))
		}
	}
	// The line break ends a comment in which the expression may end.
	base.Expr = fmt.Sprintf("(%s\n) or ignoring (%s) max without (alertstate) (ALERTS{%s})",
		base.Expr, strings.Join(ignored, ", "), strings.Join(firing, ", "))
	base.KeepFiringFor = 0
	return base
}
