package dashboard

// placement says how a panel's place differs from the wanted one.
type placement struct {
	moved, resized bool
	// row says which row it went into or came out of; empty if it did neither.
	row string
}

// placements compares the places of panels that were put together.
func placements(pairs []pair) []placement {
	partner := make(map[*panel]*panel, len(pairs))
	for _, p := range pairs {
		partner[p.want] = p.have
	}
	placed := make([]placement, len(pairs))
	for i, p := range pairs {
		placed[i] = placementOf(p, partner)
	}
	return placed
}

func placementOf(p pair, partner map[*panel]*panel) placement {
	var place placement
	if !sameAt("gridPos", p.want.body["gridPos"], p.have.body["gridPos"]) {
		w, h := gridOf(p.want.body), gridOf(p.have.body)
		place.resized = w.w != h.w || w.h != h.h
		place.moved = w.x != h.x || w.y != h.y || !place.resized
	}
	if p.want.legacy != p.have.legacy {
		place.moved = true
	}
	if sameParent(p, partner) || followsItsRow(p, partner) {
		return place
	}
	if p.have.parent != nil {
		place.row = "into " + rowName(p.have.parent)
	} else {
		place.row = "out of " + rowName(p.want.parent)
	}
	return place
}

func rowName(row *panel) string {
	if row.title() == "" {
		return "an untitled row"
	}
	return "row " + quote(row.title())
}

func sameParent(p pair, partner map[*panel]*panel) bool {
	if p.want.parent == nil || p.have.parent == nil {
		return p.want.parent == p.have.parent
	}
	return partner[p.want.parent] == p.have.parent
}

// followsItsRow tells whether a panel is only elsewhere in the document because
// its row was collapsed or expanded, which is told about the row.
func followsItsRow(p pair, partner map[*panel]*panel) bool {
	row := p.want.row
	return row != nil && p.have.row != nil && partner[row] == p.have.row &&
		!sameAt("collapsed", row.body["collapsed"], p.have.row.body["collapsed"])
}

// sentence says what to add to the panel's name; empty for nothing. A mere move
// is left out if moves are counted.
func (p placement) sentence(counted bool) string {
	switch {
	case p.row != "":
		return "moved " + p.row
	case p.moved && p.resized && !counted:
		return "moved and resized"
	case p.resized:
		return "resized"
	case p.moved && !counted:
		return "moved"
	}
	return ""
}
