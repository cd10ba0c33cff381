package spec_test

import (
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func TestRulesThatCountLinesAlone(t *testing.T) {
	for expr, warned := range map[string]bool{
		`count_over_time({service="api"} |= "error" [5m]) > 10`:                                true,
		`rate({service="api"}[5m]) > 1`:                                                        true,
		`vector(1) > bytes_rate({a="b"}[5m])`:                                                  true,
		`topk(3, count_over_time({a="b"}[5m]))`:                                                true,
		`sum(rate({a="b"}[5m])) > 1 or rate({a="c"}[5m]) > 1`:                                  true,
		"# sum(\ncount_over_time({a=\"sum(\"} |~ `sum(` [5m]) > 1":                             true,
		`(count_over_time({a="b"} | json | (x="1" or y="2") [5m])) > 1`:                        true,
		`sum(count_over_time({a="b"}[5m])) > 10`:                                               false,
		`sum by (service) (count_over_time({a="b"} | json | level="error" [5m])) > 10`:         false,
		`sum without (path, x) (rate({a="b"}[5m])) / sum (rate({a="c"}[5m])) by (x) > 1`:       false,
		`max by (a) (sum by (a, b) (rate({a="b"}[5m])))`:                                       false,
		`count_over_time({a="b"} |= "x)" | keep service [5m]) > 10`:                            false,
		`absent_over_time({a="b"}[5m])`:                                                        false,
		`max_over_time({a="b"} | unwrap duration [5m]) > 5`:                                    false,
		`sum(count_over_time({a="b"} |= "rate(" | count_over_time="(" | rate > 1 [5m])) > 10)`: false,
	} {
		rule := spec.AlertRule{Stack: "production", Name: "a", Source: spec.SourceLogs, Expr: expr}
		spec.WithDefaults(&rule)
		_, warnings := rule.Check()
		if warned != (len(warnings) == 1 && warnings[0].Path == "expr" && strings.Contains(warnings[0].Message, "counts lines")) {
			t.Errorf("%s: %v", expr, warnings)
		}
		rule.Source = spec.SourceMetrics
		if _, warnings := rule.Check(); len(warnings) > 0 {
			t.Errorf("%s over metrics: %v", expr, warnings)
		}
	}
}
