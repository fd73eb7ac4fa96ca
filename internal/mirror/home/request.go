package home

import (
	"maps"
	"slices"
	"time"

	"homebus/internal/message"
	"homebus/internal/mirror/safetext"
	"homebus/topics"
)

// How a request lives; wall time, because it is about the network.
const (
	repeatAfter  = time.Second     // a command is repeated, same id, this often
	deadline     = 5 * time.Second // and given up then
	confirmGrace = 5 * time.Second // a state may follow its ack this much later
	shownFor     = 8 * time.Second // a refusal stays on the screen this long
)

// maxRequests bounds the targets that have a request at one time.
const maxRequests = 256

// Outcome is what became of a request.
type Outcome int

// The outcomes. Waiting and Accepted are not the end.
const (
	// Waiting: nobody has answered yet.
	Waiting Outcome = iota
	// Accepted: the ack said yes, the state does not say so yet.
	Accepted
	// Refused: the ack said no; Reason says why.
	Refused
	// Unanswered: nobody answered before the deadline.
	Unanswered
	// Unconfirmed: the ack said yes, but the state never followed.
	Unconfirmed
	// Unsent: there was no connection; Reason says so.
	Unsent
)

// Request is what was last asked of an appliance or a scene and is not yet, or
// will not be, what it reports.
type Request struct {
	Do string
	// Aim is what the appliance is to report then.
	Aim
	Outcome Outcome
	Reason  string

	message message.Message
	target  string // the appliance, the scene with its area, or the fault topic of one
	ours    bool
	asked   time.Time // wall
	sent    time.Time // wall, the last time
	settled time.Time // wall, when the outcome came
	moved   bool      // a report was caused by it
}

// Pending reports whether the end is still open.
func (r *Request) Pending() bool { return r.Outcome == Waiting || r.Outcome == Accepted }

// requests holds one request a target: who asks again has changed his mind, and
// the older one is not repeated any more.
type requests struct {
	stamp    *message.Stamper
	byTarget map[string]*Request
}

// Request returns the request that is open for an appliance; nil if none is.
func (h *Home) Request(id string) *Request { return h.requests.byTarget[id] }

// SceneRequest returns the request that is open for a scene; nil if none is.
func (h *Home) SceneRequest(name string) *Request {
	return h.requests.byTarget[topics.AreaScene+"/"+name]
}

// Ask returns the command to publish, so that the appliance does what is asked.
// Tick repeats it until it is answered; whoever could not publish it says so
// with Failed.
func (h *Home) Ask(at Moment, id, do string, params map[string]any) message.Message {
	var aim Aim
	if a, ok := h.appliances[id]; ok {
		aim = a.aim(do, params)
	}
	return h.requests.ask(at, topics.Of(topics.KindCommand, id), id, do, aim, params)
}

// AskScene returns the command to publish, so that a scene runs or stops. It is
// repeated like any other.
func (h *Home) AskScene(at Moment, name, do string) message.Message {
	return h.requests.ask(at, topics.SceneCommand(name), topics.AreaScene+"/"+name, do, Aim{}, nil)
}

// Failed notes that the message of Ask, AskScene or Tick could not be published.
func (h *Home) Failed(at Moment, m message.Message, err error) {
	for _, r := range h.requests.byTarget {
		if r.message.ID() == m.ID() {
			r.settle(at, Unsent, safetext.Clean(err.Error(), maxText))
			h.tellFailure(at, r)
		}
	}
}

func (q *requests) ask(at Moment, topic, target, do string, aim Aim, params map[string]any) message.Message {
	payload := maps.Clone(params)
	if payload == nil {
		payload = make(map[string]any)
	}
	payload["do"] = do
	return q.send(at, topic, target, do, aim, payload)
}

// send makes the message of a request, and follows what becomes of it.
func (q *requests) send(at Moment, topic, target, do string, aim Aim, payload map[string]any) message.Message {
	m := q.stamp.Stamp(at.House, message.New(topic, payload), nil)
	q.byTarget[target] = &Request{
		Do: do, Aim: aim, message: m, target: target, ours: true, asked: at.Wall, sent: at.Wall,
	}
	return m
}

// overheard notes the command of somebody else, who repeats it himself.
func (q *requests) overheard(at Moment, a *Appliance, do string, params map[string]any, m message.Message) {
	if r := q.byTarget[a.ID]; r != nil && r.message.ID() == m.ID() || len(q.byTarget) >= maxRequests || m.Meta == nil {
		return
	}
	q.byTarget[a.ID] = &Request{Do: do, Aim: a.aim(do, params), message: m, target: a.ID, asked: at.Wall, sent: at.Wall}
}

// tick settles what has waited too long and returns what is to be sent again, and
// what came to nothing.
func (q *requests) tick(at Moment) (again []message.Message, failed []*Request) {
	for _, target := range slices.Sorted(maps.Keys(q.byTarget)) {
		r := q.byTarget[target]
		switch {
		case r.Outcome == Waiting && at.Wall.Sub(r.asked) >= deadline:
			if r.ours {
				r.settle(at, Unanswered, "")
				failed = append(failed, r)
			} else {
				delete(q.byTarget, target)
			}
		case r.Outcome == Waiting && r.ours && at.Wall.Sub(r.sent) >= repeatAfter:
			r.sent = at.Wall
			again = append(again, r.message)
		case r.Outcome == Accepted && at.Wall.Sub(r.settled) >= confirmGrace:
			r.settle(at, Unconfirmed, "")
			failed = append(failed, r)
		case !r.Pending() && at.Wall.Sub(r.settled) >= shownFor:
			delete(q.byTarget, target)
		}
	}
	return again, failed
}

func (r *Request) settle(at Moment, o Outcome, reason string) {
	r.Outcome, r.Reason, r.settled = o, reason, at.Wall
}

// answered takes an ack by the id of the command.
func (q *requests) answered(at Moment, h *Home, id string, ok bool, reason string) {
	if id == "" {
		return
	}
	for target, r := range q.byTarget {
		if r.message.ID() != id || !r.Pending() {
			continue
		}
		a := h.appliances[target]
		switch {
		case !ok:
			r.settle(at, Refused, reason)
		case r.Wants == "" || a == nil || a.Word() == r.Wants || r.moved:
			delete(q.byTarget, target)
		default:
			r.settle(at, Accepted, "")
		}
	}
}

// reported takes a state: it confirms what it says, and what it is caused by.
func (q *requests) reported(at Moment, a *Appliance, m message.Message) {
	r := q.byTarget[a.ID]
	if r == nil || !r.Pending() {
		return
	}
	caused := m.Meta != nil && m.Meta.Cause != "" && m.Meta.Cause == r.message.ID()
	if r.Wants != "" && r.Wants == a.Word() || caused && (r.Wants == "" || r.Outcome == Accepted) {
		delete(q.byTarget, a.ID)
		return
	}
	r.moved = r.moved || caused
}

// sceneReported takes a scene's state: any word after the request confirms it.
func (q *requests) sceneReported(at Moment, s *Scene, m message.Message) {
	target := topics.AreaScene + "/" + s.Name
	if r := q.byTarget[target]; r != nil && r.Pending() {
		delete(q.byTarget, target)
	}
}
