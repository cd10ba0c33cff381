// Package logpipelinetest has lines and what must become of them. The table is
// used twice: for the operators in process, and for a real collector.
package logpipelinetest

import (
	"strings"
	"time"

	"github.com/openpolicyplatform/terraform-provider-opp/internal/logpipeline"
)

// Case is a source, what is written to its log at once, and the records that it must be.
type Case struct {
	Name    string
	Source  logpipeline.Source
	Written string
	Want    []logpipeline.Record
}

// kept is a record that is not dropped, and has no time.
func kept(severity, body string, attributes map[string]any) logpipeline.Record {
	return logpipeline.Record{Severity: severity, Body: body, Attributes: attributes, DroppedBy: -1}
}

func labelled(r logpipeline.Record, labels map[string]any) logpipeline.Record {
	r.Labels = labels
	return r
}

func at(r logpipeline.Record, stamp string) logpipeline.Record {
	when, err := time.Parse(time.RFC3339Nano, stamp)
	if err != nil {
		panic(err)
	}
	r.Timestamp = when
	return r
}

func dropped(r logpipeline.Record, by int) logpipeline.Record {
	r.DroppedBy = by
	return r
}

// Cases are lines of files.
func Cases() []Case {
	all := formats()
	all = append(all, times()...)
	all = append(all, severities()...)
	all = append(all, drops()...)
	all = append(all, labels()...)
	return append(all, lines()...)
}

func formats() []Case {
	const (
		object = `{"level":"error","n":12345678901234567,"f":0.5,"ok":true,"none":null,"list":[1,"a"],"map":{"a.b":{"c":1}},"dotted.key":"ü"}`
		pairs  = `level=warn msg="two words" path=/v1?a=b empty="" quote="a \"b\""`
		access = `10.0.0.1 - - "GET /v1 HTTP/1.1" 503`
	)
	return []Case{
		{"as it is", logpipeline.Source{Format: "none"}, "plain $HOME ${env:X} $$ text", []logpipeline.Record{kept("", "plain $HOME ${env:X} $$ text", nil)}},
		{"json", logpipeline.Source{Format: "json"}, object, []logpipeline.Record{kept("", object, map[string]any{
			"level": "error", "n": int64(12345678901234567), "f": 0.5, "ok": true, "none": nil, "list": []any{int64(1), "a"},
			"map": map[string]any{"a.b": map[string]any{"c": int64(1)}}, "dotted.key": "ü",
		})}},
		{"broken json", logpipeline.Source{Format: "json", Severity: &logpipeline.Severity{Field: "level"}}, `{"level":"error"`, []logpipeline.Record{kept("", `{"level":"error"`, nil)}},
		{"json that is no object", logpipeline.Source{Format: "json"}, `[1]`, []logpipeline.Record{kept("", `[1]`, nil)}},
		{"json that has names of its own", logpipeline.Source{Format: "json"}, `{"":1,"_":2,"消息":3,"名1":4,"map":{"":5}}`, []logpipeline.Record{
			kept("", `{"":1,"_":2,"消息":3,"名1":4,"map":{"":5}}`, map[string]any{"名1": int64(4), "map": map[string]any{"": int64(5)}}),
		}},
		{"logfmt", logpipeline.Source{Format: "logfmt"}, pairs, []logpipeline.Record{kept("", pairs, map[string]any{
			"level": "warn", "msg": "two words", "path": "/v1?a=b", "empty": "", "quote": `a \"b\"`,
		})}},
		{"a line among logfmt", logpipeline.Source{Format: "logfmt"}, "panic: at the disco", []logpipeline.Record{kept("", "panic: at the disco", nil)}},
		{"regex", logpipeline.Source{Format: "regex", Pattern: `"(?P<method>\w+) (?P<path>\S+) \S+" (?P<status>\d{3})$`}, access, []logpipeline.Record{kept("", access, map[string]any{
			"method": "GET", "path": "/v1", "status": "503",
		})}},
		{"a line that the regex does not match", logpipeline.Source{Format: "regex", Pattern: `^(?P<a>\d+)$`}, "x", []logpipeline.Record{kept("", "x", nil)}},
	}
}

