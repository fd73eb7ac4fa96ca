package wall

import (
	"context"
	"runtime/debug"
	"time"

	"homebus/internal/message"
	"homebus/internal/mirror/gather"
	"homebus/internal/mirror/home"
	"homebus/internal/socket/gate"
)

// desk is the one owner of the home and its picture.
type desk struct {
	cfg     Config
	home    *home.Home
	picture *picture
	viewers map[*viewer]struct{}
	stamp   *message.Stamper
	// shown is when pages were last sent a frame, by the wall clock, composed when the
	// picture was last made, and soon is due when the next is to be sent or made.
	shown, composed time.Time
	soon            *time.Timer
	soonAt          time.Time // when soon is due; zero if it is not
	// cost is what making the last picture took.
	cost time.Duration
	// panics keeps equal lines of the log few.
	panics gate.Quiet

	joins, leaves chan *viewer
	asks          chan asked
	plans         chan home.Plan // holds the one that is not taken yet
	ended         chan struct{}
}

// asked is what a page asks, and where the answer goes: a channel with room for it.
type asked struct {
	ask
	answer chan answer
}

func newDesk(cfg Config) *desk {
	d := &desk{
		cfg: cfg, picture: newPicture(), viewers: make(map[*viewer]struct{}),
		stamp: &message.Stamper{From: clientName, IDs: cfg.IDs},
		joins: make(chan *viewer), leaves: make(chan *viewer), asks: make(chan asked),
		plans: make(chan home.Plan, 1), ended: make(chan struct{}),
	}
	d.home = home.New(cfg.Plan, d.stamp)
	return d
}

// run works until ctx ends.
func (d *desk) run(ctx context.Context, batches <-chan gather.Batch) error {
	defer close(d.ended)
	d.soon = time.NewTimer(time.Hour)
	defer d.soon.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case b := <-batches:
			d.survive(func() { d.take(d.cfg.moment(b.Wall), b) })
		case v := <-d.joins:
			d.viewers[v] = struct{}{}
			v.behind = true
			d.showSoon()
		case v := <-d.leaves:
			delete(d.viewers, v)
		case q := <-d.asks:
			said := refuse("a mistake of this program")
			d.survive(func() { said = d.do(d.now(), q.ask) })
			q.answer <- said
			// The bus says at once what was asked, and that is shown. A picture of its own would
			// only have that of the answer wait for its turn.
			d.showAt(time.Now().Add(gather.FrameTime))
		case plan := <-d.plans:
			d.survive(func() { d.home = d.home.Replan(plan) })
			d.showSoon()
		case <-d.soon.C:
			d.soonAt = time.Time{}
			d.survive(func() { d.show(d.now()) })
		}
	}
}

// survive does one thing. If that panics, the rest of it is left out: the hub in whose
// process this is goes on, and so does the home, as far as it is known.
func (d *desk) survive(do func()) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if n, ok := d.panics.Allow(time.Now()); ok {
			d.cfg.Log.Error("panic in the mirror for pages", "panic", p, "stack", string(debug.Stack()), "more", n)
		}
	}()
	do()
}

func (d *desk) now() home.Moment { return d.cfg.moment(time.Now()) }

// take takes what the link said within one frame, and lets time pass.
func (d *desk) take(at home.Moment, b gather.Batch) {
	d.home.Take(at, b.Received, b.Events)
	for _, m := range d.home.Tick(at) {
		d.publish(at, m)
	}
	d.showSoon()
}

func (d *desk) publish(at home.Moment, m message.Message) {
	if err := d.cfg.Link.Publish(m); err != nil {
		d.home.Failed(at, m, err)
	}
}

// share is which part of a processor pictures may take: a home of thousands of
// appliances is shown less often.
const share = 10

// due is when the next picture may be made.
func (d *desk) due() time.Time { return d.composed.Add(max(gather.FrameTime, d.cost*share)) }

// showSoon shows what has changed as soon as may be, and that the bus is there in any case.
func (d *desk) showSoon() {
	next := d.due()
	if alive := d.shown.Add(aliveEvery); alive.Before(next) {
		next = alive
	}
	d.showAt(next)
}

// showAt has pages sent a frame at a time, if none is due before.
func (d *desk) showAt(t time.Time) {
	if d.soonAt.IsZero() || t.Before(d.soonAt) {
		d.soonAt = t
		d.soon.Reset(max(time.Until(t), 0))
	}
}

// aliveEvery is how often a page is told at least that all is as it was. It is somewhat
// less than what passes between two batches of a bus that says nothing.
const aliveEvery = 900 * time.Millisecond

// show gives every page a frame. Without pages nothing is composed. While the next picture
// is not due yet, because making one takes so long, pages are told that the bus is there,
// and who has none has the last one: it would give up otherwise.
func (d *desk) show(at home.Moment) {
	if len(d.viewers) == 0 {
		return
	}
	if at.Wall.Before(d.due()) {
		d.send(at, nothingNew, false)
		d.showSoon()
		return
	}
	began := time.Now()
	d.picture.compose(d.home, at, d.cfg.ready() == nil)
	news, any := d.picture.news()
	d.send(at, news, any)
	d.composed, d.cost = at.Wall, time.Since(began)
}

// nothingNew is the frame of a picture that is as it was.
var nothingNew = encode(frameOf{})

// send gives the pages a frame of news, if there are any or the last frame is long ago, and
// those that are behind the whole picture.
func (d *desk) send(at home.Moment, news []byte, any bool) {
	alive := at.Wall.Sub(d.shown) >= aliveEvery
	var whole []byte
	for v := range d.viewers {
		frame := news
		switch {
		case v.behind && whole == nil:
			whole = d.picture.whole()
			fallthrough
		case v.behind:
			frame = whole
		case !any && !alive:
			continue
		}
		v.give(frame)
	}
	if any || alive {
		d.shown = at.Wall
	}
}

// give puts a frame on its way to the page, if the one before is gone.
func (v *viewer) give(frame []byte) {
	select {
	case v.frames <- frame:
		v.behind = false
	default:
		v.behind = true
	}
}

// join counts a page in; false says that the desk has ended, or ctx.
func (d *desk) join(ctx context.Context, v *viewer) bool {
	select {
	case d.joins <- v:
		return true
	case <-d.ended:
	case <-ctx.Done():
	}
	return false
}

func (d *desk) leave(v *viewer) {
	select {
	case d.leaves <- v:
	case <-d.ended:
	}
}

// ask puts what a page asks to the desk.
func (d *desk) ask(ctx context.Context, a ask) answer {
	q := asked{ask: a, answer: make(chan answer, 1)}
	select {
	case d.asks <- q:
		return <-q.answer
	case <-d.ended:
	case <-ctx.Done():
	}
	return answer{Error: "the bus is ending"}
}
