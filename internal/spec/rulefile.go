package spec

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"regexp"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

// ParseRuleFile turns a Prometheus rule file into alert rules with all defaults
// filled in and no stack. Names are derived from group and alertname; orders
// keep the order of evaluation. What an AlertRule cannot express is an error
// that names it: recording rules, and the limit and query_offset of groups.
func ParseRuleFile(content []byte) ([]AlertRule, error) {
	var warnings bytes.Buffer
	groups, errs := rulefmt.Parse(content, false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.NewTextHandler(&warnings, nil)))
	if len(errs) > 0 {
		return nil, fmt.Errorf("cannot parse rule file: %w", errors.Join(errs...))
	}
	if warnings.Len() > 0 {
		return nil, errors.New("cannot parse rule file: it must be one YAML document; split it at the lines ---")
	}
	if err := unsupported(groups); err != nil {
		return nil, fmt.Errorf("cannot convert rule file: %w", err)
	}
	rules := []AlertRule{}
	taken := map[string]bool{}
	for _, group := range groups.Groups {
		for i, rule := range group.Rules {
			converted := convertRule(group, rule)
			converted.Name = uniqueName(group.Name+"-"+rule.Alert, taken)
			converted.Order = int64(i + 1)
			WithDefaults(&converted)
			rules = append(rules, converted)
		}
	}
	return rules, nil
}

// unsupported lists everything in the file that would be lost.
func unsupported(groups *rulefmt.RuleGroups) error {
	var errs []error
	for _, group := range groups.Groups {
		if group.Limit != 0 {
			errs = append(errs, fmt.Errorf("group %s sets limit, which is not supported", quote(group.Name)))
		}
		if group.QueryOffset != nil {
			errs = append(errs, fmt.Errorf("group %s sets query_offset, which is not supported", quote(group.Name)))
		}
		for _, rule := range group.Rules {
			if rule.Record != "" {
				errs = append(errs, fmt.Errorf("group %s has the recording rule %s, which is not supported", quote(group.Name), quote(rule.Record)))
			}
		}
	}
	return errors.Join(errs...)
}

func convertRule(group rulefmt.RuleGroup, rule rulefmt.Rule) AlertRule {
	converted := AlertRule{
		Alert:         rule.Alert,
		Group:         group.Name,
		Expr:          rule.Expr,
		For:           rule.For.String(),
		KeepFiringFor: rule.KeepFiringFor.String(),
		Labels:        map[string]string{},
		Annotations:   maps.Clone(rule.Annotations),
	}
	if group.Interval != 0 {
		converted.GroupInterval = group.Interval.String()
	}
	// As in Prometheus, a rule's label wins over its group's.
	maps.Copy(converted.Labels, group.Labels)
	maps.Copy(converted.Labels, rule.Labels)
	switch severity := converted.Labels["severity"]; severity {
	case SeverityCritical, SeverityWarning, SeverityInfo:
		converted.Severity = severity
		delete(converted.Labels, "severity")
	}
	take := func(name string) string {
		value := converted.Annotations[name]
		if value != "" {
			delete(converted.Annotations, name)
		}
		return value
	}
	converted.Summary, converted.Description = take("summary"), take("description")
	// Prometheus takes any text, such as the path of a file; the attribute does not.
	var problems FieldErrors
	if problems.runbook("runbook_url", converted.Annotations["runbook_url"]); len(problems) == 0 {
		converted.RunbookURL = take("runbook_url")
	}
	return converted
}

// Runs of characters that no name may have, and leading ones that no name may begin with.
var (
	unfitForName  = regexp.MustCompile(`[^a-zA-Z0-9_.:-]+`)
	unfitForStart = regexp.MustCompile(`^[^a-zA-Z0-9_]+`)
)

// maxDerivedName leaves room for the suffix of a repeated name.
const maxDerivedName = 120

// uniqueName makes text fit for a name, with -2, -3 and so on if it is taken.
func uniqueName(text string, taken map[string]bool) string {
	base := unfitForStart.ReplaceAllString(unfitForName.ReplaceAllString(text, "-"), "")
	base = strings.TrimRight(base[:min(len(base), maxDerivedName)], "-.:")
	if base == "" {
		base = "rule"
	}
	name := base
	for n := 2; taken[name]; n++ {
		name = fmt.Sprintf("%s-%d", base, n)
	}
	taken[name] = true
	return name
}
