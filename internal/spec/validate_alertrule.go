package spec

import (
	"regexp"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
)

// Validate implements Object.
func (r *AlertRule) Validate() FieldErrors {
	errs, _ := r.Check()
	return errs
}

// Check also returns what is only to be told of.
func (r *AlertRule) Check() (errs, warnings FieldErrors) {
	errs.stackName("stack", r.Stack)
	errs.name("an alert rule", r.Name)
	errs.required("alert", r.Alert)
	errs.required("group", r.Group)
	if r.Group == SelfMonitoringGroup {
		errs.Add("group", "Choose another group.", "group %q is reserved for the rules of self-monitoring", r.Group)
	}
	errs.optionalDuration("group_interval", r.GroupInterval)
	errs.oneOf("source", r.Source, SourceMetrics, SourceLogs)
	if r.OverLogs() {
		errs.logQL("expr", r.Expr)
	} else {
		errs.promQL("expr", r.Expr)
	}
	errs.duration("for", r.For)
	if keep, ok := errs.duration("keep_firing_for", r.KeepFiringFor); ok && keep != 0 && r.OverLogs() {
		// Loki's ruler reads the field and forgets it.
		errs.Add("keep_firing_for", `Remove it. A longer range in the expression, such as [30m], keeps an alert firing too.`,
			"keep_firing_for has no effect on rules over logs: Loki does not keep alerts firing")
	}
	errs.severity("severity", r.Severity)
	errs.ruleTemplate("summary", r.Summary)
	errs.ruleTemplate("description", r.Description)
	errs.runbook("runbook_url", r.RunbookURL)
	errs.ruleLabels(r)
	errs.ruleAnnotations(r)
	if r.OverLogs() && countsLinesAlone(r.Expr) {
		warnings.Add("expr", "Add them up, as in sum by (service) (count_over_time(…)), or name the labels that matter with | keep.",
			"%s counts lines that differ in any field by themselves: a threshold above one line may never be reached, and each is an alert of its own", quote(r.Expr))
	}
	return errs, warnings
}

// runbook checks a URL, which may be known only when the alert fires.
func (e *FieldErrors) runbook(path, value string) {
	if isTemplateText(value) {
		e.ruleTemplate(path, value)
	} else if value != "" {
		e.httpURL(path, value)
	}
}

// promQL checks an expression that an alert is made of.
func (e *FieldErrors) promQL(path, value string) {
	if strings.TrimSpace(value) == "" {
		e.Add(path, `Write PromQL, such as up == 0.`, "%s is empty", path)
		return
	}
	if !e.text(path, value) {
		return
	}
	expr, err := parser.NewParser(parser.Options{}).ParseExpr(value)
	if err != nil {
		e.Add(path, "The position is line:column within the expression.", "%s is not PromQL: %s", quote(value), words(err))
		return
	}
	// Prometheus loads a rule of another type and then fails to evaluate it, for ever.
	if t := expr.Type(); t != parser.ValueTypeVector && t != parser.ValueTypeScalar {
		e.Add(path, "Make it an instant vector, for example with rate() or a comparison.", "%s is a %s, which no alert can be made of", quote(value), parser.DocumentedType(t))
	}
}

// logSelector begins an expression that selects entries and computes nothing
// from them, comments and parentheses before it included.
var logSelector = regexp.MustCompile(`^(\s|\(|#[^\n]*(\n|$))*\{`)

// SelectsLogs tells whether a LogQL expression selects entries, and computes
// nothing from them.
func SelectsLogs(expr string) bool { return logSelector.MatchString(expr) }

// logQL checks an expression as far as that goes without Loki, which parses it
// before it is used.
func (e *FieldErrors) logQL(path, value string) {
	switch {
	case strings.TrimSpace(value) == "":
		e.Add(path, `Write LogQL, such as sum(rate({service="api"} |= "error" [5m])) > 1.`, "%s is empty", path)
	case !e.text(path, value):
	case SelectsLogs(value):
		// Loki loads such a rule and then fails to evaluate it, for ever.
		e.Add(path, "Compute a number from them, for example with count_over_time() and a comparison.", "%s selects log entries, which no alert can be made of", quote(value))
	}
}

func (e *FieldErrors) severity(path, value string) {
	switch value {
	case "", SeverityCritical, SeverityWarning, SeverityInfo:
		return
	}
	e.Add(path, `Use "critical", "warning" or "info"; for another value leave severity out and set the label.`, "%s is not a severity", quote(value))
}

func (e *FieldErrors) ruleLabels(r *AlertRule) {
	for _, name := range sortedKeys(r.Labels) {
		path := "labels." + shorten(name)
		switch {
		case !e.labelName(path, "a label", name):
		case name == model.AlertNameLabel:
			e.Add(path, "Remove the label and set alert.", "label %q is the rule's alert and cannot be set", name)
		case isEscalationLabel(name):
			e.reservedForEscalation(path, name)
		case name == "severity" && r.Severity != "":
			e.Add(path, "Remove the label or the attribute.", "label %q is already set by the attribute severity", name)
		}
		e.ruleTemplate(path, r.Labels[name])
	}
}

func (e *FieldErrors) ruleAnnotations(r *AlertRule) {
	attributes := map[string]string{"summary": r.Summary, "description": r.Description, "runbook_url": r.RunbookURL}
	for _, name := range sortedKeys(r.Annotations) {
		path := "annotations." + shorten(name)
		if e.labelName(path, "an annotation", name) && attributes[name] != "" {
			e.Add(path, "Remove the annotation or the attribute.", "annotation %q is already set by the attribute %s", name, name)
		}
		e.ruleTemplate(path, r.Annotations[name])
	}
}
