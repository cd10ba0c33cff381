package spec

import "github.com/openpolicyplatform/terraform-provider-opp/internal/logpipeline"

// KindLogSource is the kind of LogSource.
const KindLogSource Kind = "log_source"

// LogSourceLabel is the index label that every stream carries: the name of the
// log source it comes from. Loki takes no stream without an index label, and it
// makes the streams of two sources different ones.
const LogSourceLabel = "log_source"

// Where the collector begins in a file that it has never read.
const (
	StartAtEnd       = "end"
	StartAtBeginning = "beginning"
)

// DockerDirectory is where Docker keeps the logs of its containers.
const DockerDirectory = "/var/lib/docker/containers"

// LogSource is one place that logs come from, and what is made of its lines
// before they are stored. Exactly one of Files, Journald, Docker and OTLP is set.
type LogSource struct {
	Stack string `json:"stack"`
	// Name is the identity within the stack and the value of LogSourceLabel.
	Name     string       `json:"name"`
	Files    *LogFiles    `json:"files,omitempty"`
	Journald *LogJournald `json:"journald,omitempty"`
	Docker   *LogDocker   `json:"docker,omitempty"`
	OTLP     *LogOTLP     `json:"otlp,omitempty"`
	// Labels are index labels with a fixed value.
	Labels map[string]string `json:"labels"`
	// LabelFields are index labels whose value comes from a field: label →
	// attribute of the parsed record; for OTLP, attribute of the resource. A
	// record without the attribute goes without the label.
	LabelFields map[string]string `json:"label_fields"`
	Parse       LogParse          `json:"parse"`
	// Multiline joins lines to records; only for Files and Docker.
	Multiline *LogMultiline `json:"multiline,omitempty"`
	// Drop are conditions on the parsed record; a record that one of them holds
	// for is not stored. They are written in the expr language (expr-lang.org)
	// over severity (one of the LogSeverities, empty for none), body,
	// attributes["name"] and, in short, name for an attribute whose name is an
	// identifier. Loops and functions that look beyond the record are no part of
	// it. A condition that cannot be evaluated, as when it compares an attribute
	// that is missing, does not hold.
	Drop []string `json:"drop"`
	// Samples are checked when planning, and change nothing that runs.
	Samples []LogSample `json:"samples"`
}

// LogFiles reads files that grow.
type LogFiles struct {
	// Include and Exclude are absolute paths, which may have the wildcards
	// * and ? and ** for any folders below. Rotated files should be included:
	// what was not read before a rotation is read from them, and nothing twice.
	// Compressed files are left out unless a pattern of Include ends with .gz;
	// all of what is in those is read.
	Include []string `json:"include"`
	Exclude []string `json:"exclude"`
	// StartAt is StartAtEnd or StartAtBeginning.
	StartAt string `json:"start_at"`
}

// LogJournald reads the journal of systemd. The record's body is the message;
// the other fields of the entry are attributes.
type LogJournald struct {
	// Units are the systemd units to read; all if empty.
	Units []string `json:"units"`
	// Priority is the least important to read: emerg, alert, crit, err, warning,
	// notice, info or debug.
	Priority string `json:"priority"`
	// Directory of the journal; empty for the system's own.
	Directory string `json:"directory,omitempty"`
}

// LogDocker reads what containers print, as Docker's json-file driver keeps it.
// The attributes container_id and log.iostream (stdout or stderr) say who said it.
type LogDocker struct {
	// Directory that has a folder for each container; defaults to DockerDirectory.
	Directory string `json:"directory"`
}

// LogOTLP takes what applications send to the collector's port.
type LogOTLP struct {
	// Match are the resource attributes that a record must have to belong to
	// the source, such as service.name; all of them. Empty takes every record
	// that no other source takes. Where several sources match, the one that
	// demands most takes it; see State.OTLPSources.
	Match map[string]string `json:"match"`
}

// Formats of LogParse.
const (
	LogFormatNone   = logpipeline.FormatNone
	LogFormatJSON   = logpipeline.FormatJSON
	LogFormatLogfmt = logpipeline.FormatLogfmt
	LogFormatRegex  = logpipeline.FormatRegex
)

// LogParse makes attributes of a line. A line that cannot be parsed is kept as it is.
type LogParse struct {
	// Format is one of the LogFormat constants.
	Format string `json:"format"`
	// Pattern of LogFormatRegex in RE2 syntax; its named groups become attributes.
	Pattern   string        `json:"pattern,omitempty"`
	Timestamp *LogTimestamp `json:"timestamp,omitempty"`
	Severity  *LogSeverity  `json:"severity,omitempty"`
}

