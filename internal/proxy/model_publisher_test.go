package proxy

import (
	"bytes"
	"slices"

	"pgregory.net/rapid"

	"homebus/internal/zmtp"
)

// modelPub is a publisher: what waits for it, and what it still is to be told of
// that was asked for when it came.
type modelPub struct {
	up         *upstream
	pending    []byte
	todo       []string
	everything bool
}

// changed says what p must be told: that what it knows is gone, and what is
// fresh, unless that stands behind what it is still being told of.
func (p *modelPub) changed(t *rapid.T, limit int, gone, fresh []string) {
	var frames []string
	for _, g := range gone {
		if i := slices.Index(p.todo, g); i >= 0 {
			p.todo = slices.Delete(p.todo, i, i+1)
		} else {
			frames = append(frames, string(appendSubscription(nil, false, g)))
		}
	}
	if len(p.todo) > 0 {
		p.todo = append(p.todo, fresh...)
	} else {
		for _, f := range fresh {
			frames = append(frames, string(appendSubscription(nil, true, f)))
		}
	}
	p.told(t, limit, frames)
}

// told checks that these frames, in any order, are what waits for p now beside
// what waited before, or that they did not fit.
func (p *modelPub) told(t *rapid.T, limit int, frames []string) {
	if p.everything {
		frames = nil
	}
	size := len(p.pending)
	for _, f := range frames {
		size += len(f)
	}
	// Room is asked for as if each frame had the longest header, so that up to so
	// many bytes are left free.
	const spare = zmtp.MaxHeaderSize - 2
	if p.up.everything && !p.everything {
		if size+spare <= limit {
			t.Fatalf("overflow at %d bytes of %d", size, limit)
		}
		p.everything, p.pending, p.todo = true, p.up.all, nil
		return
	}
	if len(frames) > 0 && size > limit {
		t.Fatalf("no overflow at %d bytes of %d", size, limit)
	}
	if !bytes.HasPrefix(p.up.pending, p.pending) {
		t.Fatalf("%q waits, and %q did", p.up.pending, p.pending)
	}
	var got []string
	for rest := p.up.pending[len(p.pending):]; len(rest) > 0; {
		n := firstMessage(rest)
		got = append(got, string(rest[:n]))
		rest = rest[n:]
	}
	slices.Sort(got)
	slices.Sort(frames)
	if !slices.Equal(got, frames) {
		t.Fatalf("the publisher is told %q, want %q", got, frames)
	}
	p.pending = bytes.Clone(p.up.pending)
}

// begin adds a publisher that has been told of nothing yet.
func (m *model) begin(t *rapid.T, up *upstream) *modelPub {
	p := &modelPub{up: up, todo: slices.Clone(m.asked)}
	size := 0
	for _, a := range m.asked {
		size += minSubscription + len(a)
	}
	if size > m.limits.UpstreamBytes {
		p.everything, p.todo, p.pending = true, nil, up.all
	}
	m.pubs = append(m.pubs, p)
	return p
}

// tell compares what p is told of next.
func (m *model) tell(t *rapid.T, p *modelPub) {
	var frames []string
	if len(p.todo) > 0 {
		frames = []string{string(appendSubscription(nil, true, p.todo[0]))}
		p.todo = p.todo[1:]
	}
	p.told(t, m.limits.UpstreamBytes, frames)
}

// attach compares what a publisher is told when it comes.
func (m *model) attach(t *rapid.T) {
	_, up := m.board.attachUpstream()
	all := []byte{}
	for _, a := range m.asked {
		if len(all)+zmtp.MaxHeaderSize+1+len(a) > m.limits.UpstreamBytes {
			all = up.all
			break
		}
		all = appendSubscription(all, true, a)
	}
	p := m.begin(t, up)
	if !p.everything && !bytes.Equal(up.pending, all) {
		t.Fatalf("the newcomer is told %q, want %q", up.pending, all)
	}
	p.pending, p.todo, p.everything = bytes.Clone(up.pending), nil, up.everything
}
