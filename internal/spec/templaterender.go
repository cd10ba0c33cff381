package spec

import (
	"fmt"
	"io"
	"net/url"
	"regexp"
	"time"

	alertmanager "github.com/prometheus/alertmanager/template"
	"github.com/prometheus/alertmanager/types"
	"github.com/prometheus/common/model"
)

// notificationCase is a notification that templates are tried with.
type notificationCase struct {
	// of reads after "for".
	of     string
	alerts []*types.Alert
}

// oddValue is a label that is no pattern, no number, no URL and no time zone.
const oddValue = `%zz[(<"&`

// notificationCases are the notifications that every template must be fit for.
// mentioned are the labels and annotations that have odd values in one of them.
func notificationCases(mentioned []string) []notificationCase {
	begin := time.Date(2026, 1, 31, 22, 0, 0, 0, time.UTC)
	alert := func(name string, ended bool, labels model.LabelSet) *types.Alert {
		a := &types.Alert{Alert: model.Alert{
			Labels: labels.Merge(model.LabelSet{model.AlertNameLabel: model.LabelValue(name), "severity": "critical", "job": "api"}),
			Annotations: model.LabelSet{
				"summary": "the service is down", "description": "Nobody can log in.\nCall somebody.", "runbook_url": "https://example.com/down",
			},
			StartsAt: begin, GeneratorURL: "http://127.0.0.1:9090/graph",
		}}
		if ended {
			a.EndsAt = begin.Add(time.Hour)
		}
		return a
	}
	instance := func(name model.LabelValue) model.LabelSet { return model.LabelSet{"instance": name} }
	odd := alert("Odd", false, nil)
	for _, name := range mentioned {
		odd.Labels[model.LabelName(name)], odd.Annotations[model.LabelName(name)] = oddValue, oddValue
	}
	bare := &types.Alert{Alert: model.Alert{StartsAt: begin}}
	return []notificationCase{
		{"a firing alert", []*types.Alert{alert("ServiceDown", false, instance("a:80"))}},
		{"a resolved alert", []*types.Alert{alert("ServiceDown", true, instance("a:80"))}},
		{"many alerts", []*types.Alert{
			alert("ServiceDown", false, instance("a:80")), alert("ServiceDown", true, instance("b:80")), alert("DiskFull", false, nil),
		}},
		{"an alert without labels", []*types.Alert{bare}},
		{"labels with unusual values", []*types.Alert{odd}},
	}
}

// notificationTemplate checks a template that Alertmanager expands when it notifies.
func (e *FieldErrors) notificationTemplate(path, value string) {
	if !e.text(path, value) || !isTemplateText(value) {
		return
	}
	if _, err := parseTemplate(value); err != nil {
		e.Add(path, "Use the functions and fields of Alertmanager templates, such as {{ .CommonLabels.alertname }}.", "%s is not an Alertmanager template: %s", quote(value), templatePlace(err))
		return
	}
	e.rendered(path, "", value)
}

// rendered tries a text with every case, beside Alertmanager's own templates and
// those that files define. What else the texts refer to counts as empty here.
func (e *FieldErrors) rendered(path, file, text string) {
	if of, err := render(text, false, file); err != nil {
		e.Add(path, "Alertmanager does not send a notification whose template fails: make it fit for this, for example with {{ if }} or {{ with }}.",
			"it cannot be rendered for %s: %s", of, templatePlace(err))
	}
}

// render expands a text for every case. The error is the first one's, and of
// says which it is.
func render(text string, asHTML bool, files ...string) (of string, err error) {
	own, err := builtInTemplates()
	if err != nil {
		return "any alert", err
	}
	var e expandable
	if asHTML {
		e, err = expandableBy(own.html, text, files)
	} else {
		e, err = expandableBy(own.text, text, files)
	}
	if err != nil {
		return "any alert", err
	}
	for _, c := range notificationCases(e.mentioned) {
		if err := e.execute(io.Discard, own.data(c)); err != nil {
			return c.of, err
		}
	}
	return "", nil
}

// data is what Alertmanager gives to templates.
func (own alertmanagerTemplates) data(c notificationCase) *alertmanager.Data {
	t := *own.Template
	t.ExternalURL = &url.URL{Scheme: "http", Host: "127.0.0.1:9093"}
	return t.Data("receiver", model.LabelSet{model.AlertNameLabel: c.alerts[0].Labels[model.AlertNameLabel]}, c.alerts...)
}

// place is where templates say that an error is.
var place = regexp.MustCompile(`^[^:]*:(\d+)(?::(\d+))?: (?:executing "(?s:.*?)" at )?`)

// templatePlace are the words of an error with its position in front.
func templatePlace(err error) string {
	said := templateCause(err)
	found := place.FindStringSubmatch(said)
	if found == nil {
		return said
	}
	at := "line " + found[1]
	if found[2] != "" {
		at += ", column " + found[2]
	}
	return fmt.Sprintf("%s: %s", at, said[len(found[0]):])
}