// LogTimestamp takes the time of a record from an attribute.
type LogTimestamp struct {
	Field string `json:"field"`
	// Layout of the attribute; Type tells which language it is in.
	Layout string `json:"layout"`
	// Location is the time zone of timestamps that name none, such as
	// "Europe/Berlin"; empty means UTC.
	Location string `json:"location,omitempty"`
}

// Languages of LogTimestamp.Layout, by the names that the collector has for them.
const (
	// LayoutStrptime has % directives, such as %Y-%m-%d %H:%M:%S.
	LayoutStrptime = "strptime"
	// LayoutGo is the reference time of Go in another format, such as
	// 2006-01-02T15:04:05.999Z07:00.
	LayoutGo = "gotime"
	// LayoutEpoch is one of the EpochLayouts.
	LayoutEpoch = "epoch"
)

// LogSeverity takes the severity of a record from an attribute.
type LogSeverity struct {
	Field string `json:"field"`
	// Mapping maps severity to the values of the field that mean it, in
	// addition to the usual words; see LogSeverities for the keys. 2xx to 5xx
	// stand for a hundred numbers each. Case does not matter. In the field
	// PRIORITY of the journal the numbers of syslog are usual; without Severity
	// the journal's records have the severity from there.
	Mapping map[string][]string `json:"mapping"`
}

// LogMultiline joins the lines of a file to records. Exactly one pattern, in
// RE2 syntax, is set.
type LogMultiline struct {
	// LineStartPattern matches where a record begins.
	LineStartPattern string `json:"line_start_pattern,omitempty"`
	// LineEndPattern matches where a record ends.
	LineEndPattern string `json:"line_end_pattern,omitempty"`
}

// LogSample is a record as it is written, and what shall become of it. For
// containers that is what they print, for the journal a message.
type LogSample struct {
	// Line may have line breaks where Multiline is set.
	Line   string    `json:"line"`
	Expect LogExpect `json:"expect"`
}

// LogExpect is compared with a parsed sample; what is empty is not compared, but
// that a record is not dropped.
type LogExpect struct {
	// Severity is one of the LogSeverities.
	Severity string  `json:"severity,omitempty"`
	Body     *string `json:"body,omitempty"`
	// Timestamp is RFC 3339.
	Timestamp string `json:"timestamp,omitempty"`
	// Attributes that the record must have; numbers and booleans as JSON writes them.
	Attributes map[string]string `json:"attributes"`
	// Dropped expects that a condition of Drop holds.
	Dropped bool `json:"dropped,omitempty"`
}

// Kind implements Object.
func (*LogSource) Kind() Kind { return KindLogSource }

// StackName implements Object.
func (s *LogSource) StackName() string { return s.Stack }

// ObjectName implements Object.
func (s *LogSource) ObjectName() string { return s.Name }

// Secrets implements Object: a log source has none.
func (*LogSource) Secrets() map[string]*Secret { return nil }

// IndexLabels are the labels with a fixed value as Loki gets them,
// LogSourceLabel included.
func (s *LogSource) IndexLabels() map[string]string {
	return with(s.Labels, map[string]string{LogSourceLabel: s.Name})
}

// LabelNames are the names of all index labels that the source's records may have.
func (s *LogSource) LabelNames() []string {
	names := s.IndexLabels()
	for name := range s.LabelFields {
		names[name] = ""
	}
	return sortedKeys(names)
}

// LogLabels are the names of all index labels of log sources. Loki takes no
// stream without any, so the one that all have is always among them.
func (s *State) LogLabels() []string {
	names := map[string]bool{LogSourceLabel: true}
	for i := range s.LogSources {
		for _, name := range s.LogSources[i].LabelNames() {
			names[name] = true
		}
	}
	return sortedKeys(names)
}

func (s *LogSource) withDefaults() {
	if s.Files != nil {
		fillList(&s.Files.Include)
		fillList(&s.Files.Exclude)
		fill(&s.Files.StartAt, StartAtEnd)
	}
	if s.Journald != nil {
		fillList(&s.Journald.Units)
		fill(&s.Journald.Priority, "info")
	}
	if s.Docker != nil {
		fill(&s.Docker.Directory, DockerDirectory)
	}
	if s.OTLP != nil {
		fillMap(&s.OTLP.Match)
	}
	fillMap(&s.Labels)
	fillMap(&s.LabelFields)
	fill(&s.Parse.Format, LogFormatNone)
	if s.Parse.Severity != nil {
		fillMap(&s.Parse.Severity.Mapping)
	}
	fillList(&s.Drop)
	fillList(&s.Samples)
	for i := range s.Samples {
		fillMap(&s.Samples[i].Expect.Attributes)
	}
}
