package dashboard

// gridColumns is the width of Grafana's grid.
const gridColumns = 24

// grid checks ids and places.
func (l *linter) grid() {
	byID := map[string]*panel{}
	siblings := map[*panel][]placed{}
	for _, p := range l.panels {
		l.id(p, byID)
		if _, ok := p.body["gridPos"].(object); !ok {
			continue
		}
		here := placed{panel: p, at: gridOf(p.body)}
		at := here.at
		if at.x < 0 || at.x+at.w > gridColumns {
			l.report(Warning, p.path+".gridPos", p, "The grid has 24 columns: x + w must not exceed them.",
				"%s is beyond the grid: x %g, w %g", l.called[p], at.x, at.w)
		}
		l.overlap(here, siblings[p.parent])
		siblings[p.parent] = append(siblings[p.parent], here)
	}
}

// id checks that no other panel has the same id. Grafana gives panels without
// one, or with 0, an id itself.
func (l *linter) id(p *panel, byID map[string]*panel) {
	id := string(idNumber(p))
	if id == "" || id == "0" {
		return
	}
	if other := byID[id]; other != nil {
		l.report(Error, p.path+".id", p, "Give each panel an id of its own, or remove the ids: Grafana assigns them.",
			"%s has the id %s that %s has too", l.called[p], id, l.called[other])
		return
	}
	byID[id] = p
}

// placed is a panel with its place, which is read once: every panel is compared
// with every other.
type placed struct {
	panel *panel
	at    grid
}

// overlap reports the first of the earlier panels that covers a part of p. What
// lies in a collapsed row has a grid of its own.
func (l *linter) overlap(p placed, earlier []placed) {
	at := p.at
	for _, other := range earlier {
		o := other.at
		if at.x < o.x+o.w && o.x < at.x+at.w && at.y < o.y+o.h && o.y < at.y+at.h {
			l.report(Warning, p.panel.path+".gridPos", p.panel, "Grafana moves one of them down: give them places that do not overlap.",
				"%s overlaps %s", l.called[p.panel], l.called[other.panel])
			return
		}
	}
}
