// Pair is the exclusive pair: two ends that talk whenever they like, and let nobody in
// between. Lines typed at one end are printed at the other.
//
//	go run ./examples/pair bind        # in one terminal
//	go run ./examples/pair connect     # in another
//	go run ./examples/pair connect     # in a third: refused, until the second is gone
//
// Without it two programs would need a socket each way, or share one with strangers who
// take their messages. What it costs: a pair has one peer at a time, and neither topics
// nor turns. What a refused peer says is lost or waits; the other end never sees it early.
package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/signal"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/examples/internal/ending"
	"homebus/internal/socket"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	args := append(os.Args[1:], "", "")
	role, where := args[0], args[1]
	if where == "" {
		where = "tcp://127.0.0.1:5570"
	}
	ending.With(ctx, "pair", chat(ctx, role, where))
}

func chat(ctx context.Context, role, where string) (err error) {
	pair := socket.NewPair(socket.Config{})
	defer func() { // what was typed last has a second to go out
		late, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = pair.Close(late)
	}()
	switch role {
	case "bind":
		_, err = pair.Bind(where)
	case "connect":
		err = pair.Connect(where)
	default:
		err = ending.Usage("want bind or connect")
	}
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return show(ctx, pair) })
	g.Go(func() error { return talk(ctx, pair) })
	return g.Wait()
}

// show prints what the other end says.
func show(ctx context.Context, pair *socket.Pair) error {
	for {
		message, err := pair.Recv(ctx)
		if err != nil {
			return err
		}
		fmt.Printf("%q\n", message[0])
	}
}

// talk sends what is typed.
func talk(ctx context.Context, pair *socket.Pair) error {
	lines := make(chan []byte)
	go func() { // waits for a keyboard, which nothing can interrupt: it ends with the program
		for in := bufio.NewReader(os.Stdin); ; {
			line, err := in.ReadBytes('\n') // however long it is
			if err != nil {
				return
			}
			lines <- bytes.TrimRight(line, "\r\n")
		}
	}()
	for {
		select {
		case line := <-lines:
			if err := pair.Send(ctx, [][]byte{line}); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
