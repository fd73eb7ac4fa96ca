package bench

// share is the part of each publisher's messages that a subscriber hears: message n if n
// modulo period modulo stride is offset. The period is the number of topics.
type share struct{ period, stride, offset int64 }

// everything is the share of whoever has subscribed to all topics.
var everything = share{period: 1, stride: 1}

// shareOf is that of subscriber i.
func (c Config) shareOf(i int) share {
	if !c.Own {
		return everything
	}
	stride := min(int64(c.Subs), int64(c.Distinct))
	return share{period: int64(c.Distinct), stride: stride, offset: int64(i) % stride}
}

// perPeriod is how many of a period are in s.
func (s share) perPeriod() int64 { return (s.period - s.offset + s.stride - 1) / s.stride }

// index is which message of s is message n of the publisher; false if it is none.
func (s share) index(n int64) (int64, bool) {
	phase := n % s.period
	if n < 0 || phase%s.stride != s.offset {
		return 0, false
	}
	return n/s.period*s.perPeriod() + phase/s.stride, true
}

// count is how many of a publisher's first n messages are in s.
func (s share) count(n int64) int64 {
	whole, phase := n/s.period, n%s.period
	count := whole * s.perPeriod()
	if phase > s.offset {
		count += (phase - s.offset + s.stride - 1) / s.stride
	}
	return count
}

// topics yields the number of each topic in s.
func (s share) topics(yield func(int) bool) {
	for t := s.offset; t < s.period; t += s.stride {
		if !yield(int(t)) {
			return
		}
	}
}

// lastTopic is the topic that is subscribed to last.
func (s share) lastTopic() int { return int(s.offset + s.stride*(s.perPeriod()-1)) }
