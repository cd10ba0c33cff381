package dashboard

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// panel is a panel or a row, and where it was found.
type panel struct {
	body object
	path string // such as panels[3].panels[0]
	// parent is what it lies in: a collapsed row, or a row of the layout that
	// Grafana had before version 5. Nil at the top.
	parent *panel
	// row is what it is shown under: its parent, or the row before it.
	row    *panel
	legacy bool // it is a row of the old layout
	index  int  // among its siblings
	order  int  // among all
}

// flatten returns every panel of a dashboard in the order of the document, each
// row before what lies in it.
func flatten(root object) []*panel {
	var all []*panel
	var add func(holder object, path string, parent *panel)
	add = func(holder object, path string, parent *panel) {
		row := parent
		for i, body := range children(holder, "panels") {
			p := &panel{body: body, path: fmt.Sprintf("%s[%d]", path, i), parent: parent, row: row, index: i, order: len(all)}
			all = append(all, p)
			if p.kind() == "row" {
				row, p.row = p, nil
			}
			add(body, p.path+".panels", p)
		}
	}
	add(root, "panels", nil)
	for i, body := range children(root, "rows") {
		row := &panel{body: body, path: fmt.Sprintf("rows[%d]", i), legacy: true, index: i, order: len(all)}
		all = append(all, row)
		add(body, row.path+".panels", row)
	}
	return all
}

func (p *panel) kind() string {
	if p.legacy {
		return "row"
	}
	return stringAt(p.body, "type")
}

// id is the panel's number as text, empty if it has none.
func (p *panel) id() string {
	if p.body["id"] == nil {
		return ""
	}
	return fmt.Sprint(p.body["id"])
}

func (p *panel) title() string {
	if library, ok := p.body["libraryPanel"].(object); ok {
		return stringAt(library, "name")
	}
	return strings.TrimSpace(stringAt(p.body, "title"))
}

func (p *panel) inLibrary() bool { return p.body["libraryPanel"] != nil }

// place identifies where the panel is shown; comparable between dashboards.
func (p *panel) place() string {
	within := ""
	if p.parent != nil {
		within = p.parent.title() + "\x00"
	}
	if p.body["gridPos"] == nil {
		return fmt.Sprintf("%s#%d", within, p.index)
	}
	at := gridOf(p.body)
	return fmt.Sprintf("%s%g,%g", within, at.x, at.y)
}

// where says the same to a human.
func (p *panel) where() string {
	if p.body["gridPos"] == nil {
		return fmt.Sprintf("number %d", p.index+1)
	}
	at := gridOf(p.body)
	return fmt.Sprintf("at x %g, y %g", at.x, at.y)
}

// names returns what to call each panel: rows and panels by their title, with
// their place added if several have it; panels without a title by type and
// place.
func names(panels []*panel) map[*panel]string {
	noun := func(p *panel) string {
		if p.kind() == "row" {
			return "row"
		}
		return "panel"
	}
	titles := map[string]int{}
	for _, p := range panels {
		titles[noun(p)+p.title()]++
	}
	called := make(map[*panel]string, len(panels))
	for _, p := range panels {
		switch {
		case p.title() == "" && noun(p) == "row":
			called[p] = "untitled row " + p.where()
		case p.title() == "" && p.kind() == "":
			called[p] = "untitled panel " + p.where()
		case p.title() == "":
			called[p] = "untitled " + shorten(p.kind()) + " panel " + p.where()
		case titles[noun(p)+p.title()] > 1:
			called[p] = noun(p) + " " + quote(p.title()) + " " + p.where()
		default:
			called[p] = noun(p) + " " + quote(p.title())
		}
	}
	return called
}

// maxQuoted bounds, in characters, what a sentence repeats of the user's text.
const maxQuoted = 60

func shorten(s string) string {
	if utf8.RuneCountInString(s) <= maxQuoted {
		return s
	}
	return string([]rune(s)[:maxQuoted]) + "…"
}

// quote puts a text of the user into a sentence: on one line and not too long.
func quote(s string) string { return fmt.Sprintf("%q", shorten(s)) }
