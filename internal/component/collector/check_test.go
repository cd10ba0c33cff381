package collector_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/collector"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/componenttest"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// TestCheckRefuses what would end a collector that reads it.
func TestCheckRefuses(t *testing.T) {
	state := states()["minimal"]
	state.LogSources = []spec.LogSource{fileSource("app", "/var/log/app")}
	in := componenttest.Input(t, state)
	in.Binary = binary(t)
	c := collector.New()
	files, err := c.Render(in)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(in, files); err != nil {
		t.Fatal(err)
	}
	text := bytes.Replace(files["collector.yml"].Data, []byte("level: normal"), []byte("level: loud"), 1)
	err = c.Check(in, component.Files{"collector.yml": {Data: text}})
	if err == nil || !strings.Contains(err.Error(), `unknown metrics level "loud"`) {
		t.Errorf("error %v", err)
	}
	in.State.LogSources[0].Parse = spec.LogParse{Format: spec.LogFormatRegex, Pattern: "(?P<a>"}
	if err := c.Check(in, files); err == nil || !strings.Contains(err.Error(), `log source "app": parse.pattern`) {
		t.Errorf("error %v", err)
	}
}
