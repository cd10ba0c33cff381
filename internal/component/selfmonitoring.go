package component

// Watchdog is the alert of self-monitoring that always fires. Its severity
// label is WatchdogSeverity, which no user's rule has, so that routes by
// severity leave it alone; a route by its alertname makes a dead man's switch.
const (
	Watchdog         = "Watchdog"
	WatchdogSeverity = "none"
)
