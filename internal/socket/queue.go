package socket

// queue is first in, first out. The zero queue is empty and ready. It holds no more
// memory than twice what it held last.
type queue[T any] struct {
	items []T
	from  int // items before it are taken
}

func (q *queue[T]) len() int { return len(q.items) - q.from }

func (q *queue[T]) push(x T) { q.items = append(q.items, x) }

// first returns the oldest; there must be one.
func (q *queue[T]) first() T { return q.items[q.from] }

// pop takes the oldest; there must be one.
func (q *queue[T]) pop() T {
	var none T
	x := q.items[q.from]
	q.items[q.from] = none
	q.from++
	switch {
	case q.from == len(q.items):
		q.items, q.from = q.items[:0], 0
		if cap(q.items) > 4096 {
			q.items = nil
		}
	case q.from >= 64 && 2*q.from >= len(q.items):
		n := copy(q.items, q.items[q.from:])
		clear(q.items[n:])
		q.items, q.from = q.items[:n], 0
	}
	return x
}

// putBack puts older ones before the oldest, in their order.
func (q *queue[T]) putBack(older []T) {
	if len(older) == 0 {
		return
	}
	all := make([]T, 0, len(older)+q.len())
	all = append(all, older...)
	q.items, q.from = append(all, q.items[q.from:]...), 0
}

// drain takes all.
func (q *queue[T]) drain() []T {
	all := q.items[q.from:]
	*q = queue[T]{}
	return all
}
