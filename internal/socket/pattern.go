package socket

// pattern is what sets the patterns apart. Its methods are called with the socket's
// lock held.
type pattern interface {
	// joined is called when p has a connection; an error ends it.
	joined(p *pipe) error
	// sift returns what Recv is given of a message that arrived, nil for nothing; an
	// error ends the connection.
	sift(p *pipe, m [][]byte) ([][]byte, error)
	// command is called for a command that is not the core's own; an error ends the
	// connection.
	command(p *pipe, body []byte) error
	// left is called when p takes no messages any more, with those that were not
	// written. Afterwards it is called with none.
	left(p *pipe, unwritten []parcel)
}

// plain is a pattern that sends nothing and receives everything; the others build on
// it.
type plain struct{ *Socket }

func (plain) joined(*pipe) error                         { return nil }
func (plain) sift(_ *pipe, m [][]byte) ([][]byte, error) { return m, nil }
func (plain) command(*pipe, []byte) error                { return nil }
func (x plain) left(_ *pipe, unwritten []parcel)         { x.lose(unwritten) }

// balanced is a pattern whose peers take turns: what one was not written goes to
// another.
type balanced struct{ plain }

func (x balanced) joined(p *pipe) error {
	x.balance.add(p)
	return nil
}

func (x balanced) left(_ *pipe, unwritten []parcel) { x.balance.putBack(unwritten) }
