package wall

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/sync/errgroup"

	"homebus/internal/web/cork"
)

// Bounds of one page.
const (
	maxAsk     = 16 << 10         // bytes of what it asks at a time
	writeTime  = 10 * time.Second // how long it may take for one frame
	pingEvery  = 20 * time.Second // a page that sleeps is asked whether it lives
	pingAnswer = 10 * time.Second

	// wrongTokens is how many a page may try before it is closed with 1008 (policy
	// violation), as a client of /ws is.
	wrongTokens = 5

	farewellTime = 300 * time.Millisecond // the bus ends within a second
)

// errPanic is why a page ends at which a mistake of this program was met.
var errPanic = errors.New("panic")

// viewer is a page that is shown the home.
type viewer struct {
	conn *websocket.Conn
	// below is what conn speaks through: closing it ends whatever conn is at, also its
	// own farewell.
	below *cork.Conn
	// frames holds the frame on its way to the page.
	frames chan []byte
	// behind says that the page has missed a frame, and needs a whole picture; the
	// desk's.
	behind bool
	// act says that it may do something, and wrong how many tokens did not let it; the
	// reader's.
	act   bool
	wrong int
}

// ServeHTTP shows the home to a page until it leaves or the Wall ends. Whose page it may
// be, by its Origin, has been checked before.
func (w *Wall) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	ctx, problem := w.enter()
	if problem != "" {
		http.Error(rw, problem, http.StatusServiceUnavailable)
		return
	}
	defer w.leave()
	ctx, end := context.WithCancel(ctx)
	defer end()
	defer context.AfterFunc(r.Context(), end)() // a server that ends waits for us
	up := cork.NewUpgrade(rw, writeTime)
	conn, err := websocket.Accept(up, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return // Accept has told the page
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(maxAsk)
	v := &viewer{conn: conn, below: up.Conn(), frames: make(chan []byte, 1), act: w.cfg.Authorizer.Granted(r)}
	err = w.serve(ctx, v)
	w.cfg.Log.Debug("a page has left", "remote", r.RemoteAddr, "reason", err)
}

// serve shows the home and takes what is asked until either ends.
func (w *Wall) serve(ctx context.Context, v *viewer) error {
	if err := v.write(ctx, w.hello(v)); err != nil {
		return err
	}
	if !w.desk.join(ctx, v) {
		return ctx.Err()
	}
	defer w.desk.leave(v)
	// Reading goes on in a context of its own: when one ends the library cuts the
	// connection, and no word of farewell would come through.
	reading, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer stop()
		err := w.survive(func() error { return v.show(ctx) })
		v.farewell(errors.Join(err, context.Cause(ctx)))
		return err
	})
	g.Go(func() error { return w.survive(func() error { return w.listen(reading, v) }) })
	return g.Wait()
}

// survive turns a panic into an error: whatever a page asks, the hub goes on.
func (w *Wall) survive(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			w.cfg.Log.Error("panic while serving a page", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("%w: %v", errPanic, p)
		}
	}()
	return do()
}

// errTokens is why a page is closed that guesses.
var errTokens = errors.New("too many wrong tokens")

// farewell tells the page why it is sent away. One that does not answer, as one that
// sleeps, is cut off.
func (v *viewer) farewell(why error) {
	cut := time.AfterFunc(farewellTime, func() { _ = v.below.Close() })
	defer cut.Stop()
	switch {
	case errors.Is(why, errPanic):
		_ = v.conn.Close(websocket.StatusInternalError, "a mistake of this program")
	case errors.Is(why, errTokens):
		_ = v.conn.Close(websocket.StatusPolicyViolation, errTokens.Error())
	default:
		_ = v.conn.Close(websocket.StatusGoingAway, "the bus is ending")
	}
}

// hello is the first frame of a page.
func (w *Wall) hello(v *viewer) []byte {
	type hello struct {
		Version string `json:"version"`
		Act     bool   `json:"act"`
		Why     string `json:"why,omitempty"`
	}
	h := hello{Version: w.cfg.Version, Act: v.act}
	if !v.act {
		h.Why = "To act here, give the token that bus serve has (--http-token-file)."
	}
	return encode(map[string]hello{"hello": h})
}

func (v *viewer) write(ctx context.Context, frame []byte) error {
	ctx, cancel := context.WithTimeout(ctx, writeTime)
	defer cancel()
	return v.conn.Write(ctx, websocket.MessageText, frame)
}

// show sends the page its frames, and asks from time to time whether it lives.
func (v *viewer) show(ctx context.Context) error {
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case frame := <-v.frames:
			if err := v.write(ctx, frame); err != nil {
				return err
			}
		case <-ping.C:
			if err := v.ping(ctx); err != nil {
				return err
			}
		}
	}
}

func (v *viewer) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pingAnswer)
	defer cancel()
	return v.conn.Ping(ctx)
}

// listen takes what the page asks, one after the other.
func (w *Wall) listen(ctx context.Context, v *viewer) error {
	for {
		kind, text, err := v.conn.Read(ctx)
		if err != nil {
			return err
		}
		if err := v.write(ctx, w.answer(ctx, v, kind, text)); err != nil {
			return err
		}
		if v.wrong >= wrongTokens {
			return errTokens
		}
	}
}

// answer does what the page asks, and returns what is said to it.
func (w *Wall) answer(ctx context.Context, v *viewer, kind websocket.MessageType, text []byte) []byte {
	var a ask
	if err := json.Unmarshal(text, &a); err != nil || kind != websocket.MessageText {
		return encode(answer{Error: "not understood; want a JSON object with n and op"})
	}
	switch {
	case a.Op == opAuth && w.cfg.Authorizer.Matches(a.Token):
		v.act = true
		return encode(answer{N: a.N, OK: true})
	case a.Op == opAuth:
		v.wrong++
		return encode(answer{N: a.N, Error: "the token is not the right one"})
	case !v.act && a.acts():
		return encode(answer{N: a.N, Error: "to act here, give the token first"})
	}
	said := w.desk.ask(ctx, a)
	said.N = a.N
	return encode(said)
}

// encode returns v as JSON. What is encoded here always can be.
func encode(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic("wall: " + err.Error())
	}
	return text
}
