package spec

import (
	"slices"
	"strings"
)

// ownSettings are the keys of grafana.ini that the control plane relies on, or
// that have an attribute of their own.
var ownSettings = []string{
	"server.protocol", "server.http_addr", "server.http_port", "server.root_url", "server.serve_from_sub_path",
	"security.admin_user", "security.admin_password", "security.disable_initial_admin_creation",
	"auth.basic.enabled", "auth.anonymous.enabled", "auth.anonymous.org_role",
	"paths.data", "paths.logs", "paths.plugins", "paths.provisioning",
}

func (e *FieldErrors) grafana(g *Grafana) {
	e.line("grafana.admin_user", g.AdminUser)
	if g.AnonymousRole != "" && !slices.Contains([]string{"Viewer", "Editor", "Admin"}, g.AnonymousRole) {
		e.Add("grafana.anonymous_role", "Use Viewer, Editor or Admin, or leave it out.", "%s is not a role", quote(g.AnonymousRole))
	}
	if g.RootURL != "" {
		e.httpURL("grafana.root_url", g.RootURL)
	}
	e.grafanaAccess(g)
	for _, key := range sortedKeys(g.Settings) {
		if e.grafanaSetting("grafana.settings."+shorten(key), key) {
			e.line("grafana.settings."+shorten(key), g.Settings[key])
		}
		if g.SecretSettings[key] != nil {
			e.Add("grafana.settings."+shorten(key), "Keep it in one of the two.", "setting %s is in settings_wo as well", quote(key))
		}
	}
	for _, key := range sortedKeys(g.SecretSettings) {
		e.grafanaSetting("grafana.settings_wo."+shorten(key), key)
	}
}

// grafanaAccess checks how a Grafana that runs elsewhere is reached.
func (e *FieldErrors) grafanaAccess(g *Grafana) {
	byPassword := g.Username != "" || g.Password != nil
	if !g.External() {
		if g.Token != nil || byPassword {
			e.Add("grafana.url", "Set it, or remove token_wo, username and password_wo.", "a token or a user is only needed for a Grafana that runs elsewhere, and url is not set")
		}
		return
	}
	e.httpURL("grafana.url", g.URL)
	if g.Path != "" {
		e.Add("grafana.path", "Remove url to run Grafana from here, or remove path.", "path cannot be used with url: that Grafana runs elsewhere")
	}
	if len(g.Settings)+len(g.SecretSettings) > 0 {
		e.Add("grafana.settings", "Change its grafana.ini where it runs.", "settings cannot be used with url: that Grafana runs elsewhere")
	}
	switch {
	case g.Token != nil && byPassword:
		e.Add("grafana.token", "Keep one of the two.", "a token and a user cannot be used together")
	case g.Token == nil && !byPassword:
		e.Add("grafana", "Set token_wo, or username and password_wo.", "Grafana at %s needs a token or a user", quote(g.URL))
	case byPassword && (g.Username == "" || g.Password == nil):
		e.Add("grafana", "Set both username and password_wo.", "username and password_wo belong together")
	}
}

// grafanaSetting checks a key "section.key" of grafana.ini.
func (e *FieldErrors) grafanaSetting(path, key string) bool {
	dot := strings.LastIndex(key, ".")
	if dot <= 0 || dot == len(key)-1 || strings.ContainsAny(key, " []=;#\"'`\n\r") {
		e.Add(path, `Write section and key, such as "auth.google.client_id".`, "%s is not a key of grafana.ini", quote(key))
		return false
	}
	if slices.Contains(ownSettings, key) {
		e.Add(path, "Use the attributes of the stack.", "%s is set by the stack itself", quote(key))
		return false
	}
	return true
}
