package spec

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/logpipeline"
)

// journalPriorities are those of syslog, most important first.
func journalPriorities() []string {
	return []string{"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"}
}

// unitPattern takes names and patterns of systemd units. A leading dash would
// be an option of journalctl.
var unitPattern = regexp.MustCompile(`^[a-zA-Z0-9:_.\\@*?\[\]][a-zA-Z0-9:_.\\@*?\[\]!-]{0,254}$`)

// escaped is a character of a pattern that is meant itself.
var escaped = regexp.MustCompile(`\\.`)

// Validate implements Object.
func (s *LogSource) Validate() FieldErrors {
	var errs FieldErrors
	errs.stackName("stack", s.Stack)
	errs.name("a log source", s.Name)
	errs.logInput(s)
	errs.indexLabels(s)
	errs.logParse(s)
	errs.multiline(s)
	for i, condition := range s.Drop {
		at := fmt.Sprintf("drop[%d]", i)
		if strings.TrimSpace(condition) == "" {
			errs.Add(at, `Write a condition such as severity == "debug".`, "%s is empty", at)
		} else {
			errs.text(at, condition)
		}
	}
	errs.logSamples(s)
	if s.OTLP != nil {
		errs.onlyForLines(s)
	} else {
		errs.pipeline(s)
	}
	return errs
}

// logInput checks where the records come from.
func (e *FieldErrors) logInput(s *LogSource) {
	given := 0
	for _, set := range []bool{s.Files != nil, s.Journald != nil, s.Docker != nil, s.OTLP != nil} {
		if set {
			given++
		}
	}
	if given != 1 {
		e.Add("", "Set exactly one of files, journald, docker and otlp.", "a log source has one origin, this one has %d", given)
	}
	if s.Files != nil {
		e.logFiles(s.Files)
	}
	if s.Journald != nil {
		e.oneOf("journald.priority", s.Journald.Priority, journalPriorities()...)
		if s.Journald.Directory != "" {
			e.absolutePath("journald.directory", s.Journald.Directory)
		}
		for i, unit := range s.Journald.Units {
			if !unitPattern.MatchString(unit) {
				e.Add(fmt.Sprintf("journald.units[%d]", i), "Give the name of a unit, such as nginx.service.", "%s is not the name of a unit", quote(unit))
			}
		}
	}
	if s.Docker != nil {
		e.absolutePath("docker.directory", s.Docker.Directory)
	}
	if s.OTLP != nil {
		for _, name := range sortedKeys(s.OTLP.Match) {
			at := "otlp.match." + shorten(name)
			if e.required(at, name) {
				e.required(at, s.OTLP.Match[name])
			}
		}
	}
}

func (e *FieldErrors) logFiles(f *LogFiles) {
	e.oneOf("files.start_at", f.StartAt, StartAtEnd, StartAtBeginning)
	if len(f.Include) == 0 {
		e.Add("files.include", "Name at least one file, such as /var/log/app/*.log.", "files.include is empty")
	}
	e.globs("files.include", f.Include)
	e.globs("files.exclude", f.Exclude)
}

// globs checks patterns of absolute paths.
func (e *FieldErrors) globs(at string, patterns []string) {
	first := make(map[string]int, len(patterns))
	for i, pattern := range patterns {
		at := fmt.Sprintf("%s[%d]", at, i)
		if same, ok := first[pattern]; ok {
			e.Add(at, "List every pattern once.", "%s is the same as the one at %d", quote(pattern), same)
			continue
		}
		first[pattern] = i
		if !e.required(at, pattern) {
			continue
		}
		e.absolutePath(at, pattern)
		plain := escaped.ReplaceAllString(pattern, "")
		if _, err := path.Match(pattern, ""); err != nil || strings.Count(plain, "{") != strings.Count(plain, "}") {
			e.Add(at, "Close every [ and {, and write a backslash before one that is meant itself.", "%s is not a pattern of paths", quote(pattern))
		}
	}
}

// multiline checks how lines are joined.
func (e *FieldErrors) multiline(s *LogSource) {
	m := s.Multiline
	if m == nil {
		return
	}
	if s.Journald != nil {
		e.Add("multiline", "Remove it.", "an entry of the journal is one record already: multiline is for files and docker")
	}
	if (m.LineStartPattern == "") == (m.LineEndPattern == "") {
		e.Add("multiline", "Set exactly one of line_start_pattern and line_end_pattern.", "multiline needs one pattern: where a record begins, or where it ends")
	}
	for _, p := range []struct{ at, pattern string }{
		{"multiline.line_start_pattern", m.LineStartPattern}, {"multiline.line_end_pattern", m.LineEndPattern},
	} {
		if pattern := e.logPattern(p.at, p.pattern); pattern != nil && p.pattern != "" && pattern.MatchString("") {
			e.Add(p.at, "Anchor it to what every record begins or ends with.", "%s matches everywhere", quote(p.pattern))
		}
	}
}

// logPattern checks a regular expression of the collector; nil if it is none.
func (e *FieldErrors) logPattern(at, pattern string) *regexp.Regexp {
	if !e.text(at, pattern) {
		return nil
	}
	compiled, err := logpipeline.Pattern(pattern)
	if err != nil {
		e.Add(at, "Write an RE2 regular expression.", "%s is not a regular expression: %s", quote(pattern), words(err))
		return nil
	}
	return compiled
}

// onlyForLines refuses what is done to lines, where applications send records.
func (e *FieldErrors) onlyForLines(s *LogSource) {
	for _, f := range []struct {
		at  string
		set bool
	}{
		{"parse", s.Parse.Format != LogFormatNone || s.Parse.Timestamp != nil || s.Parse.Severity != nil},
		{"multiline", s.Multiline != nil},
		{"drop", len(s.Drop) > 0},
		{"samples", len(s.Samples) > 0},
	} {
		if f.set {
			e.Add(f.at, "Remove it, and let the application send records as they shall be stored.",
				"%s cannot be used with otlp: applications send finished records, not lines", f.at)
		}
	}
}

// OTLPSources lists the sources that take what applications send, in the order
// in which they are asked: those that demand more attributes first, then by name.
func (s *State) OTLPSources() []*LogSource {
	var sources []*LogSource
	for i := range s.LogSources {
		if s.LogSources[i].OTLP != nil {
			sources = append(sources, &s.LogSources[i])
		}
	}
	slices.SortFunc(sources, func(a, b *LogSource) int {
		return cmp.Or(cmp.Compare(len(b.OTLP.Match), len(a.OTLP.Match)), byName(a, b))
	})
	return sources
}

// otlpSources finds sources that get nothing because another one demands the same.
func (p *problems) otlpSources(s *State) {
	sources := s.OTLPSources()
	for i, later := range sources {
		for _, earlier := range sources[:i] {
			if !maps.Equal(earlier.OTLP.Match, later.OTLP.Match) {
				continue
			}
			p.add(later, "otlp.match", "Let each source match other attributes, or remove one of them.",
				"it receives nothing because log source %s matches the same records", quote(earlier.Name))
			break
		}
	}
}
