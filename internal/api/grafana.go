package api

import "net/url"

// Paths about a stack's Grafana.
const (
	PathDashboard          = "/v1/stacks/{stack}/grafana/dashboards/{uid}"
	PathGrafanaCredentials = "/v1/stacks/{stack}/grafana/credentials"
	PathGrafanaCredential  = "/v1/stacks/{stack}/grafana/credentials/{id}"
)

// DashboardURL is the path of a dashboard as Grafana has it.
func DashboardURL(stack, uid string) string {
	return StackURL(stack) + "/grafana/dashboards/" + segment(uid)
}

// GrafanaCredentialsURL is where credentials are made; lifetime is a Go duration.
func GrafanaCredentialsURL(stack string) string { return StackURL(stack) + "/grafana/credentials" }

// GrafanaCredentialURL is the path of credentials that were made.
func GrafanaCredentialURL(stack, id string) string {
	return GrafanaCredentialsURL(stack) + "/" + url.PathEscape(id)
}

// Dashboard is a dashboard as Grafana has it, whoever made it.
type Dashboard struct {
	UID string `json:"uid"`
	// Title and Folder, the folder's title, are empty where Grafana has none.
	Title   string `json:"title"`
	Folder  string `json:"folder,omitempty"`
	URL     string `json:"url"`
	Version int64  `json:"version"`
	// ConfigJSON is the dashboard without the keys that Grafana sets itself.
	ConfigJSON string `json:"config_json"`
}

// GrafanaCredentials let somebody use a stack's Grafana.
type GrafanaCredentials struct {
	// ID names them for revocation.
	ID  string `json:"id"`
	URL string `json:"url"`
	// Username and Password are the administrator's; empty where Grafana runs
	// elsewhere, and where it does not take the password that was generated.
	Username string `json:"username,omitempty"`
	Password string `json:"password,omitempty"`
	// Token is short-lived.
	Token string `json:"token"`
}