func times() []Case {
	stamp := func(layout, kind, location string) logpipeline.Source {
		return logpipeline.Source{Format: "json", Timestamp: &logpipeline.Timestamp{Field: "ts", Layout: layout, Type: kind, Location: location}}
	}
	timed := func(name string, s logpipeline.Source, ts any, written, want string) Case {
		record := kept("", written, map[string]any{"ts": ts})
		if want != "" {
			record = at(record, want)
		}
		return Case{name, s, written, []logpipeline.Record{record}}
	}
	return []Case{
		timed("gotime", stamp("2006-01-02T15:04:05.999999999Z07:00", "gotime", ""), "2026-01-31T12:00:00.123456789+02:00", `{"ts":"2026-01-31T12:00:00.123456789+02:00"}`, "2026-01-31T10:00:00.123456789Z"),
		timed("a time without a zone is UTC", stamp("2006-01-02 15:04:05", "gotime", ""), "2026-07-01 12:00:00", `{"ts":"2026-07-01 12:00:00"}`, "2026-07-01T12:00:00Z"),
		timed("a time without a zone is local where it says so", stamp("%Y-%m-%d %H:%M:%S", "strptime", "Europe/Berlin"), "2026-07-01 12:00:00", `{"ts":"2026-07-01 12:00:00"}`, "2026-07-01T10:00:00Z"),
		timed("strptime with parts of a second", stamp("%Y-%m-%dT%H:%M:%S.%L%z", "strptime", ""), "2026-01-31T12:00:00.250+0100", `{"ts":"2026-01-31T12:00:00.250+0100"}`, "2026-01-31T11:00:00.25Z"),
		timed("epoch of seconds", stamp("s", "epoch", ""), int64(1769860800), `{"ts":1769860800}`, "2026-01-31T12:00:00Z"),
		timed("epoch of milliseconds in a string", stamp("ms", "epoch", ""), "1769860800250", `{"ts":"1769860800250"}`, "2026-01-31T12:00:00.25Z"),
		timed("epoch with a point", stamp("s.ms", "epoch", ""), 1769860800.25, `{"ts":1769860800.25}`, "2026-01-31T12:00:00.25Z"),
		timed("a time that is none", stamp("%Y", "strptime", ""), "yesterday", `{"ts":"yesterday"}`, ""),
	}
}

func severities() []Case {
	of := func(mapping map[string][]string) logpipeline.Source {
		return logpipeline.Source{Format: "json", Severity: &logpipeline.Severity{Field: "level", Mapping: mapping}}
	}
	level := func(name string, s logpipeline.Source, written string, value any, want string) Case {
		return Case{name, s, written, []logpipeline.Record{kept(want, written, map[string]any{"level": value})}}
	}
	mapping := map[string][]string{"error": {"E", "5xx"}, "warn": {"info"}, "trace": {"10"}}
	return []Case{
		level("a usual word", of(nil), `{"level":"Warning"}`, "Warning", "warn"),
		level("critical", of(nil), `{"level":"CRITICAL"}`, "CRITICAL", "fatal"),
		level("a word that means nothing", of(nil), `{"level":"loud"}`, "loud", ""),
		level("a number that means nothing", of(nil), `{"level":3}`, int64(3), ""),
		level("a mapped word", of(mapping), `{"level":"e"}`, "e", "error"),
		level("a mapped number", of(mapping), `{"level":10}`, int64(10), "trace"),
		level("a mapped float", of(mapping), `{"level":10.0}`, 10.0, "trace"),
		level("a status code", of(mapping), `{"level":503}`, int64(503), "error"),
		level("a usual word with another meaning", of(mapping), `{"level":"info"}`, "info", "warn"),
		level("no word at all", of(mapping), `{"level":true}`, true, ""),
	}
}

func drops() []Case {
	with := func(conditions ...string) logpipeline.Source {
		return logpipeline.Source{Format: "json", Severity: &logpipeline.Severity{Field: "level"}, Drop: conditions}
	}
	debug := map[string]any{"level": "DEBUG", "status": int64(200)}
	const written = `{"level":"DEBUG","status":200}`
	one := func(name string, condition string, by int) Case {
		record := kept("debug", written, debug)
		record.DroppedBy = by
		return Case{name, with(condition), written, []logpipeline.Record{record}}
	}
	return []Case{
		one("severity", `severity == "debug"`, 0),
		one("another severity", `severity in ["info", "warn"]`, -1),
		one("not a severity", `severity != "error" && not (severity in ["", "fatal"])`, 0),
		one("an attribute", `attributes["status"] < 300`, 0),
		one("an attribute in short", `status == 200`, 0),
		one("a comparison that cannot be made", `level < 300`, -1),
		one("an attribute that is missing", `attributes["nothing"] < 300`, -1),
		one("an attribute within one that is missing", `nothing.at.all == 1`, -1),
		one("a value that is no condition", `status == 200 and level`, -1),
		one("the body", `body contains "DEBUG" and body startsWith "{" and body[0:1] == "{"`, 0),
		one("a pattern", `level matches "(?i)^debug$"`, 0),
		one("functions", `lower(level) == "debug" and len(body) > 10 and hasPrefix(body, "{")`, 0),
		one("a choice", `status == 200 ? level == "DEBUG" : false`, 0),
		one("a default", `(nothing ?? "x") == "x"`, 0),
		{"several conditions", with(`severity == "error"`, `status == 200`), written, []logpipeline.Record{dropped(kept("debug", written, debug), 1)}},
		{"a line that asks to be dropped", with(`severity == "error"`), `{"opp.drop":0}`, []logpipeline.Record{kept("", `{"opp.drop":0}`, map[string]any{"opp.drop": int64(0)})}},
		{"a line that cannot be parsed", with(`severity == "debug"`), "DEBUG", []logpipeline.Record{kept("", "DEBUG", nil)}},
		{"records without severity", with(`severity == ""`), "DEBUG", []logpipeline.Record{dropped(kept("", "DEBUG", nil), 0)}},
	}
}

