package logsource

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/spec"
)

func full() spec.LogSource {
	empty := ""
	return spec.LogSource{
		Stack: "production", Name: "api",
		Files:       &spec.LogFiles{Include: []string{"/var/log/api/*.log"}, Exclude: []string{"/var/log/api/debug.log"}, StartAt: "beginning"},
		Labels:      map[string]string{"service": "api"},
		LabelFields: map[string]string{"env": "env"},
		Parse: spec.LogParse{
			Format: "regex", Pattern: "(?P<level>a)",
			Timestamp: &spec.LogTimestamp{Field: "ts", Layout: "s", Location: "Europe/Berlin"},
			Severity:  &spec.LogSeverity{Field: "level", Mapping: map[string][]string{"error": {"E", "5xx"}}},
		},
		Multiline: &spec.LogMultiline{LineStartPattern: "^a", LineEndPattern: "b$"},
		Drop:      []string{`severity == "debug"`, "false"},
		Samples: []spec.LogSample{
			{Line: "a", Expect: spec.LogExpect{Severity: "error", Body: &empty, Timestamp: "2026-01-31T12:00:00Z", Attributes: map[string]string{"a": "1"}, Dropped: true}},
			{Line: "b", Expect: spec.LogExpect{Attributes: map[string]string{}}},
		},
	}
}

// minimal is a source of that origin with defaults for all else.
func minimal(origin spec.LogSource) spec.LogSource {
	origin.Stack, origin.Name = "production", "api"
	spec.WithDefaults(&origin)
	return origin
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]spec.LogSource{
		"full":           full(),
		"files":          minimal(spec.LogSource{Files: &spec.LogFiles{Include: []string{"/a"}}}),
		"journal":        minimal(spec.LogSource{Journald: &spec.LogJournald{Units: []string{"nginx.service"}, Directory: "/j"}}),
		"bare journal":   minimal(spec.LogSource{Journald: &spec.LogJournald{}}),
		"docker":         minimal(spec.LogSource{Docker: &spec.LogDocker{}}),
		"otlp":           minimal(spec.LogSource{OTLP: &spec.LogOTLP{Match: map[string]string{"service.name": "api"}}}),
		"bare otlp":      minimal(spec.LogSource{OTLP: &spec.LogOTLP{}}),
		"bare blocks":    minimal(spec.LogSource{Parse: spec.LogParse{Timestamp: &spec.LogTimestamp{}, Severity: &spec.LogSeverity{}}, Multiline: &spec.LogMultiline{}}),
		"nothing at all": minimal(spec.LogSource{}),
	} {
		var m model
		m.FromSpec(want)
		if diff := cmp.Diff(want, m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAbsentAttributes(t *testing.T) {
	t.Parallel()
	list, text := types.ListUnknown(types.StringType), types.StringUnknown()
	unknown := model{
		Labels: types.MapUnknown(types.StringType), LabelFields: types.MapUnknown(types.StringType), Drop: list,
		Parse: &parse{Format: text, Pattern: text},
		Files: &files{Include: list, Exclude: list, StartAt: text}, Journald: &journald{Units: list, Priority: text, Directory: text},
		Docker: &docker{Directory: text}, OTLP: &otlp{Match: types.MapUnknown(types.StringType)},
	}
	origins := minimal(spec.LogSource{Files: &spec.LogFiles{}, Journald: &spec.LogJournald{}, Docker: &spec.LogDocker{}, OTLP: &spec.LogOTLP{}})
	for name, test := range map[string]struct {
		m    model
		want spec.LogSource
	}{
		"null":         {model{}, minimal(spec.LogSource{})},
		"empty blocks": {model{Files: &files{}, Journald: &journald{}, Docker: &docker{}, OTLP: &otlp{}, Parse: &parse{}}, origins},
		"unknown":      {unknown, origins},
	} {
		test.m.Stack, test.m.Name = types.StringValue("production"), types.StringValue("api")
		if diff := cmp.Diff(test.want, test.m.ToSpec()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Elements that are not known yet keep the places of the others, which errors name.
func TestUnknownElements(t *testing.T) {
	t.Parallel()
	m := model{
		Files:   &files{Include: types.ListValueMust(types.StringType, []attr.Value{types.StringUnknown(), types.StringValue("/b")})},
		Samples: []*sample{nil, {Line: types.StringValue("b")}},
	}
	s := m.ToSpec()
	if diff := cmp.Diff([]string{"", "/b"}, s.Files.Include); diff != "" {
		t.Error(diff)
	}
	if len(s.Samples) != 2 || s.Samples[1].Line != "b" || s.Samples[1].Expect.Attributes == nil {
		t.Errorf("samples: %+v", s.Samples)
	}
}

// An empty line may be expected, which is not the same as expecting nothing.
func TestAbsenceInState(t *testing.T) {
	t.Parallel()
	empty := types.StringValue("")
	m := model{
		Journald:  &journald{Directory: empty},
		Parse:     &parse{Pattern: empty, Timestamp: &timestamp{Location: empty}},
		Multiline: &multiline{LineEndPattern: empty},
		Samples:   []*sample{{Expect: &expect{Body: empty, Timestamp: empty}}, {Expect: &expect{}}},
	}
	s := m.ToSpec()
	if s.Samples[0].Expect.Body == nil || s.Samples[1].Expect.Body != nil {
		t.Error(`body = "" and no body are confused`)
	}
	m.FromSpec(s)
	for name, kept := range map[string]types.String{
		"directory": m.Journald.Directory, "pattern": m.Parse.Pattern, "location": m.Parse.Timestamp.Location,
		"line_end_pattern": m.Multiline.LineEndPattern, "body": m.Samples[0].Expect.Body, "timestamp": m.Samples[0].Expect.Timestamp,
	} {
		if kept.IsNull() {
			t.Errorf(`%s = "", which the user wrote, becomes null`, name)
		}
	}
	for name, absent := range map[string]types.String{
		"line_start_pattern": m.Multiline.LineStartPattern, "severity": m.Samples[0].Expect.Severity, "body": m.Samples[1].Expect.Body,
	} {
		if !absent.IsNull() {
			t.Errorf("%s, which the source does not have, is %s", name, absent)
		}
	}
}
