package component

import "github.com/openpolicyplatform/terraform-provider-opp/internal/spec"

// The alert of self-monitoring that always fires; see spec.
const (
	Watchdog         = spec.Watchdog
	WatchdogSeverity = spec.WatchdogSeverity
)

// NotificationsFailing is the alert of self-monitoring that tells which receiver
// fails, in the label receiver_name.
const NotificationsFailing = "NotificationsFailing"
