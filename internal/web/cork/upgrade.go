package cork

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"time"
)

// Upgrade is a ResponseWriter that gives its connection away as one that can be corked.
// One owner.
type Upgrade struct {
	http.ResponseWriter
	patience time.Duration
	conn     *Conn
}

var _ http.Hijacker = (*Upgrade)(nil)

// NewUpgrade returns w for a handler that will call Hijack; what stands between may wrap
// w, as [http.ResponseController] has it. For patience see New.
func NewUpgrade(w http.ResponseWriter, patience time.Duration) *Upgrade {
	return &Upgrade{ResponseWriter: w, patience: patience}
}

// Hijack takes the connection over from the server; see [http.Hijacker].
func (u *Upgrade) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(u.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	if buffered.Writer.Buffered() > 0 {
		return nil, nil, errors.Join(errors.New("something was written before the connection was taken over"), conn.Close())
	}
	u.conn = New(conn, u.patience)
	buffered.Writer.Reset(u.conn)
	return u.conn, buffered, nil
}

// Conn returns the connection after Hijack, nil before.
func (u *Upgrade) Conn() *Conn { return u.conn }
