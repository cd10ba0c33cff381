package spec

import (
	"fmt"
	"strconv"
	"time"
)

// KindEscalationPolicy is the kind of EscalationPolicy.
const KindEscalationPolicy Kind = "escalation_policy"

// The labels of the alerts by which a policy notifies again: which policy it
// is, which of its steps, and which round if it is not the first. The alert
// itself has none of them.
const (
	EscalationLabel      = "escalation"
	EscalationStepLabel  = "escalation_step"
	EscalationRoundLabel = "escalation_round"
)

// EscalationPolicy is who else is notified while an alert goes on firing and
// nobody has silenced it.
type EscalationPolicy struct {
	Stack string `json:"stack"`
	// Name is the identity within the stack and the value of EscalationLabel.
	Name string `json:"name"`
	// Matchers in Alertmanager syntax choose the alerts; none chooses all.
	Matchers []string `json:"matchers"`
	// Steps in the order of their delays.
	Steps []EscalationStep `json:"step"`
	// Repeat begins the steps anew; nil for never.
	Repeat *EscalationRepeat `json:"repeat,omitempty"`
}

// EscalationStep notifies some channels.
type EscalationStep struct {
	// After is how long the alert fires before, a Prometheus duration. "0s",
	// which only the first step may have, is at once: such a policy takes the
	// alert over from the channels' own routes.
	After    string   `json:"after"`
	Channels []string `json:"channels"`
}

// EscalationRepeat takes all steps again, as long as the alert fires.
type EscalationRepeat struct {
	// Every is how long after a round the next one begins, a Prometheus duration.
	Every string `json:"every"`
	// Times is how many rounds follow the first.
	Times int64 `json:"times"`
}

// Kind implements Object.
func (*EscalationPolicy) Kind() Kind { return KindEscalationPolicy }

// StackName implements Object.
func (p *EscalationPolicy) StackName() string { return p.Stack }

// ObjectName implements Object.
func (p *EscalationPolicy) ObjectName() string { return p.Name }

// Secrets implements Object: a policy has none.
func (*EscalationPolicy) Secrets() map[string]*Secret { return nil }

// References implements Referrer.
func (p *EscalationPolicy) References() []Reference {
	var references []Reference
	for i := range p.Steps {
		for k := range p.Steps[i].Channels {
			references = append(references, Reference{
				Path: fmt.Sprintf("step[%d].channels[%d]", i, k), Kind: KindChannel, Name: &p.Steps[i].Channels[k],
			})
		}
	}
	return references
}

func (p *EscalationPolicy) withDefaults() {
	fillList(&p.Matchers)
	fillList(&p.Steps)
	for i := range p.Steps {
		fill(&p.Steps[i].After, "0s")
		fillList(&p.Steps[i].Channels)
	}
}

// Level is one moment at which a policy notifies.
type Level struct {
	Policy string
	// Step and Round count from 1.
	Step, Round int
	// After is how long the alert has been firing then.
	After    time.Duration
	Channels []string
}

// Levels lists the moments of a policy, in the order of time. A policy whose
// durations do not parse has none.
func (p *EscalationPolicy) Levels() []Level {
	rounds, every := 1, time.Duration(0)
	if p.Repeat != nil {
		d, err := ParseDuration(p.Repeat.Every)
		if err != nil {
			return nil
		}
		rounds, every = rounds+int(p.Repeat.Times), d
	}
	var levels []Level
	for round := range rounds {
		for i, step := range p.Steps {
			after, err := ParseDuration(step.After)
			if err != nil {
				return nil
			}
			levels = append(levels, Level{
				Policy: p.Name, Step: i + 1, Round: round + 1,
				After: time.Duration(round)*every + after, Channels: step.Channels,
			})
		}
	}
	return levels
}

// AtOnce tells whether the policy notifies of the alert itself.
func (p *EscalationPolicy) AtOnce() bool {
	if len(p.Steps) == 0 {
		return false
	}
	after, err := ParseDuration(p.Steps[0].After)
	return err == nil && after == 0
}

// Labels tell the level's alert from the alert itself, which has none of them:
// nil for a level that is at once.
func (l *Level) Labels() map[string]string {
	if l.After == 0 {
		return nil
	}
	labels := map[string]string{EscalationLabel: l.Policy, EscalationStepLabel: strconv.Itoa(l.Step)}
	if l.Round > 1 {
		labels[EscalationRoundLabel] = strconv.Itoa(l.Round)
	}
	return labels
}
