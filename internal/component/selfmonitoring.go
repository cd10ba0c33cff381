package component

import "github.com/openpolicyplatform/terraform-provider-opp/internal/spec"

// The alert of self-monitoring that always fires; see spec.
const (
	Watchdog         = spec.Watchdog
	WatchdogSeverity = spec.WatchdogSeverity
)
