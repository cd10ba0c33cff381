package spec

import (
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/common/model"
)

// Bounds of escalation. Every level evaluates the expressions of its alerts
// again, so their number is bounded too.
const (
	maxEscalationSteps  = 10
	maxEscalationRounds = 10
	maxEscalationLevels = 50
	minEscalationDelay  = time.Minute
	maxEscalationDelay  = 24 * time.Hour
)

// Validate implements Object.
func (p *EscalationPolicy) Validate() FieldErrors {
	var errs FieldErrors
	errs.stackName("stack", p.Stack)
	errs.name("an escalation policy", p.Name)
	errs.matchers("matchers", p.Matchers)
	errs.ofAlertsThemselves("matchers", p.Matchers)
	errs.references(p)
	last, sound := errs.escalationSteps(p.Steps)
	if p.Repeat != nil {
		errs.escalationRepeat(p.Repeat, last, sound)
		if levels := int64(len(p.Steps)) * (1 + p.Repeat.Times); levels > maxEscalationLevels && p.Repeat.Times <= maxEscalationRounds {
			errs.Add("repeat.times", "Repeat less often, or take fewer steps.", "%d steps in %d rounds are more than %d levels",
				len(p.Steps), 1+p.Repeat.Times, maxEscalationLevels)
		}
	}
	return errs
}

// ofAlertsThemselves checks matchers of alerts that no policy has got to yet.
func (e *FieldErrors) ofAlertsThemselves(path string, values []string) {
	for i, value := range values {
		matchers, err := ParseMatchers([]string{value})
		if err != nil {
			continue
		}
		for _, m := range matchers {
			if isEscalationLabel(m.Name) {
				e.Add(fmt.Sprintf("%s[%d]", path, i), "Match labels of the alerts themselves.", "label %q is what escalation adds, no alert has it before", m.Name)
			}
		}
	}
}

// escalationSteps also returns the delay of the last step, and whether all delays parse.
func (e *FieldErrors) escalationSteps(steps []EscalationStep) (last time.Duration, sound bool) {
	if len(steps) == 0 {
		e.Add("step", `Add one, such as { after = "15m", channels = ["oncall"] }.`, "an escalation policy has at least one step")
	}
	if len(steps) > maxEscalationSteps {
		e.Add("step", "Remove some.", "%d steps are more than %d", len(steps), maxEscalationSteps)
	}
	sound = true
	for i, step := range steps {
		at := fmt.Sprintf("step[%d]", i)
		after, ok := e.escalationDelay(at+".after", step.After, i == 0)
		if ok && i > 0 && sound && after <= last {
			e.Add(at+".after", "Order the steps by their delays, which count from when the alert fires.", "%s is not longer than the %s of the step before",
				quote(step.After), quote(steps[i-1].After))
		}
		last, sound = after, sound && ok
		e.stepChannels(at+".channels", step.Channels)
	}
	return last, sound
}

// escalationDelay checks a delay, which may be zero where a step is the first.
func (e *FieldErrors) escalationDelay(path, value string, first bool) (time.Duration, bool) {
	d, ok := e.duration(path, value)
	switch {
	case !ok:
		return 0, false
	case d == 0 && first:
		return 0, true
	case d < minEscalationDelay || d > maxEscalationDelay:
		hint := "Give a duration from 1m to 24h."
		if first {
			hint = "Give a duration from 1m to 24h, or 0s for at once."
		}
		e.Add(path, hint, "%s is not between 1m and 24h", quote(value))
		return 0, false
	}
	return d, true
}

func (e *FieldErrors) stepChannels(path string, channels []string) {
	if len(channels) == 0 {
		e.Add(path, "Name a notification channel of the stack.", "%s is empty: the step would notify nobody", path)
	}
	for i, name := range channels {
		at := fmt.Sprintf("%s[%d]", path, i)
		if !e.required(at, name) {
			continue
		}
		if same := slices.Index(channels, name); same < i {
			e.Add(at, "List every channel once.", "%s is the same as the one at %d", quote(name), same)
		}
	}
}

func (e *FieldErrors) escalationRepeat(r *EscalationRepeat, last time.Duration, sound bool) {
	every, ok := e.escalationDelay("repeat.every", r.Every, false)
	if ok && sound && every < last+minEscalationDelay {
		e.Add("repeat.every", "Begin the next round at least a minute after the last step.", "%s is not longer than the steps, of which the last is after %s",
			quote(r.Every), quote(model.Duration(last).String()))
	}
	if r.Times < 1 || r.Times > maxEscalationRounds {
		e.Add("repeat.times", "Give a number from 1 to 10, or remove repeat.", "%d is not a number of rounds", r.Times)
	}
}

// isEscalationLabel tells whether escalation adds a label of that name.
func isEscalationLabel(name string) bool {
	return name == EscalationLabel || name == EscalationStepLabel || name == EscalationRoundLabel
}

func (e *FieldErrors) reservedForEscalation(path, name string) {
	e.Add(path, "Choose another name.", "label %q is what escalation policies add to the alerts of their steps", name)
}
