package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestConfig(t *testing.T) {
	t.Parallel()
	null := types.StringNull()
	for name, test := range map[string]struct {
		given model
		env   map[string]string
		want  Config
		known bool
	}{
		"nothing":            {model{null, null, null}, nil, Config{}, true},
		"environment":        {model{null, null, null}, map[string]string{EnvEndpoint: "https://e", EnvToken: "t"}, Config{Endpoint: "https://e", Token: "t"}, true},
		"attribute first":    {model{types.StringValue("/a"), null, null}, map[string]string{EnvStateDir: "/b"}, Config{StateDir: "/a"}, true},
		"attribute of other": {model{types.StringValue("/a"), null, null}, map[string]string{EnvEndpoint: "https://e"}, Config{StateDir: "/a"}, true},
		"endpoint":           {model{null, types.StringValue("https://e"), types.StringValue("t")}, map[string]string{EnvStateDir: "/b", EnvToken: "u"}, Config{Endpoint: "https://e", Token: "t"}, true},
		"both in environment": {model{null, null, null}, map[string]string{EnvStateDir: "/b", EnvEndpoint: "https://e"},
			Config{StateDir: "/b", Endpoint: "https://e"}, true},
		"unknown endpoint": {model{null, types.StringUnknown(), null}, map[string]string{EnvStateDir: "/b"}, Config{}, false},
		"unknown token":    {model{null, types.StringValue("https://e"), types.StringUnknown()}, nil, Config{Endpoint: "https://e"}, false},
	} {
		got, known := test.given.config(func(name string) string { return test.env[name] })
		if got != test.want || known != test.known {
			t.Errorf("%s: %+v (known: %t), want %+v (known: %t)", name, got, known, test.want, test.known)
		}
	}
}
