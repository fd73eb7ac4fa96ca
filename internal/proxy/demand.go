package proxy

// demand is a prefix that publishers are asked for.
type demand struct {
	prefix string
	// born numbers it: the younger, the higher.
	born uint64
	// older and younger are its neighbours in demands.
	older, younger *demand
}

// demands are all that publishers are asked for, in the order in which it came
// up. It belongs to the switchboard's lock. The zero demands is empty and ready.
type demands struct {
	oldest, youngest *demand
	born             uint64
	// count is how many they are, bytes what they take in an upstream, at least.
	count, bytes int
}

// minSubscription is what a subscription takes in an upstream beside its topic.
const minSubscription = 3

func (ds *demands) add(d *demand) {
	ds.born++
	d.born, d.older = ds.born, ds.youngest
	if d.older == nil {
		ds.oldest = d
	} else {
		d.older.younger = d
	}
	ds.youngest = d
	ds.count++
	ds.bytes += minSubscription + len(d.prefix)
}

func (ds *demands) remove(d *demand) {
	if d.older == nil {
		ds.oldest = d.younger
	} else {
		d.older.younger = d.younger
	}
	if d.younger == nil {
		ds.youngest = d.older
	} else {
		d.younger.older = d.older
	}
	ds.count--
	ds.bytes -= minSubscription + len(d.prefix)
}

const (
	// Up to fewPublishers each is told of every subscription, however many there are.
	fewPublishers = 128
	// maxTold is how many times a subscription may have to be told to a publisher. More
	// is the square of a crowd that comes at once: 4,000 appliances that each publish,
	// and subscribe to their own commands, would have to be told 16 million times, by
	// as many writes.
	maxTold = 1 << 16
)

// crowded reports whether publishers are to be asked for everything, because it is
// more work to tell them what than to drop what they then send too much.
func (x *switchboard) crowded() bool {
	return x.publishers > fewPublishers && x.publishers*x.demands.count > maxTold
}

// sharedDemand is a demand behind which more than one interest may stand: with a
// subset, several are cut to one.
type sharedDemand struct {
	demand
	interests int
}

// want asks publishers for what serves an interest that is new.
func (x *switchboard) want(i *interest) {
	if x.only == nil {
		x.ask(&i.demand)
		return
	}
	for _, prefix := range x.only.within(i.prefix) {
		d := x.shared[prefix]
		if d == nil {
			d = &sharedDemand{demand: demand{prefix: prefix}}
			x.shared[prefix] = d
			x.ask(&d.demand)
		}
		d.interests++
	}
}

// unwant undoes want when nobody has the interest any more.
func (x *switchboard) unwant(i *interest) {
	if x.only == nil {
		x.withdraw(&i.demand)
		return
	}
	for _, prefix := range x.only.within(i.prefix) {
		d := x.shared[prefix]
		if d.interests--; d.interests == 0 {
			delete(x.shared, prefix)
			x.withdraw(&d.demand)
		}
	}
}

// ask tells every publisher that needs it, and the monitor, of a demand that
// is new. A publisher that is still being told of the older ones comes to it.
func (x *switchboard) ask(d *demand) {
	x.demands.add(d)
	x.changed(true, d.prefix)
	if x.crowded() {
		x.askForEverything()
		return
	}
	for u := range x.upstreams {
		if u.next == nil {
			x.tell(u, true, d.prefix)
		}
	}
}

// askForEverything asks every publisher for everything; none needs to be told more.
func (x *switchboard) askForEverything() {
	for u := range x.upstreams {
		u.next = nil
		u.wantEverything()
	}
	clear(x.upstreams)
}

// withdraw tells those who have been told of a demand that it is no more.
func (x *switchboard) withdraw(d *demand) {
	x.demands.remove(d)
	x.changed(false, d.prefix)
	for u := range x.upstreams {
		switch {
		case u.next == nil || d.born < u.next.born:
			x.tell(u, false, d.prefix)
		case u.next == d:
			u.next = d.younger
		}
	}
}

func (x *switchboard) changed(subscribe bool, prefix string) {
	x.changes.Messages++
	x.changes.Bytes += uint64(1 + len(prefix))
	x.monitor.change(subscribe, prefix)
}

// tell queues a change for u. It reports whether u is to be told of more.
func (x *switchboard) tell(u *upstream, subscribe bool, prefix string) bool {
	more := u.change(subscribe, prefix)
	if !more {
		delete(x.upstreams, u)
		u.next = nil
	}
	return more
}

// welcome begins to tell u all that is asked for. It reports false if u has been
// told everything already.
func (x *switchboard) welcome(u *upstream) bool {
	if x.demands.bytes > x.limits.UpstreamBytes || x.crowded() {
		u.wantEverything()
		return false
	}
	x.upstreams[u] = struct{}{}
	u.next = x.demands.oldest
	return u.next != nil
}

// tellNext tells u of one demand more. It reports false when u knows all.
func (x *switchboard) tellNext(u *upstream) bool {
	d := u.next
	if d == nil {
		return false
	}
	u.next = d.younger
	return x.tell(u, true, d.prefix)
}
