package spec

// takeover is a policy that leaves a route nothing to do.
type takeover struct {
	by    *EscalationPolicy
	route Object
}

// taker is a policy that takes alerts over at once.
type taker struct {
	*EscalationPolicy
	takes demands
	// spares tells whether it leaves the watchdog to others.
	spares bool
}

// takerOf is false for a policy that takes nothing over; monitored tells whether
// its stack monitors itself.
func takerOf(p *EscalationPolicy, monitored bool) (taker, bool) {
	takes, ok := parseDemands(p.Matchers) // levels do not get as far as routes
	return taker{p, takes, monitored && takes.mayWatch()}, ok && p.AtOnce()
}

// empties tells whether a route gets nothing beside the policy. That of the
// default channel still gets what no route takes.
func (t taker) empties(c candidate) bool {
	return !c.Fallback && t.takes.cover(c.all) && (!t.spares || !c.all.mayWatch())
}

// takeovers finds the routes all of whose alerts come under one policy that is
// at once. That is often meant, and never an error: it is told. A route below
// one that is found is left out.
func (s *State) takeovers() []takeover {
	var found []takeover
	routes := candidates(s.ordinaryRoutes(), demands{})
	for i := range s.EscalationPolicies {
		if t, ok := takerOf(&s.EscalationPolicies[i], s.Stack.SelfMonitoring); ok {
			found = append(found, t.among(routes)...)
		}
	}
	return found
}

// among finds those of the routes, and of those below them, that get nothing
// beside the policy.
func (t taker) among(routes []candidate) []takeover {
	var found []takeover
	for _, c := range routes {
		if t.empties(c) {
			found = append(found, takeover{t.EscalationPolicy, c.Object})
			continue
		}
		found = append(found, t.among(c.below)...)
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
