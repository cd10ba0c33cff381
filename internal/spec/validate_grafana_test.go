package spec_test

import (
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func stackWithGrafana() spec.Stack {
	s := spec.DefaultStack("production")
	s.Grafana.Enabled = true
	return s
}

func elsewhere(s *spec.Stack) {
	s.Grafana.URL, s.Grafana.Token = "https://grafana.example.com", &spec.Secret{Value: "t"}
}

func TestSoundGrafana(t *testing.T) {
	accept(t, stackWithGrafana, map[string]func(*spec.Stack){
		"defaults":  func(*spec.Stack) {},
		"elsewhere": elsewhere,
		"elsewhere with a user": func(s *spec.Stack) {
			s.Grafana.URL, s.Grafana.Username, s.Grafana.Password = "http://127.0.0.1:3000/grafana", "u", &spec.Secret{Value: "p"}
		},
		"visitors":       func(s *spec.Stack) { s.Grafana.AnonymousRole = "Viewer" },
		"behind a proxy": func(s *spec.Stack) { s.Grafana.RootURL = "https://example.com/grafana/" },
		"settings": func(s *spec.Stack) {
			s.Grafana.Settings = map[string]string{"auth.google.client_id": "a", "users.default_theme": "light"}
			s.Grafana.SecretSettings = map[string]*spec.Secret{"auth.google.client_secret": {Value: "s"}}
		},
	})
}

func TestGrafanaMistakes(t *testing.T) {
	setting := func(key, value string) func(*spec.Stack) {
		return func(s *spec.Stack) { s.Grafana.Settings = map[string]string{key: value} }
	}
	try(t, stackWithGrafana, []mistake[spec.Stack]{
		{"administrator on two lines", func(s *spec.Stack) { s.Grafana.AdminUser = "a\nb" }, "grafana.admin_user", ""},
		{"role", func(s *spec.Stack) { s.Grafana.AnonymousRole = "viewer" }, "grafana.anonymous_role", `"viewer" is not a role`},
		{"root URL", func(s *spec.Stack) { s.Grafana.RootURL = "example.com" }, "grafana.root_url", ""},
		{"URL", func(s *spec.Stack) { elsewhere(s); s.Grafana.URL = "grafana" }, "grafana.url", ""},
		{"nobody's token", func(s *spec.Stack) { s.Grafana.Token = &spec.Secret{Value: "t"} }, "grafana.url", "url is not set"},
		{"nobody's user", func(s *spec.Stack) { s.Grafana.Username = "u" }, "grafana.url", "url is not set"},
		{"without access", func(s *spec.Stack) { elsewhere(s); s.Grafana.Token = nil }, "grafana", "needs a token or a user"},
		{"both", func(s *spec.Stack) {
			elsewhere(s)
			s.Grafana.Username, s.Grafana.Password = "u", &spec.Secret{Value: "p"}
		},
			"grafana.token", "cannot be used together"},
		{"no password", func(s *spec.Stack) { elsewhere(s); s.Grafana.Token, s.Grafana.Username = nil, "u" }, "grafana", "belong together"},
		{"home of what runs elsewhere", func(s *spec.Stack) { elsewhere(s); s.Grafana.Path = "/opt/grafana" }, "grafana.path", "runs elsewhere"},
		{"settings of what runs elsewhere", func(s *spec.Stack) { elsewhere(s); setting("a.b", "c")(s) }, "grafana.settings", "runs elsewhere"},
		{"no section", setting("theme", "light"), "grafana.settings.theme", "is not a key of grafana.ini"},
		{"no key", setting("users.", "light"), "grafana.settings.users.", "is not a key of grafana.ini"},
		{"line break in a key", setting("a.b\n[c]", "x"), `grafana.settings."a.b\n[c]"`, "is not a key of grafana.ini"},
		{"line break in a value", setting("a.b", "x\ny"), "grafana.settings.a.b", ""},
		{"the stack's own", setting("server.http_port", "1"), "grafana.settings.server.http_port", "is set by the stack itself"},
		{"no administrator", setting("security.disable_initial_admin_creation", "true"), "grafana.settings.security.disable_initial_admin_creation", "is set by the stack itself"},
		{"the stack's own secret", func(s *spec.Stack) {
			s.Grafana.SecretSettings = map[string]*spec.Secret{"security.admin_password": {Value: "x"}}
		}, "grafana.settings_wo.security.admin_password", "is set by the stack itself"},
		{"twice", func(s *spec.Stack) {
			setting("a.b", "x")(s)
			s.Grafana.SecretSettings = map[string]*spec.Secret{"a.b": {Value: "x"}}
		}, "grafana.settings.a.b", "is in settings_wo as well"},
	})
}
