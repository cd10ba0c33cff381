package spec

// takeover is a policy that leaves a route nothing to do.
type takeover struct {
	by    *EscalationPolicy
	route Object
}

// takeovers finds the routes all of whose alerts come under one policy that is
// at once. That is often meant, and never an error: it is told. A route below
// one that is found is left out, and so is the one of the default channel,
// which still gets what no route takes.
func (s *State) takeovers() []takeover {
	var found []takeover
	routes := candidates(s.ordinaryRoutes(), demands{})
	for i := range s.EscalationPolicies {
		p := &s.EscalationPolicies[i]
		if !p.AtOnce() {
			continue
		}
		// Levels do not get as far as these routes.
		if own, ok := parseDemands(p.Matchers); ok {
			found = append(found, own.takes(p, s.Stack.SelfMonitoring && own.mayWatch(), routes)...)
		}
	}
	return found
}

// takes finds those of the routes, and of those below them, that get nothing
// beside a policy that takes what fits d. spares tells whether it leaves the
// watchdog to them.
func (d demands) takes(p *EscalationPolicy, spares bool, routes []candidate) []takeover {
	var found []takeover
	for _, c := range routes {
		switch {
		case c.Fallback:
		case d.cover(c.all) && (!spares || !c.all.mayWatch()):
			found = append(found, takeover{p, c.Object})
		default:
			found = append(found, d.takes(p, spares, c.below)...)
		}
	}
	return found
}

// takenOver warns of the takeovers that an object has part in.
func (e *FieldErrors) takenOver(o Object, all []takeover) {
	const hint = "That is fine if it is meant. Else narrow the matchers of the policy, or let its first step be later than at once."
	var routes []string
	for _, t := range all {
		switch identityOf(o) {
		case identityOf(t.by):
			routes = append(routes, routeNamed(t.route))
		case identityOf(t.route):
			e.Add("matchers", hint,
				"it receives nothing because escalation policy %s takes every alert that matches over at once", quote(t.by.Name))
		}
	}
	if len(routes) > 0 {
		e.Add("matchers", hint,
			"it takes every alert over at once that %s would receive", few(routes))
	}
}
