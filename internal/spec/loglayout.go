package spec

import (
	"slices"
	"strings"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/logpipeline"
)

// LogSeverities are what a record's severity can be, least severe first.
func LogSeverities() []string { return logpipeline.Severities() }

// EpochLayouts are the layouts of timestamps that count since 1970: the unit,
// and the unit of the digits after the point.
func EpochLayouts() []string { return []string{"s", "ms", "us", "ns", "s.ms", "s.us", "s.ns"} }

// Type is the language of the layout, one of the Layout constants.
func (t *LogTimestamp) Type() string {
	switch {
	case slices.Contains(EpochLayouts(), t.Layout):
		return LayoutEpoch
	case strings.Contains(t.Layout, "%"):
		return LayoutStrptime
	}
	return LayoutGo
}
