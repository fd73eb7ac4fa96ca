package socket_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"homebus/internal/zmtp/zmtptest"
)

// libzmq is a process with sockets of real libzmq; see testdata/libzmq.py. One owner.
type libzmq struct {
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Reader
	count int
}

type order struct {
	Do       string   `json:"do"`
	Socket   int      `json:"socket"`
	Type     string   `json:"type,omitempty"`
	Identity string   `json:"identity,omitempty"`
	HWM      int      `json:"hwm,omitempty"`
	Where    string   `json:"where,omitempty"`
	Frames   [][]byte `json:"frames,omitempty"`
	Option   string   `json:"option,omitempty"`
	Value    int      `json:"value"`
	Timeout  int64    `json:"timeout"` // ms
}

type outcome struct {
	Where   string   `json:"where"`
	Frames  [][]byte `json:"frames"`
	Timeout bool     `json:"timeout"`
	Error   string   `json:"error"`
}

// startLibzmq starts a process that ends with the test.
func startLibzmq(t testing.TB) *libzmq {
	t.Helper()
	zmtptest.NeedLibzmq(t)
	l := &libzmq{cmd: exec.Command(zmtptest.Python, filepath.Join("testdata", "libzmq.py"))}
	l.cmd.Stderr = os.Stderr
	var err error
	if l.in, err = l.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := l.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	l.out = bufio.NewReader(out)
	if err := l.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = l.in.Close()
		if err := l.cmd.Wait(); err != nil && l.cmd.ProcessState.ExitCode() >= 0 {
			t.Errorf("libzmq: %v", err)
		}
	})
	return l
}

func (l *libzmq) do(o order) (outcome, error) {
	line, err := json.Marshal(o)
	if err != nil {
		return outcome{}, err
	}
	if _, err := l.in.Write(append(line, '\n')); err != nil {
		return outcome{}, err
	}
	answer, err := l.out.ReadBytes('\n')
	if err != nil {
		return outcome{}, fmt.Errorf("libzmq: %w", err)
	}
	var r outcome
	if err := json.Unmarshal(answer, &r); err != nil {
		return outcome{}, err
	}
	if r.Error != "" {
		return r, errors.New("libzmq: " + r.Error)
	}
	if r.Timeout {
		return r, context.DeadlineExceeded
	}
	return r, nil
}

// remote is a socket of libzmq with the methods of ours.
type remote struct {
	l  *libzmq
	id int
}

// open opens a socket, with an identity if that is not "".
func (l *libzmq) open(t testing.TB, kind, identity string, hwm int) *remote {
	t.Helper()
	l.count++
	if _, err := l.do(order{Do: "open", Socket: l.count, Type: kind, Identity: identity, HWM: hwm}); err != nil {
		t.Fatal(err)
	}
	return &remote{l, l.count}
}

func (r *remote) Bind(where string) (string, error) {
	o, err := r.l.do(order{Do: "bind", Socket: r.id, Where: where})
	return o.Where, err
}

func (r *remote) Connect(where string) error {
	_, err := r.l.do(order{Do: "connect", Socket: r.id, Where: where})
	return err
}

func (r *remote) Send(ctx context.Context, frames [][]byte) error {
	_, err := r.l.do(order{Do: "send", Socket: r.id, Frames: frames, Timeout: left(ctx)})
	return err
}

func (r *remote) Recv(ctx context.Context) ([][]byte, error) {
	o, err := r.l.do(order{Do: "recv", Socket: r.id, Timeout: left(ctx)})
	if err != nil {
		return nil, err
	}
	return o.Frames, nil
}

func (r *remote) Subscribe(prefixes ...string) {
	for _, p := range prefixes {
		if _, err := r.l.do(order{Do: "subscribe", Socket: r.id, Frames: [][]byte{[]byte(p)}}); err != nil {
			panic(err)
		}
	}
}

func (r *remote) Close(ctx context.Context) error {
	_, err := r.l.do(order{Do: "close", Socket: r.id, Timeout: left(ctx)})
	return err
}

// left is how much time ctx leaves, in milliseconds.
func left(ctx context.Context) int64 {
	if ctx.Err() != nil {
		return 0
	}
	if deadline, ok := ctx.Deadline(); ok {
		return max(0, time.Until(deadline).Milliseconds()) // below 0 is for ever
	}
	return zmtptest.Patience.Milliseconds()
}