func labels() []Case {
	s := logpipeline.Source{Format: "json", LabelFields: map[string]string{"env": "env", "stage": "env", "code": "status"}}
	long := strings.Repeat("\U0001F525", 513)
	return []Case{
		{"labels", s, `{"env":"prod","status":200,"other":1}`, []logpipeline.Record{labelled(
			kept("", `{"env":"prod","status":200,"other":1}`, map[string]any{"env": "prod", "status": int64(200), "other": int64(1)}),
			map[string]any{"env": "prod", "stage": "prod", "code": int64(200)},
		)}},
		{"a label that is missing", s, `{"env":"prod"}`, []logpipeline.Record{labelled(
			kept("", `{"env":"prod"}`, map[string]any{"env": "prod"}), map[string]any{"env": "prod", "stage": "prod"},
		)}},
		{"a label that is too long", s, `{"status":"` + long + `","env":"` + long[4:] + `"}`, []logpipeline.Record{labelled(
			kept("", `{"status":"`+long+`","env":"`+long[4:]+`"}`, map[string]any{"status": long, "env": long[4:]}),
			map[string]any{"env": long[4:], "stage": long[4:]},
		)}},
		{"a label that is no text", s, `{"status":"a\ud800b"}`, []logpipeline.Record{
			kept("", `{"status":"a\ud800b"}`, map[string]any{"status": "a\ufffdb"}),
		}},
		{"a label that would be many", s, `{"status":{"a":1,"b":2}}`, []logpipeline.Record{
			kept("", `{"status":{"a":1,"b":2}}`, map[string]any{"status": map[string]any{"a": int64(1), "b": int64(2)}}),
		}},
		{"records with different labels", s, "{\"env\":\"a\"}\n{\"env\":\"b\"}\n", []logpipeline.Record{
			labelled(kept("", `{"env":"a"}`, map[string]any{"env": "a"}), map[string]any{"env": "a", "stage": "a"}),
			labelled(kept("", `{"env":"b"}`, map[string]any{"env": "b"}), map[string]any{"env": "b", "stage": "b"}),
		}},
	}
}

func lines() []Case {
	starts := logpipeline.Source{Format: "none", Multiline: &logpipeline.Multiline{Start: `^\d{4}-`}}
	ends := logpipeline.Source{Format: "none", Multiline: &logpipeline.Multiline{End: `;$`}}
	long := strings.Repeat("x", 300<<10)
	return []Case{
		{"lines", logpipeline.Source{Format: "none"}, "  a \r\n\n \nb", []logpipeline.Record{kept("", "  a", nil), kept("", "b", nil)}},
		{"records that begin with a pattern", starts, "2026-01 a\n  at b\n\n  at c\n2026-02 d\n", []logpipeline.Record{
			kept("", "2026-01 a\n  at b\n\n  at c", nil), kept("", "2026-02 d", nil),
		}},
		{"lines before the first record", starts, "  at z\n2026-01 a\n", []logpipeline.Record{kept("", "  at z", nil), kept("", "2026-01 a", nil)}},
		{"records that end with a pattern", ends, "a\n b;\n c;\nd", []logpipeline.Record{kept("", "a\n b;", nil), kept("", "c;", nil), kept("", "d", nil)}},
		{"a line that Loki would refuse", logpipeline.Source{Format: "none"}, long + "\n", []logpipeline.Record{
			kept("", long[:256<<10], nil), kept("", long[256<<10:], nil),
		}},
	}
}
