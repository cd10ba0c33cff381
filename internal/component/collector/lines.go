package collector

import (
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/component"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/logpipeline"
	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

// Types of receivers.
const (
	fileLog  = "file_log"
	journald = "journald"
)

// addLines adds a receiver for every source of lines, all of them in one
// pipeline: what tells records apart is their resource.
func (c *config) addLines(in component.Input) error {
	lines := pipeline{Processors: []string{limiter, fit}, Exporters: []string{exporter}}
	for i := range in.State.LogSources {
		s := &in.State.LogSources[i]
		if s.OTLP != nil {
			continue
		}
		settings, err := receiver(in, s)
		if err != nil {
			return fmt.Errorf("log source %q: %w", s.Name, err)
		}
		id := receiverID(s)
		c.Receivers[id] = settings
		lines.Receivers = append(lines.Receivers, id)
	}
	if len(lines.Receivers) > 0 {
		c.Service.Pipelines[linesPipeline] = lines
	}
	return nil
}

// receiverID is the name of a source's receiver. Offsets in files are kept under
// it, so it must stay what it is.
func receiverID(s *spec.LogSource) string {
	if s.Journald != nil {
		return journald + "/" + encode(s.Name)
	}
	return fileLog + "/" + encode(s.Name)
}

// encode makes a name fit for the collector, which has a meaning for :: in the
// names of its parts.
func encode(name string) string {
	var b strings.Builder
	for _, c := range []byte(name) {
		if c == '_' || c == '.' || c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func receiver(in component.Input, s *spec.LogSource) (section, error) {
	pipeline := s.Pipeline()
	operators, problems := pipeline.Operators()
	if len(problems) > 0 {
		return nil, fmt.Errorf("%s: %s", problems[0].Path, problems[0].Message)
	}
	settings := section{
		"storage": storage,
		// What the queue has no room for is read when it has.
		"retry_on_failure": section{
			"enabled": true, "initial_interval": "200ms", "max_interval": "2s", "max_elapsed_time": "0s",
		},
		"resource": resource(s.IndexLabels()),
	}
	if len(operators) > 0 {
		settings["operators"] = operators
	}
	switch {
	case s.Journald != nil:
		maps.Copy(settings, fromJournal(s.Journald))
	case s.Docker != nil:
		maps.Copy(settings, pipeline.Receiver())
		maps.Copy(settings, fromFiles(in, &spec.LogFiles{
			// The ones that Docker has rotated are <id>-json.log.1 and so on.
			Include: []string{path.Join(s.Docker.Directory, "*", "*-json.log*")}, StartAt: spec.StartAtEnd,
		}))
		settings["include_file_name"] = true
	default:
		maps.Copy(settings, pipeline.Receiver())
		maps.Copy(settings, fromFiles(in, s.Files))
	}
	if included, _ := settings["include"].([]string); slices.Contains(included, anchor(in)) {
		settings["operators"] = append([]logpipeline.Operator{withoutAnchor(in)}, operators...)
	}
	return settings, nil
}

func fromFiles(in component.Input, f *spec.LogFiles) section {
	settings := section{
		"include": f.Include, "start_at": f.StartAt, "poll_interval": pollInterval.String(),
		"include_file_name": false, "include_file_path": true,
		// A file that is shorter than it was has been truncated, as by copytruncate.
		"on_truncate": "read_whole_file",
		"compression": "auto",
	}
	if f.StartAt == spec.StartAtEnd {
		settings["include"] = append(slices.Clone(f.Include), anchor(in))
	}
	exclude := append(slices.Clone(f.Exclude), kept(in)...)
	if !slices.ContainsFunc(f.Include, func(pattern string) bool { return path.Ext(pattern) == ".gz" }) {
		exclude = append(exclude, compressed)
	}
	settings["exclude"] = exclude
	return settings
}

// kept is where what was read is kept. Whoever read that would read it for ever.
func kept(in component.Input) []string {
	return []string{filepath.Join(storageDir(in), "**"), filepath.Join(filepath.Dir(in.DataDir), component.Loki, "**")}
}

// compressed are files that no source reads that does not ask for them. In one
// that was rotated and then compressed the collector would read all lines again,
// because it is smaller than what was read of it.
const compressed = "/**/*.{gz,bz2,xz,zst,zip}"

func fromJournal(j *spec.LogJournald) section {
	settings := section{
		"start_at": spec.StartAtEnd, "priority": j.Priority,
		// Without it journalctl leaves out messages of more than 4 KiB.
		"all": true, "convert_message_bytes": true,
	}
	if len(j.Units) > 0 {
		settings["units"] = j.Units
	}
	if j.Directory != "" {
		settings["directory"] = j.Directory
	}
	return settings
}

// resource are index labels with a fixed value, as the collector's expressions.
func resource(labels map[string]string) map[string]string {
	values := make(map[string]string, len(labels))
	for name, value := range labels {
		values[name] = literal(value)
	}
	return values
}

// expression is what begins an expression in a text.
const expression = "EXPR("

// literal writes a text where expressions may be within texts.
func literal(text string) string {
	if !strings.Contains(text, expression) {
		return text
	}
	return expression + strings.ReplaceAll(strconv.Quote(text), expression, `EXPR" + "(`) + ")"
}
