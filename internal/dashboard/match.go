package dashboard

// pair is a panel of the wanted dashboard and the same panel as it is.
type pair struct{ want, have *panel }

// matchPanels finds the panels that are the same on both sides, those that only
// want has and those that only have has, each in the order of its document.
//
// Swapping the arguments swaps the answer and nothing else, because [Equal] must
// not depend on which side is which: panels are put together by equal keys, and
// if several share a key, in their order.
func matchPanels(want, have []*panel) (pairs []pair, missing, extra []*panel) {
	partner := map[*panel]*panel{}
	for _, pass := range matchPasses {
		byKey := map[string][]*panel{}
		for _, h := range have {
			if key := pass.key(h); key != "" && partner[h] == nil {
				byKey[key] = append(byKey[key], h)
			}
		}
		for _, w := range want {
			key := pass.key(w)
			if key == "" || partner[w] != nil || len(byKey[key]) == 0 {
				continue
			}
			h := byKey[key][0]
			byKey[key] = byKey[key][1:]
			if pass.evenWithIDs || w.id() == "" || h.id() == "" {
				partner[w], partner[h] = h, w
			}
		}
	}
	for _, w := range want {
		if h := partner[w]; h != nil {
			pairs = append(pairs, pair{w, h})
		} else {
			missing = append(missing, w)
		}
	}
	for _, h := range have {
		if partner[h] == nil {
			extra = append(extra, h)
		}
	}
	return pairs, missing, extra
}

// matchPass is one way to recognise a panel. Panels with an empty key are not
// recognised by it.
type matchPass struct {
	key func(*panel) string
	// evenWithIDs: also panels that both have an id, and not the same one.
	evenWithIDs bool
}

// The surest comes first. A panel that lost its id is found by title and place,
// then by less.
var matchPasses = []matchPass{
	{evenWithIDs: true, key: func(p *panel) string { return join(p.id(), p.title()) }},
	{evenWithIDs: true, key: func(p *panel) string { return join(p.title(), p.kind(), p.place()) }},
	{evenWithIDs: true, key: (*panel).id},
	{key: func(p *panel) string { return join(p.title(), p.kind()) }},
	{key: (*panel).title},
	{key: func(p *panel) string { return join(p.kind(), p.place()) }},
	{key: func(p *panel) string {
		if p.title() != "" {
			return ""
		}
		return p.kind()
	}},
}

// join makes a key of parts; empty if a part is.
func join(parts ...string) string {
	key := ""
	for _, part := range parts {
		if part == "" {
			return ""
		}
		key += part + "\x00"
	}
	return key
}
