package rulegroup

import (
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
)

// Answer is the part of the answer about rules that is compared.
type Answer struct {
	Data struct {
		Groups []Running `json:"groups"`
	} `json:"data"`
}

// Running is a group as the component tells it.
type Running struct {
	Name string `json:"name"`
	// File is made relative, as in component.Files, before it is compared.
	File string `json:"file"`
	// Interval is in seconds.
	Interval float64       `json:"interval"`
	Rules    []RunningRule `json:"rules"`
}

// RunningRule is a rule as the component tells it; times are in seconds.
type RunningRule struct {
	Type          string            `json:"type"`
	Name          string            `json:"name"`
	Query         string            `json:"query"`
	Duration      float64           `json:"duration"`
	KeepFiringFor float64           `json:"keepFiringFor"`
	Labels        map[string]string `json:"labels"`
	Annotations   map[string]string `json:"annotations"`
}

// asWritten is what the running rule looks like in a file.
func (r *RunningRule) asWritten() rulefmt.Rule {
	found := rulefmt.Rule{
		Expr: r.Query, For: seconds(r.Duration), KeepFiringFor: seconds(r.KeepFiringFor),
		Labels: r.Labels, Annotations: r.Annotations,
	}
	if r.Type == "recording" {
		found.Record = r.Name
	} else {
		found.Alert = r.Name
	}
	return found
}

func seconds(s float64) model.Duration {
	return model.Duration((time.Duration(s * float64(time.Second))).Round(time.Millisecond))
}
