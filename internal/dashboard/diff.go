package dashboard

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxSentences is how many sentences [Summarize] lets through.
const maxSentences = 10

// Diff says in sentences what somebody who has the dashboard want sees in have:
// `panel "CPU": query A changed`, `panel "Errors" removed`. Panels are compared
// by id, else by title and place, those inside collapsed rows too; variables
// and annotations by name. What [Equal] ignores is never mentioned, and every
// other difference is: Diff is empty exactly when the two are equal. The order
// of the sentences depends on nothing but the documents.
func Diff(want, have *Dashboard) []string {
	if same(want.root, have.root) {
		return nil // as mostly, and sooner found out than by the canonical forms
	}
	w, h := canonicalRoot(want.root), canonicalRoot(have.root)
	if same(w, h) {
		return nil
	}
	var s sentences
	s.title(w, h)
	s.panels(flatten(w), flatten(h))
	s.named("variable", section(w, "templating"), section(h, "templating"), variableChanges)
	s.named("annotation", section(w, "annotations"), section(h, "annotations"), annotationChanges)
	s.settings(w, h)
	return s.list
}

// Summarize shortens a list of sentences to ten and a count of the rest.
func Summarize(list []string) []string {
	if len(list) <= maxSentences {
		return list
	}
	rest := len(list) - maxSentences
	return append(slices.Clone(list[:maxSentences]), "and "+count(rest, "more change"))
}

// sentences collects what changed.
type sentences struct{ list []string }

func (s *sentences) add(format string, args ...any) {
	s.list = append(s.list, fmt.Sprintf(format, args...))
}

func (s *sentences) title(w, h object) {
	if !sameAt("title", w["title"], h["title"]) {
		s.add("title changed from %s to %s", quoteAny(w["title"]), quoteAny(h["title"]))
	}
}

// section returns the list of variables or annotations of a dashboard.
func section(root object, key string) []object {
	holder, _ := root[key].(object)
	return children(holder, "list")
}

// named compares lists of objects that are told apart by their name.
func (s *sentences) named(noun string, want, have []object, changes func(w, h object) []string) {
	key := func(o object) string { return stringAt(o, "name") }
	matched := matchObjects(want, have, key)
	last, reordered := -1, false
	for i, w := range want {
		called := noun + " " + quote(key(w))
		j := matched[i]
		if j < 0 {
			s.add("%s removed", called)
			continue
		}
		for _, change := range changes(w, have[j]) {
			s.add("%s: %s", called, change)
		}
		reordered = reordered || j < last
		last = j
	}
	for j, h := range have {
		if !slices.Contains(matched, j) {
			s.add("%s %s added", noun, quote(key(h)))
		}
	}
	if reordered {
		s.add("%ss reordered", noun)
	}
}

// matchObjects returns, for every element of want, the index in have of the one
// with the same key, or -1; elements that share a key match in their order.
func matchObjects(want, have []object, key func(object) string) []int {
	byKey := map[string][]int{}
	for j, h := range have {
		byKey[key(h)] = append(byKey[key(h)], j)
	}
	matched := make([]int, len(want))
	for i, w := range want {
		matched[i] = -1
		if found := byKey[key(w)]; len(found) > 0 {
			matched[i], byKey[key(w)] = found[0], found[1:]
		}
	}
	return matched
}

// scalars are settings of a dashboard that are told with both values, and what
// they are when they are absent.
var scalars = map[string]struct{ noun, absent string }{
	"refresh":       {"refresh", "off"},
	"timezone":      {"time zone", "default"},
	"weekStart":     {"week start", "default"},
	"schemaVersion": {"schema version", "none"},
	"graphTooltip":  {"shared tooltip", "0"},
}

func (s *sentences) settings(w, h object) {
	var others []string
	for _, key := range changed(w, h) {
		x, y := w[key], h[key]
		scalar, known := scalars[key]
		switch {
		case key == "title" || key == "panels" || key == "rows":
		case key == "schemaVersion" && (x == nil || y == nil):
		case key == "templating" || key == "annotations":
			for _, inner := range changed(without(x, "list"), without(y, "list")) {
				others = append(others, key+"."+inner)
			}
		case known && isScalar(x) && isScalar(y):
			s.add("%s changed from %s to %s", scalar.noun, word(x, scalar.absent), word(y, scalar.absent))
		case key == "time":
			s.add("time range changed from %s to %s", timeRange(x), timeRange(y))
		case key == "tags":
			s.tags(x, y)
		case key == "links":
			s.add("links changed")
		case key == "description":
			s.add("description changed")
		default:
			others = append(others, key)
		}
	}
	if len(others) > 0 {
		s.add("dashboard settings changed (%s)", enumerate(others))
	}
}

// tags tells which tags came and went, or that it is something else about them.
func (s *sentences) tags(want, have any) {
	w, _ := want.([]any)
	h, _ := have.([]any)
	var gone, came []string
	for _, tag := range w {
		if name, ok := tag.(string); ok && !slices.Contains(h, tag) {
			gone = append(gone, quote(name))
		}
	}
	for _, tag := range h {
		if name, ok := tag.(string); ok && !slices.Contains(w, tag) {
			came = append(came, quote(name))
		}
	}
	for _, name := range gone {
		s.add("tag %s removed", name)
	}
	for _, name := range came {
		s.add("tag %s added", name)
	}
	if len(gone)+len(came) == 0 {
		s.add("tags changed")
	}
}

// without returns the members of a value but one; none if it is no object.
func without(value any, key string) object {
	o, _ := value.(object)
	rest := object{}
	for k, member := range o {
		if k != key {
			rest[k] = member
		}
	}
	return rest
}

func timeRange(value any) string {
	o, ok := value.(object)
	if !ok {
		return "now-6h to now"
	}
	return word(o["from"], "nothing") + " to " + word(o["to"], "nothing")
}

func isScalar(value any) bool {
	switch value.(type) {
	case object, []any:
		return false
	}
	return true
}

// word writes a scalar without quotes, and absent for none.
func word(value any, absent string) string {
	switch v := value.(type) {
	case nil:
		return absent
	case string:
		if v == "" {
			return absent
		}
		// Quoting keeps it on one line; its quotes are not wanted here.
		return strings.Trim(quote(v), `"`)
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return string(v)
	}
	return kindOf(value)
}

func quoteAny(value any) string {
	if s, ok := value.(string); ok {
		return quote(s)
	}
	return word(value, "none")
}

// enumerate lists a few keys and counts the others.
func enumerate(keys []string) string {
	const few = 3
	shown := make([]string, 0, few)
	for _, key := range keys[:min(few, len(keys))] {
		shown = append(shown, shorten(key))
	}
	list := strings.Join(shown, ", ")
	if rest := len(keys) - few; rest > 0 {
		list += fmt.Sprintf(" and %d more", rest)
	}
	return list
}

// count writes a number and a noun: 1 change, 2 changes.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
