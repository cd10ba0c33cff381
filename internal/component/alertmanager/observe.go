package alertmanager

import (
	"context"
	"fmt"
	"os"
	"slices"

	upstream "github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/dispatch"
	"github.com/prometheus/common/model"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// status is the part of /api/v2/status that is used.
type status struct {
	Config struct {
		Original string `json:"original"`
	} `json:"config"`
	Version struct {
		Version string `json:"version"`
	} `json:"versionInfo"`
}

// observer is one observation.
type observer struct {
	*component.Report
	// name is that of the component.
	name   string
	in     component.Input
	config *upstream.Config
	// root is the routing tree as it works, with everything inherited.
	root *dispatch.Route
	// want and have are the receivers, those of files and those that run.
	want, have map[string]integrations
	// fallbacks are those of the state.
	fallbacks []spec.Channel
}

// Observe implements component.Component. When the hash of what runs is that
// of files, nothing can differ and nothing is read.
func (c *node) Observe(
	ctx context.Context, in component.Input, files component.Files, report *component.Report,
) error {
	if err := c.observe(ctx, in, files, report); err != nil {
		return fmt.Errorf("cannot observe %s: %w", c.Name(), err)
	}
	return nil
}

func (c *node) observe(
	ctx context.Context, in component.Input, files component.Files, report *component.Report,
) error {
	var now status
	if err := c.probe.GetJSON(ctx, c.address(in), "/api/v2/status", nil, &now); err != nil {
		return err
	}
	report.Versions[c.Name()] = now.Version.Version
	running, err := c.running(ctx, in)
	if err != nil {
		return err
	}
	edits, err := files.Edits(in, templatesGlob)
	if err != nil {
		return err
	}
	o := observer{Report: report, in: in, name: c.Name()}
	// The others hear of silences a moment later.
	if len(in.State.Silences) > 0 && c.number == 1 {
		held, err := c.silences(ctx, in)
		if err != nil {
			return err
		}
		o.silences(held)
	}
	same := running.hash == hash(files[configFile].Data)
	o.edited(edits, same)
	if same {
		return nil
	}
	if err := o.load(running.hash, now.Config.Original, files); err != nil {
		return err
	}
	o.root, o.fallbacks = dispatch.NewRoute(o.config.Route, nil), in.State.Fallbacks()
	o.receivers()
	o.routes()
	if err := o.windows(); err != nil {
		return err
	}
	o.inhibitions()
	o.templates()
	o.global()
	return nil
}

// global compares the settings of the stack.
func (o *observer) global() {
	a := &o.Observed.Stack.Alertmanager
	if have := o.config.Global.ResolveTimeout.String(); !spec.EqualDuration(a.ResolveTimeout, have) {
		a.ResolveTimeout = have
	}
}

// load reads what runs and what should: the file, if it is what was loaded,
// because the API hides secrets and URLs. Then what should run is read the same way.
func (o *observer) load(sum float64, original string, files component.Files) error {
	wanted, err := upstream.Load(string(files[configFile].Data))
	if err != nil {
		return fmt.Errorf("cannot read the generated configuration: %w", err)
	}
	text, err := os.ReadFile(place(o.in))
	if err == nil && hash(text) == sum {
		o.config, err = upstream.Load(string(text))
	} else if o.config, err = loadPrinted(original); err == nil {
		wanted, err = loadPrinted(wanted.String())
	}
	if err != nil {
		return fmt.Errorf("cannot read the running configuration: %w", err)
	}
	if o.want, err = printReceivers(wanted); err == nil {
		o.have, err = printReceivers(o.config)
	}
	return err
}

// loadPrinted reads a configuration as the API prints it.
func loadPrinted(text string) (*upstream.Config, error) {
	text, err := readable(text)
	if err != nil {
		return nil, err
	}
	cfg, err := upstream.Load(text)
	if err != nil {
		return nil, err
	}
	groupByNothing(cfg.Route.Routes)
	return cfg, nil
}

// groupByNothing undoes that the API prints an empty group_by like none at all,
// which would be taken for an inherited one. We always write it.
func groupByNothing(routes []*upstream.Route) {
	for _, r := range routes {
		if r.GroupByStr == nil {
			r.GroupBy = []model.LabelName{}
		}
		groupByNothing(r.Routes)
	}
}

// drift notes a sentence about the stack itself.
func (o *observer) drift(format string, args ...any) { o.note(nil, format, args...) }

// note notes a sentence about an object; nil is the stack itself.
func (o *observer) note(object spec.Object, format string, args ...any) {
	if object == nil {
		object = &o.in.State.Stack
	}
	o.AddDrift(object.Kind(), object.ObjectName(), o.name+": "+fmt.Sprintf(format, args...))
}

// observed is where the values of a channel go; nil for an unknown name.
func (o *observer) observed(name string) *spec.Channel {
	i := slices.IndexFunc(o.Observed.Channels, func(x spec.Channel) bool { return x.Name == name })
	if i < 0 {
		return nil
	}
	return &o.Observed.Channels[i]
}
