package collector

import (
	"bytes"
	"fmt"
	"net"
	"strconv"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/component/probe"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/logpipeline"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

const configFile = "collector.yml"

// section is a part of the configuration. Keys are written in order.
type section map[string]any

// config is what collector.yml says. It is what Render writes and, read back
// from the running collector, what is compared.
type config struct {
	Extensions map[string]section `yaml:"extensions"`
	Receivers  map[string]section `yaml:"receivers"`
	Processors map[string]section `yaml:"processors"`
	Exporters  map[string]section `yaml:"exporters"`
	Service    service            `yaml:"service"`
}

type service struct {
	Extensions []string            `yaml:"extensions,flow"`
	Telemetry  section             `yaml:"telemetry"`
	Pipelines  map[string]pipeline `yaml:"pipelines"`
}

type pipeline struct {
	Receivers  []string `yaml:"receivers"`
	Processors []string `yaml:"processors"`
	Exporters  []string `yaml:"exporters,flow"`
}

// Names of what the configuration consists of.
const (
	storage  = "file_storage"
	health   = "health_check"
	limiter  = "memory_limiter"
	fit      = "transform/fit"
	exporter = "otlp_http/loki"

	linesPipeline = "logs/lines"
	otlpPipeline  = "logs/otlp"
)

// Render implements component.Component.
func (*Component) Render(in component.Input) (component.Files, error) {
	wanted, err := wantedConfig(in)
	if err != nil {
		return nil, fmt.Errorf("cannot render %s: %w", configFile, err)
	}
	text, err := component.YAML(wanted)
	if err != nil {
		return nil, fmt.Errorf("cannot render %s: %w", configFile, err)
	}
	return component.Files{configFile: {Data: escape(text)}}, nil
}

// escape keeps the collector from taking dollars for references.
func escape(text []byte) []byte { return bytes.ReplaceAll(text, []byte("$"), []byte("$$")) }

// unescape is what the collector makes of a text without references.
func unescape(text []byte) []byte { return bytes.ReplaceAll(text, []byte("$$"), []byte("$")) }

func wantedConfig(in component.Input) (config, error) {
	limit, err := spec.ParseSize(in.State.Stack.Collector.Memory)
	if err != nil {
		return config{}, err
	}
	telemetry, err := telemetryOf(in.State.Stack.Name, further(in, metricsPort))
	if err != nil {
		return config{}, err
	}
	c := config{
		Extensions: map[string]section{
			storage: {
				"directory": storageDir(in), "create_directory": true, "directory_permissions": "0700",
				// A file that a crash of the machine has spoilt is set aside, not in the way for good.
				"recreate": true,
			},
			health: {"endpoint": further(in, healthPort)},
		},
		Receivers:  map[string]section{},
		Processors: map[string]section{limiter: memoryLimiter(limit), fit: fitForLoki()},
		Exporters:  map[string]section{exporter: toLoki(in.Addresses[component.Loki])},
		Service: service{
			Extensions: []string{storage, health},
			Telemetry:  telemetry,
			Pipelines:  map[string]pipeline{},
		},
	}
	if err := c.addLines(in); err != nil {
		return config{}, err
	}
	c.addOTLP(in)
	return c, nil
}

// memoryLimiter refuses records for a while before the unit's limit is reached.
func memoryLimiter(limit int64) section {
	mib := max(limit*8/10>>20, 1)
	return section{"check_interval": "500ms", "limit_mib": mib, "spike_limit_mib": max(mib/4, 1)}
}

// maxFuture is how far ahead a record may be before Loki refuses it.
const maxFuture = "10m"

// fitForLoki keeps Loki from refusing records for good. For a field that it
// cannot name it even refuses everything that is sent along. A record that is
// too far ahead gets the time at which it was read or sent.
func fitForLoki() section {
	statement := func(context, format, value string) section {
		return section{"context": context, "statements": []string{fmt.Sprintf(format, quote(value))}}
	}
	return section{"error_mode": "ignore", "log_statements": []section{
		statement("resource", "delete_matching_keys(resource.attributes, %s)", logpipeline.Nameless),
		statement("scope", "delete_matching_keys(scope.attributes, %s)", logpipeline.Nameless),
		statement("log", "delete_matching_keys(log.attributes, %s)", logpipeline.Nameless),
		statement("log", "set(log.time, log.observed_time) where log.time > Now() + Duration(%s)", maxFuture),
	}}
}

// queueSize bounds what waits on disk for Loki, in bytes. When it is full, files
// and the journal are not read on, and applications are told to come again.
const queueSize = 512 << 20

// toLoki sends records until Loki has them.
func toLoki(address string) section {
	return section{
		"endpoint": "http://" + probe.Reachable(address) + "/otlp",
		// It is near: compressing costs more than it saves.
		"compression": "none",
		"retry_on_failure": section{
			"initial_interval": "500ms", "max_interval": "5s", "max_elapsed_time": "0s",
		},
		"sending_queue": section{
			"storage": storage, "sizer": "bytes", "queue_size": queueSize, "num_consumers": 4,
			"batch": section{"flush_timeout": "200ms", "sizer": "bytes", "min_size": 500_000, "max_size": 2_000_000},
		},
	}
}

// telemetryOf lets the collector tell about itself, with the names of metrics
// that it has without any configuration.
func telemetryOf(stack, address string) (section, error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %q: %w", address, err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %q: %w", address, err)
	}
	return section{
		// At info it would log its whole configuration on every reload.
		"logs": section{"level": "warn", "disable_stacktrace": true},
		"metrics": section{
			"level": "normal",
			"readers": []section{{"pull": section{"exporter": section{"prometheus": section{
				"host": host, "port": port, "without_scope_info": true, "without_type_suffix": true, "without_units": true,
			}}}}},
		},
		// By default it is another one, with new series, after every reload.
		"resource": section{"attributes": []section{{"name": "service.instance.id", "value": stack}}},
	}, nil
}
