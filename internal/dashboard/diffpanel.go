package dashboard

import (
	"fmt"
	"slices"
)

// manyMoves is how many panels may move before they are counted instead of
// named: one that grows pushes all below it.
const manyMoves = 3

// panels compares two lists of panels.
func (s *sentences) panels(want, have []*panel) {
	pairs, missing, extra := matchPanels(want, have)
	placed := placements(pairs)
	moved, elsewhere := 0, false
	for _, p := range placed {
		elsewhere = elsewhere || p.moved || p.row != ""
		if p.moved && p.row == "" {
			moved++
		}
	}
	wantNames, haveNames := names(want), names(have)
	gone := map[*panel]bool{}
	for _, w := range missing {
		gone[w] = true
	}
	byWant := map[*panel]int{}
	for i, p := range pairs {
		byWant[p.want] = i
	}
	for _, w := range want {
		called := wantNames[w]
		if gone[w] {
			s.add("%s removed", called)
			continue
		}
		i := byWant[w]
		s.panel(called, pairs[i])
		if sentence := placed[i].sentence(moved > manyMoves); sentence != "" {
			s.add("%s %s", called, sentence)
		}
	}
	for _, h := range extra {
		s.add("%s added", haveNames[h])
	}
	if moved > manyMoves {
		s.add("%s moved", count(moved, "panel"))
	}
	if !elsewhere && !inOrder(pairs) {
		s.add("panels reordered")
	}
}

// inOrder tells whether the panels that both sides have follow each other alike.
func inOrder(pairs []pair) bool {
	return slices.IsSortedFunc(pairs, func(a, b pair) int { return a.have.order - b.have.order })
}

// panel compares a panel with itself, but for its place.
func (s *sentences) panel(called string, p pair) {
	w, h := p.want.body, p.have.body
	if x, y := p.want.id(), p.have.id(); x != y && x != "" && y != "" {
		s.add("%s: id changed from %s to %s", called, shorten(x), shorten(y))
	}
	var others []string
	for _, key := range changed(w, h) {
		switch key {
		case "id", "gridPos", "panels":
			continue
		}
		told := describePanelKey(key, w[key], h[key])
		for _, sentence := range told {
			s.add("%s%s", called, sentence)
		}
		if len(told) == 0 {
			others = append(others, describeRest(key, w[key], h[key])...)
		}
	}
	if len(others) > 0 {
		s.add("%s: settings changed (%s)", called, enumerate(others))
	}
}

// describePanelKey returns what to say behind a panel's name about a key that
// differs; nothing if only the key's name can be given.
func describePanelKey(key string, w, h any) []string {
	switch key {
	case "title":
		switch {
		case w == nil:
			return []string{" was given the title " + quoteAny(h)}
		case h == nil:
			return []string{" lost its title"}
		}
		return []string{" renamed to " + quoteAny(h)}
	case "type":
		return []string{fmt.Sprintf(": type changed from %s to %s", word(w, "none"), word(h, "none"))}
	case "datasource":
		return []string{fmt.Sprintf(": data source changed from %s to %s", refName(w), refName(h))}
	case "libraryPanel":
		return []string{fmt.Sprintf(": library panel changed from %s to %s", libraryName(w), libraryName(h))}
	case "collapsed", "collapse":
		if h == true {
			return []string{" collapsed"}
		}
		return []string{" expanded"}
	case "targets":
		return prefixed(targetChanges(w, h))
	case "fieldConfig":
		return prefixed(fieldChanges(w, h))
	case "thresholds":
		return []string{": threshold changed"}
	case "repeat":
		return []string{fmt.Sprintf(": repeat changed from %s to %s", word(w, "none"), word(h, "none"))}
	case "timeFrom", "timeShift", "hideTimeOverride":
		return []string{fmt.Sprintf(": time override changed (%s)", key)}
	case "description", "transformations", "links", "alert":
		return []string{": " + key + " changed"}
	}
	return nil
}

func describeRest(key string, w, h any) []string {
	x, okX := w.(object)
	y, okY := h.(object)
	if !okX || !okY {
		return []string{key}
	}
	paths := changedPaths(x, y, 1)
	for i := range paths {
		paths[i] = key + "." + paths[i]
	}
	return paths
}

func prefixed(changes []string) []string {
	for i := range changes {
		changes[i] = ": " + changes[i]
	}
	return changes
}

func refName(ref any) string {
	o, ok := ref.(object)
	if !ok {
		return "the default"
	}
	if uid := word(o["uid"], ""); uid != "" {
		return uid
	}
	return word(o["type"], "an unnamed one")
}

func libraryName(library any) string {
	o, ok := library.(object)
	if !ok {
		return "none"
	}
	if name := stringAt(o, "name"); name != "" {
		return quote(name)
	}
	return word(o["uid"], "an unnamed one")
}
