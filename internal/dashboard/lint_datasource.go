package dashboard

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Types of data sources and names that Grafana itself answers.
const (
	prometheusType = "prometheus"
	lokiType       = "loki"
	expressionType = "__expr__"
	mixedUID       = "-- Mixed --"
)

var builtInSources = map[string]bool{
	"-- Grafana --": true, "grafana": true, mixedUID: true, "-- Dashboard --": true,
	expressionType: true, "-100": true, // the uid of expressions before 8.3
}

// reference checks the data source of a panel, a query, a variable or an
// annotation; path is that of its holder, called what to call it.
func (l *linter) reference(path string, p *panel, called string, ref any) {
	path += ".datasource"
	uid, kind := refUID(ref), refType(ref)
	if _, ok := ref.(object); ok {
		path += ".uid"
	}
	subject := "the data source of " + called
	names := referenced(uid)
	switch {
	case l.context.OtherSources && len(names) == 0:
	case uid == "" && (kind == "" || l.hasType(kind) || builtInSources[kind] || kind == "datasource"):
	case uid == "":
		l.report(Error, path, p, l.sourcesHint(), "%s is any of type %s, of which the stack has none", subject, quote(kind))
	case builtInSources[uid] || l.context.DataSources[uid] != "" || kind == expressionType:
	case len(names) == 0:
		l.report(Error, path, p, l.sourcesHint(), "%s is %s, which the stack does not have", subject, quote(uid))
	default:
		for _, name := range names {
			if !l.known[name] && !l.imports[name] {
				l.report(Error, path, p, "Name a data source, or add a variable of type datasource. "+l.sourcesHint(),
					"%s is %s, but the dashboard has no variable %s", subject, quote(uid), quote(name))
			}
		}
	}
}

func (l *linter) hasType(kind string) bool {
	return slices.Contains(slices.Collect(maps.Values(l.context.DataSources)), kind)
}

func (l *linter) sourcesHint() string {
	if len(l.context.DataSources) == 0 {
		return "The stack has no data sources."
	}
	return fmt.Sprintf("The stack has %s.", strings.Join(slices.Sorted(maps.Keys(l.context.DataSources)), ", "))
}

// kindOf returns the type of the data source behind a reference; fallback if it
// names none.
func (l *linter) kindOf(ref any, fallback string) string {
	uid, kind := refUID(ref), refType(ref)
	if known := l.context.DataSources[uid]; known != "" {
		return known
	}
	if names := referenced(uid); len(names) == 1 && l.sources[names[0]] != "" {
		return l.sources[names[0]]
	}
	switch {
	case kind != "":
		return kind
	case uid == mixedUID || uid == "":
		return fallback
	case uid == expressionType || uid == "-100":
		return expressionType
	}
	return ""
}

// refUID returns the uid or name that a reference has; empty for the default.
func refUID(ref any) string {
	switch r := ref.(type) {
	case string:
		if r != "default" {
			return r
		}
	case object:
		return stringAt(r, "uid")
	}
	return ""
}

func refType(ref any) string {
	o, _ := ref.(object)
	return stringAt(o, "type")
}

// findText returns the path of the first string, in the order of sorted keys,
// that contains part; empty if none does.
func findText(value any, part, path string) string {
	switch v := value.(type) {
	case string:
		if strings.Contains(v, part) {
			return path
		}
	case []any:
		for i, element := range v {
			if found := findText(element, part, fmt.Sprintf("%s[%d]", path, i)); found != "" {
				return found
			}
		}
	case object:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if found := findText(v[key], part, strings.TrimPrefix(path+"."+key, ".")); found != "" {
				return found
			}
		}
	}
	return ""
}
