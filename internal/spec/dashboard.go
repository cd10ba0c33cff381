package spec

// What happens to what people change in Grafana itself.
const (
	// UIEditsReport shows edits as drift. A plan that shows them restores the
	// dashboard when it is applied; edits that it did not show are never overwritten.
	UIEditsReport = "report"
	// UIEditsRevert shows edits as drift too, and the next apply restores the
	// dashboard, whatever was edited in the meantime.
	UIEditsRevert = "revert"
	// UIEditsKeep leaves edits alone: they are no drift, and a change of the
	// configuration fails rather than overwrite them.
	UIEditsKeep = "keep"
)

// What becomes of the problems that a dashboard has.
const (
	// LintOff looks for no problems: whether the text is a dashboard is checked
	// all the same, and Grafana still has its say.
	LintOff = "off"
	// LintWarn fails on what Grafana or Prometheus would refuse and warns of the rest.
	LintWarn = "warn"
	// LintError fails on every problem.
	LintError = "error"
)

// Dashboard is one Grafana dashboard.
type Dashboard struct {
	Stack string `json:"stack"`
	// Name is the identity within the stack and the uid in Grafana.
	Name string `json:"name"`
	// Folder is a title; empty means Grafana's root.
	Folder string `json:"folder,omitempty"`
	// ConfigJSON is the dashboard as Grafana exports it.
	ConfigJSON string `json:"config_json,omitempty"`
	// UIEdits is one of the UIEdits constants, Lint one of the Lint constants.
	UIEdits string `json:"ui_edits"`
	Lint    string `json:"lint"`
	// Annotate leaves an annotation on the dashboard at every save.
	Annotate bool `json:"annotate"`

	// Version in Grafana. In an observation it is what Grafana has, 0 if it has
	// no such dashboard; in a write it is what the writer saw last.
	Version int64 `json:"version,omitempty"`
	// URL of the dashboard; only in observations.
	URL string `json:"url,omitempty"`
	// ConfigSHA256 stands in for ConfigJSON in observations, in hexadecimal, so
	// that a plan of many dashboards does not carry them all.
	ConfigSHA256 string `json:"config_sha256,omitempty"`
}

// Kind implements Object.
func (*Dashboard) Kind() Kind { return KindDashboard }

// StackName implements Object.
func (d *Dashboard) StackName() string { return d.Stack }

// ObjectName implements Object.
func (d *Dashboard) ObjectName() string { return d.Name }

// Secrets implements Object: a dashboard has none.
func (*Dashboard) Secrets() map[string]*Secret { return nil }

// ClearObserved implements Observed.
func (d *Dashboard) ClearObserved() { d.Version, d.URL, d.ConfigSHA256 = 0, "", "" }

func (d *Dashboard) withDefaults() {
	fill(&d.UIEdits, UIEditsReport)
	fill(&d.Lint, LintWarn)
}
