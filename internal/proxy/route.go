package proxy

import (
	"encoding/binary"
	"hash/maphash"
)

// Bounds of the remembered routes.
const (
	maxRoutes     = 1 << 16
	maxRouteTopic = 255
	// maxRouteSinks is how many receivers all of them have room for together: some
	// topics with many subscribers, or many with few.
	maxRouteSinks = 1 << 20
)

// route is where the messages on one topic go.
type route struct {
	// generation is the switchboard's when sinks was found.
	generation uint64
	sinks      []*sink
	watcher    Watcher
	// barred: nothing on this topic is forwarded, whoever wants it.
	barred bool
	// remembered: it is one of routes.known, for this topic.
	remembered bool
	topic      string
}

// sameReceivers reports whether messages on r and s can lie in one run. The
// order of the sinks counts, which at worst costs a run.
func (r *route) sameReceivers(s *route) bool {
	if r == s {
		return true
	}
	if len(r.sinks) != len(s.sinks) {
		return false
	}
	for i, k := range r.sinks {
		if s.sinks[i] != k {
			return false
		}
	}
	return true
}

// routes remembers the routes of topics. A topic enters it when it is seen a
// second time, so that messages that carry their data in the first frame, each
// with a topic of its own, neither fill it nor cost an allocation. One owner.
type routes struct {
	known map[string]*route
	// recent has some of the known routes where they are found faster.
	recent [recentRoutes]knownRoute
	// sinks is how many receivers those have room for.
	sinks int
	// once holds the hashes of topics seen lately: enough for some ten thousand that
	// come in turn.
	once [1 << 16]uint32
	seed maphash.Seed
	// passing serves the topics that are not remembered; two, for the route of
	// the message before is still in use.
	passing [2]route
	turn    int
}

func newRoutes() *routes {
	return &routes{known: make(map[string]*route), seed: maphash.MakeSeed()}
}

// recentRoutes is how many routes are looked for first where their topics' first and last
// bytes say: few enough that they stay in a processor's cache.
const (
	recentRoutes = 1 << recentBits
	recentBits   = 9
)

// knownRoute is a remembered route.
type knownRoute struct {
	topic string
	route *route
}

// get returns the remembered route of topic, or nil.
func (r *routes) get(topic []byte) *route {
	const word = 8
	if len(topic) < word {
		return r.known[string(topic)]
	}
	ends := binary.NativeEndian.Uint64(topic)>>1 ^ binary.NativeEndian.Uint64(topic[len(topic)-word:])
	// Fibonacci hashing (Knuth, The Art of Computer Programming, vol. 3, 6.4).
	recent := &r.recent[ends*0x9e3779b97f4a7c15>>(64-recentBits)]
	if recent.route != nil && string(topic) == recent.topic {
		return recent.route
	}
	found := r.known[string(topic)]
	if found != nil {
		*recent = knownRoute{found.topic, found}
	}
	return found
}

// make returns an empty route for topic, which it may remember.
func (r *routes) make(topic []byte) *route {
	if len(topic) > maxRouteTopic || !r.again(topic) {
		r.turn ^= 1
		p := &r.passing[r.turn]
		*p = route{sinks: p.sinks[:0]}
		return p
	}
	if len(r.known) == maxRoutes {
		r.forget()
	}
	fresh := &route{topic: string(topic), remembered: true}
	r.known[fresh.topic] = fresh
	return fresh
}

// grown says that a remembered route has room for n receivers more.
func (r *routes) grown(n int) {
	if r.sinks += n; r.sinks > maxRouteSinks {
		r.forget()
	}
}

// forget forgets all routes; those in use stay good.
func (r *routes) forget() {
	clear(r.known)
	clear(r.recent[:])
	r.sinks = 0
}

func (r *routes) again(topic []byte) bool {
	h := maphash.Bytes(r.seed, topic)
	slot := &r.once[h%uint64(len(r.once))]
	if *slot == uint32(h>>32) {
		return true
	}
	*slot = uint32(h >> 32)
	return false
}
