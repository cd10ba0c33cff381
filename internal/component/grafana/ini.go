package grafana

import (
	"fmt"
	"maps"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
)

// settings are the values of grafana.ini by section and key.
type settings map[string]map[string]string

// put sets "section.key"; a section's name may have dots, a key's has none.
func (s settings) put(name, value string) {
	dot := strings.LastIndex(name, ".")
	section, key := name[:max(dot, 0)], name[dot+1:]
	if s[section] == nil {
		s[section] = map[string]string{}
	}
	s[section][key] = value
}

// wantedSettings is what grafana.ini says: what the stack relies on, then what
// keeps Grafana from talking to anybody outside, then what the user wants.
func wantedSettings(in component.Input) (settings, error) {
	g := &in.State.Stack.Grafana
	host, port, err := net.SplitHostPort(in.Addresses[component.Grafana])
	if err != nil {
		return nil, fmt.Errorf("cannot render %s: %w", iniFile, err)
	}
	browsers, err := browserURL(in)
	if err != nil {
		return nil, fmt.Errorf("cannot render %s: %w", iniFile, err)
	}
	s := settings{}
	for name, value := range map[string]string{
		"server.protocol":            "http",
		"server.http_addr":           host,
		"server.http_port":           port,
		"server.root_url":            strings.TrimSuffix(browsers.String(), "/") + "/",
		"server.serve_from_sub_path": fmt.Sprint(strings.Trim(browsers.Path, "/") != ""),

		"paths.data":         in.DataDir,
		"paths.logs":         filepath.Join(in.DataDir, "log"),
		"paths.plugins":      filepath.Join(in.DataDir, "plugins"),
		"paths.provisioning": filepath.Join(in.ConfigDir, "provisioning"),

		"security.admin_user":       g.AdminUser,
		"security.admin_password":   fromFile(filepath.Join(in.PrivateDir, passwordFile)),
		"security.secret_key":       fromFile(filepath.Join(in.PrivateDir, secretKeyFile)),
		"security.disable_gravatar": "true",

		"analytics.reporting_enabled":        "false",
		"analytics.check_for_updates":        "false",
		"analytics.check_for_plugin_updates": "false",
		"analytics.feedback_links_enabled":   "false",
		"news.news_feed_enabled":             "false",
		"plugins.preinstall_disabled":        "true",
		"plugins.preinstall_auto_update":     "false",
		"snapshots.external_enabled":         "false",
		"unified_alerting.enabled":           "false",
		// Many saves at once find SQLite locked.
		"database.wal":                 "true",
		"database.query_retries":       "10",
		"database.transaction_retries": "10",
		"log.mode":                     "console",
		"log.level":                    "info",
	} {
		s.put(name, value)
	}
	if g.AnonymousRole != "" {
		s.put("auth.anonymous.enabled", "true")
		s.put("auth.anonymous.org_role", g.AnonymousRole)
	}
	for name, value := range g.Settings {
		s.put(name, value)
	}
	for name, secret := range g.SecretSettings {
		s.put(name, fromFile(in.SecretPath(secret)))
	}
	return s, nil
}

// fromFile makes Grafana read a value from a file.
func fromFile(path string) string { return "$__file{" + path + "}" }

// browserURL is where browsers reach Grafana.
func browserURL(in component.Input) (*url.URL, error) {
	g := &in.State.Stack.Grafana
	for _, given := range []string{g.RootURL, g.URL} {
		if given != "" {
			return url.Parse(given)
		}
	}
	return &url.URL{Scheme: "http", Host: reachable(in, component.Grafana)}, nil
}

// text writes the settings so that Grafana reads back the same values.
func (s settings) text() ([]byte, error) {
	var b strings.Builder
	for _, section := range slices.Sorted(maps.Keys(s)) {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "[%s]\n", section)
		for _, key := range slices.Sorted(maps.Keys(s[section])) {
			value, err := quote(s[section][key])
			if err != nil {
				return nil, fmt.Errorf("cannot write setting %q of grafana.ini: %w", section+"."+key, err)
			}
			fmt.Fprintf(&b, "%s = %s\n", key, value)
		}
	}
	return []byte(b.String()), nil
}

// quote writes a value the way the library that Grafana reads its settings with
// (ini.v1) takes it as it is: bare if nothing in it has a meaning, else between
// backquotes. On one line these end at the last one, so they may occur within.
func quote(value string) (string, error) {
	special := strings.ContainsAny(value, "#;`\"'\\\n\r") || strings.TrimSpace(value) != value
	switch {
	case !special:
		return value, nil
	case !strings.ContainsAny(value, "\n\r"), !strings.Contains(value, "`"):
		return "`" + value + "`", nil
	case !strings.Contains(value, `"""`) && !strings.HasSuffix(value, `"`):
		return `"""` + value + `"""`, nil
	default:
		return "", fmt.Errorf("it has several lines and both sorts of quotes")
	}
}
