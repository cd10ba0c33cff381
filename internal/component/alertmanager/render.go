package alertmanager

import (
	"fmt"
	"path/filepath"
	"slices"

	upstream "github.com/prometheus/alertmanager/config"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

const (
	configFile = "alertmanager.yml"
	// nowhere is the receiver that notifies nobody.
	nowhere = spec.NullReceiver
)

// Render implements component.Component.
func (*node) Render(in component.Input) (component.Files, error) {
	fallbacks := in.State.Fallbacks()
	cfg := routing(&in.State, fallbacks)
	channels := slices.Concat(in.State.Channels, fallbacks)
	for i := range channels {
		channel := &channels[i]
		r, err := receiverOf(in, channel)
		if err != nil {
			return nil, fmt.Errorf("cannot render notification channel %q: %w", channel.Name, err)
		}
		cfg.Receivers = append(cfg.Receivers, r)
	}
	cfg.Receivers = append(cfg.Receivers, mapping("name", scalar(nowhere)))
	files := component.Files{}
	cfg.Templates = templateFiles(in, files)
	text, err := component.YAML(cfg)
	if err != nil {
		return nil, fmt.Errorf("cannot render %s: %w", configFile, err)
	}
	files[configFile] = component.File{Data: text}
	return files, nil
}

// routing is all of the configuration that decides where an alert goes; what
// receivers do with it is left out.
func routing(state *spec.State, fallbacks []spec.Channel) config {
	cfg := config{
		Global:       global{ResolveTimeout: state.Stack.Alertmanager.ResolveTimeout},
		Route:        routeTree(state, fallbacks),
		InhibitRules: inhibitRules(state),
	}
	for _, w := range state.MuteWindows {
		cfg.TimeIntervals = append(cfg.TimeIntervals, timeInterval{Name: w.Name, Intervals: intervalsOf(w)})
	}
	return cfg
}

// Check implements component.Component.
func (*node) Check(_ component.Input, files component.Files) error {
	if _, err := upstream.Load(string(files[configFile].Data)); err != nil {
		return fmt.Errorf("cannot accept %s: %w", configFile, err)
	}
	return checkTemplates(files)
}

// place is where Alertmanager reads its configuration.
func place(in component.Input) string { return filepath.Join(in.ConfigDir, configFile) }
