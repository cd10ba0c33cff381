package spec

import (
	"regexp"
	"strings"

	"github.com/prometheus/common/model"
)

// What the stack itself uses and users may not.
const (
	// ReservedPrefix starts the names of the scrape jobs of self-monitoring.
	ReservedPrefix = "opp-"
	// SelfMonitoringGroup is the rule group of self-monitoring.
	SelfMonitoringGroup = "opp-self-monitoring"
	// Watchdog is the alert of self-monitoring that always fires. Its severity
	// label is WatchdogSeverity, which no user's rule has, so that routes by
	// severity leave it alone; a route by its alertname makes a dead man's switch.
	Watchdog         = "Watchdog"
	WatchdogSeverity = "none"
	// NullReceiver is the Alertmanager receiver of alerts that nobody takes in
	// a stack without a default channel.
	NullReceiver = "opp-null"
)

var (
	stackNamePattern = regexp.MustCompile(`^[a-z][a-z0-9-]{0,38}$`)
	// Names appear in import ids (STACK/NAME), URLs and file names: no slash,
	// no space, no leading dot or dash.
	namePattern = regexp.MustCompile(`^[a-zA-Z0-9_][a-zA-Z0-9_.:-]{0,127}$`)
)

// labelNames is the scheme of label names that users may declare. The classic
// one is understood by every supported version, by PromQL without quotes and
// by templates as $labels.name.
const labelNames = model.LegacyValidation

// maxLabelName is the longest label name in bytes.
const maxLabelName = 256

func (e *FieldErrors) stackName(path, value string) {
	if !stackNamePattern.MatchString(value) {
		e.Add(path, "Use 1 to 39 lower-case letters, digits and dashes, beginning with a letter.", "%s is not a stack name", quote(value))
	}
}

// name checks the name of an object that is no stack; noun says of what.
func (e *FieldErrors) name(noun, value string) {
	if !namePattern.MatchString(value) {
		e.Add("name", "Use 1 to 128 letters, digits and _ . : - beginning with a letter, a digit or _.", "%s is not a name for %s", quote(value), noun)
	}
}

// labelName checks the name of a label or annotation; noun says which.
func (e *FieldErrors) labelName(path, noun, value string) bool {
	if len(value) > maxLabelName || !labelNames.IsValidLabelName(value) || value == model.MetricNameLabel {
		e.Add(path, "Use up to 256 letters, digits and _, not beginning with a digit.", "%s is not %s name", quote(value), noun)
		return false
	}
	return true
}

// targetLabels checks labels that are attached to targets or to everything a
// server sends.
func (e *FieldErrors) targetLabels(path string, labels map[string]string) {
	for _, name := range sortedKeys(labels) {
		at := path + "." + shorten(name)
		switch {
		case !e.labelName(at, "a label", name):
		case strings.HasPrefix(name, model.ReservedLabelPrefix):
			e.Add(at, "Choose a name that does not begin with __.", "label %s is reserved for Prometheus", quote(name))
		case isEscalationLabel(name):
			e.reservedForEscalation(at, name)
		}
		e.line(at, labels[name])
	}
}
