package dashboard

import (
	"strings"
	"testing"
)

// Every expression must parse with its variables replaced.
func TestPromQLWithVariables(t *testing.T) {
	q := newPromQL(map[string]bool{
		"job": true, "interval": true, "metric": true, "n": true, "unit": true, "agg": true, "op": true, "label": true,
		"threshold": true, "prefix": true, "filters": true, "q": true, "a": true, "b": true, "suffix": true,
	})
	for _, expr := range []string{
		`up`,
		`up{job="$job"}`,
		`up{job=~"${job}|${job:pipe}",instance!~"[[job]]:.*"}`,
		"up{job=~`$job`}",
		`up{job=$job}`,
		`up{job=~${job:doublequote}}`,
		`up{$label="x"}`,
		`up{${label}_name=~"x", job="y"}`,
		`up{$filters}`,
		`up{job="a", $filters}`,
		`up{job="a" $filters}`,
		`up{$filters job="a"}`,
		`up{job $op "x"}`,
		`{__name__=~"$metric.*"}`,
		`rate(x[$__rate_interval])`,
		`rate(x[$interval])`,
		`rate(x[[[interval]]])`,
		`rate(x[${n}m])`,
		`rate(x[5$unit])`,
		`rate(x[${n}${unit}])`,
		`rate(x[$n$unit])`,
		`rate(x[${__range_s}s])`,
		`max_over_time(rate(x[5m])[$__range:$__interval])`,
		`max_over_time(rate(x[5m])[$__range:])`,
		`x offset $interval`,
		`x offset -$interval`,
		`x offset ${n}h`,
		`x offset 5$unit`,
		`x @ ${__from:date:seconds}`,
		`x @ $__to / 1000`,
		`sum by ($label) (x)`,
		`sum by (${label:csv}, job) (x)`,
		`sum(x) without ($label)`,
		`a * on ($label) group_left ($job) b`,
		`a * on (instance) group_left () $metric{job="x"}`,
		`a * on (instance) $metric`,
		`$metric`,
		`$metric{job="x"}`,
		`rate($metric[5m])`,
		`rate($metric{job="$job"}[5m])`,
		`rate(${metric}_total[5m])`,
		`node_${metric}_bytes`,
		`$prefix:rate5m`,
		`${prefix}_$metric`,
		`$a$b`,
		`topk($n, x)`,
		`topk($n, sum by (job) ($metric{job="$job"}))`,
		`topk($n, $metric)`,
		`histogram_quantile($q, sum by (le) (rate($metric[$interval])))`,
		`histogram_quantile(0.$n, sum by (le) (rate(x[5m])))`,
		`histogram_quantile(${n}e-2, sum by (le) (rate(x[5m])))`,
		`quantile_over_time($q, x[5m])`,
		`x > $threshold`,
		`x > bool $threshold`,
		`x * $n / 1024`,
		`x / $__range_s`,
		`x * $__interval_ms`,
		`increase(x[$__range]) / $__range`,
		`$agg(x)`,
		`$agg by (job) (x)`,
		`$agg(x) by (job)`,
		`$agg(rate(x[5m]))`,
		`${agg}(x[5m])`,
		`${agg}_over_time(x[5m])`,
		`x $op 5`,
		`x $op y`,
		`x $suffix`,
		`sum(x) by (job) $suffix`,
		`sum(rate(x[5m])) $suffix`,
		`label_replace(x, "$label", "$1", "$label", "(.*)$")`,
		`count_values("$label", x)`,
		`count_values($label, x)`,
		"# about $job\nup # $nothing { [ (\n",
		`up{a="it's [not { ( $job"}`,
		`up{a="\"$job\\"} + $n`,
		`vector($n)`,
		`x and $metric`,
		`absent($metric{a="b"})`,
		`$n`,
		`1$n`,
		`sum(x) > $threshold or vector(0)`,
	} {
		if v := q.parse(expr); v.problem != "" || len(v.unknown) > 0 {
			t.Errorf("%s: %s %s, unknown %q", expr, v.problem, v.hint, v.unknown)
		}
	}
}

func TestPromQLThatNoVariableMends(t *testing.T) {
	q := newPromQL(map[string]bool{"job": true, "n": true})
	tests := map[string]struct{ expr, problem string }{
		"parenthesis":    {`sum(rate(x{job="$job"}[5m])`, "unclosed left parenthesis"},
		"range":          {`rate(x)`, "expected type range vector"},
		"unknown":        {`foo(x{job="$job"})`, "unknown function"},
		"duration":       {`rate(x[$n!])`, "unexpected character"},
		"string":         {`x{job="$job}`, "unterminated"},
		"regex":          {`x{job=~"($job"}`, "missing closing"},
		"label list":     {`sum by ($job (x)`, ""},
		"digit variable": {`x > $1`, "unexpected character"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			v := q.parse(test.expr)
			if v.problem == "" {
				t.Fatalf("%s parses", test.expr)
			}
			if !strings.Contains(v.problem, test.problem) {
				t.Errorf("%s: %s", test.expr, v.problem)
			}
		})
	}
}
