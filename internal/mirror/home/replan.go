package home

// Replan returns the home of another plan, of which everything is known that was known
// of h, which is not used any more. What was planned and never heard of is forgotten.
func (h *Home) Replan(plan Plan) *Home {
	next := New(plan, h.requests.stamp)
	next.Bus, next.Power, next.Stream, next.back = h.Bus, h.Power, h.Stream, h.back
	next.requests, next.faults, next.Unkept = h.requests, h.faults, h.Unkept
	carry(next.meter, h.meter)
	for _, a := range h.Appliances() {
		if to := next.find(a.ID); to != nil || a.Known && a.Fresh || a.Offline {
			if to == nil {
				to = next.reachAppliance(a.ID)
			}
			carry(to, a)
		}
	}
	for _, sc := range h.sceneOrder {
		if to, planned := next.scenes[sc.Name]; planned || sc.Known && sc.Fresh && !sc.planned {
			if to == nil {
				to = next.reachScene(sc.Name)
			}
			title, planned := to.Title, to.planned
			*to = *sc
			to.Title, to.planned = title, planned
		}
	}
	return next
}

// carry gives an appliance what is known of it as it was in another plan.
func carry(to, from *Appliance) {
	if to == nil {
		return
	}
	was := *to
	*to = *from
	to.Type, to.planned, to.feeder, to.feeds = was.Type, was.planned, was.feeder, was.feeds
	to.odd, to.Changes = false, was.Changes+from.Changes
	if to.Known {
		to.guess(to.attrs)
	}
	to.judge()
}
