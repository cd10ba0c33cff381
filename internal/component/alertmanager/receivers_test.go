package alertmanager_test

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/alertmanager"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec/spectest"
)

// receivers is a state with channels of every kind.
func receivers(server spectest.Server) spec.State {
	stack := spec.DefaultStack("production")
	stack.SelfMonitoring = false
	stack.Alertmanager.SMTP = &spec.SMTP{
		Smarthost: server.Smarthost, From: "stack@example.org", AuthUsername: "stack", AuthPassword: &spec.Secret{File: "stack.smtp"},
		TLSConfig: &spec.TLSConfig{CA: server.CA},
	}
	of := spec.Channel{Stack: "production", Name: "email-of-stack", Matchers: []string{}, Email: &spec.Email{To: "team@example.org"}, Continue: true, GroupWait: "0s"}
	spec.WithDefaults(&of)
	return spec.State{Stack: stack, Channels: append(spectest.Channels(server), of)}
}

func TestRenderReceiversGolden(t *testing.T) {
	c := alertmanager.New()
	in := componenttest.Input(t, receivers(spectest.Example()))
	files, err := c.Render(componenttest.GoldenInput(in))
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := bytes.Cut(files["alertmanager.yml"].Data, []byte("receivers:\n")) // routes have tests of their own
	componenttest.Golden(t, filepath.Join("testdata", "receivers"), component.Files{"alertmanager.yml": {Data: list}}, *update)
	componenttest.Publish(t, c, in)
	amtool := componenttest.Tool(t, component.Alertmanager, version, "amtool")
	componenttest.Run(t, amtool, "check-config", filepath.Join(in.ConfigDir, "alertmanager.yml"))
}
