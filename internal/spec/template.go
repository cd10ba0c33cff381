package spec

import (
	"context"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql"
	prometheus "github.com/prometheus/prometheus/template"
)

// ruleTemplatePrelude defines the variables that Prometheus gives to the
// templates of alerting rules. It ends without a line break, so that line
// numbers in errors are the user's.
const ruleTemplatePrelude = "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}"

// ruleTemplate checks a label value or annotation of an alerting rule as
// Prometheus does when it loads the rule.
func (e *FieldErrors) ruleTemplate(path, value string) {
	if !e.text(path, value) || !isTemplateText(value) {
		return
	}
	data := prometheus.AlertTemplateData(nil, nil, "", promql.Sample{})
	expander := prometheus.NewTemplateExpander(context.Background(), ruleTemplatePrelude+value, path, data, model.Time(0), nil, nil, nil)
	if err := expander.ParseTest(); err != nil {
		e.Add(path, "Use the functions and variables of Prometheus alert templates, such as {{ $labels.instance }}.", "%s is not a Prometheus template: %s", quote(value), templateCause(err))
	}
}

// templateCause is the parser's own words without the package's prefix.
func templateCause(err error) string { return strings.TrimPrefix(words(err), "template: ") }
