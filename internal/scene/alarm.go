package scene

import "container/heap"

// alarm is something due: a strand that waits, a trigger, or a scene that has
// something to say. Exactly one of strand, trigger and player is set.
type alarm struct {
	// due is in nanoseconds, on whichever clock the owner of the heap goes by.
	due int64
	// rank orders what is due at one instant: triggers in the file's order, then
	// everything else in the order of setting.
	rank    uint64
	strand  *strand
	trigger *trigger
	player  *player

	pos int // in the heap; -1 outside
}

// alarms is a heap of alarms, the first due on top.
type alarms []*alarm

// set puts a in, or moves it to another time if it is in.
func (h *alarms) set(a *alarm, due int64) {
	a.due = due
	if a.pos >= 0 {
		heap.Fix((*alarmHeap)(h), a.pos)
		return
	}
	heap.Push((*alarmHeap)(h), a)
}

// clear takes a out, if it is in.
func (h *alarms) clear(a *alarm) {
	if a != nil && a.pos >= 0 {
		heap.Remove((*alarmHeap)(h), a.pos)
	}
}

// reorder puts the alarms in order after their ranks have changed.
func (h *alarms) reorder() { heap.Init((*alarmHeap)(h)) }

// first returns what is due first; nil if nothing is.
func (h alarms) first() *alarm {
	if len(h) == 0 {
		return nil
	}
	return h[0]
}

// alarmHeap is alarms as package heap wants it.
type alarmHeap []*alarm

func (h alarmHeap) Len() int { return len(h) }

func (h alarmHeap) Less(i, j int) bool { return h[i].before(h[j]) }

func (a *alarm) before(b *alarm) bool {
	if a.due != b.due {
		return a.due < b.due
	}
	return a.rank < b.rank
}

func (h alarmHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].pos, h[j].pos = i, j
}

func (h *alarmHeap) Push(x any) {
	a := x.(*alarm)
	a.pos = len(*h)
	*h = append(*h, a)
}

func (h *alarmHeap) Pop() any {
	old := *h
	a := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	a.pos = -1
	return a
}
