package alertmanager

import (
	"go.yaml.in/yaml/v3"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// config is what alertmanager.yml says. Fields that upstream would fill in
// differently from one release to the next are always written.
type config struct {
	Global        global         `yaml:"global"`
	Route         route          `yaml:"route"`
	InhibitRules  []inhibitRule  `yaml:"inhibit_rules,omitempty"`
	TimeIntervals []timeInterval `yaml:"time_intervals,omitempty"`
	Templates     []string       `yaml:"templates,omitempty"`
	Receivers     []*yaml.Node   `yaml:"receivers"`
}

type global struct {
	ResolveTimeout string `yaml:"resolve_timeout,omitempty"`
}

type inhibitRule struct {
	Name   string   `yaml:"name,omitempty"`
	Source []string `yaml:"source_matchers"`
	Target []string `yaml:"target_matchers"`
	Equal  []string `yaml:"equal,flow,omitempty"`
}

type route struct {
	// origin is the object that the route is made of; nil for those of the
	// stack itself, which have a title.
	origin spec.Object
	title  string

	Receiver       string   `yaml:"receiver"`
	Matchers       []string `yaml:"matchers,omitempty"`
	GroupBy        []string `yaml:"group_by,flow"`
	GroupWait      string   `yaml:"group_wait"`
	GroupInterval  string   `yaml:"group_interval"`
	RepeatInterval string   `yaml:"repeat_interval"`
	MuteWindows    []string `yaml:"mute_time_intervals,flow,omitempty"`
	ActiveWindows  []string `yaml:"active_time_intervals,flow,omitempty"`
	Continue       bool     `yaml:"continue,omitempty"`
	Routes         []route  `yaml:"routes,omitempty"`
}

// timeInterval is a named one, as Alertmanager calls mute windows.
type timeInterval struct {
	Name      string     `yaml:"name"`
	Intervals []interval `yaml:"time_intervals"`
}

type interval struct {
	Times       []timeRange `yaml:"times,omitempty"`
	Weekdays    []string    `yaml:"weekdays,flow,omitempty"`
	DaysOfMonth []string    `yaml:"days_of_month,flow,omitempty"`
	Months      []string    `yaml:"months,flow,omitempty"`
	Years       []string    `yaml:"years,flow,omitempty"`
	Location    string      `yaml:"location,omitempty"`
}

type timeRange struct {
	StartTime string `yaml:"start_time"`
	EndTime   string `yaml:"end_time"`
}
