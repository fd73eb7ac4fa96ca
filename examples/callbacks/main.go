// Callbacks is an event loop: for each socket a function is named that is called with
// whatever comes there, and the loop calls them, one at a time.
//
//	go run ./examples/callbacks thermometer     # readings come in, questions are answered
//	go run ./examples/callbacks client 21       # sends a reading, and asks
//
// Without it the code of all sockets is tangled in one loop of ifs, or runs in a goroutine
// each and needs a lock around all that they share. Here the functions share readings and
// sum without a lock, for only the loop calls them. What goes wrong even so: while one of
// them takes its time, all others wait.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"

	"golang.org/x/sync/errgroup"

	"homebus/examples/internal/ending"
	"homebus/internal/socket"
)

var (
	readingsAt  = flag.String("readings", "tcp://127.0.0.1:5579", "where readings are taken")
	questionsAt = flag.String("questions", "tcp://127.0.0.1:5580", "where questions are answered")
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	flag.Parse()
	err := ending.Usage("want thermometer, or client and a number")
	switch degrees, wrong := strconv.Atoi(flag.Arg(1)); {
	case flag.Arg(0) == "thermometer":
		err = measure(ctx)
	case flag.Arg(0) == "client" && wrong == nil:
		err = ask(ctx, degrees)
	}
	ending.With(ctx, "callbacks", err)
}

// on has the loop call handle for each message that recv brings; the next is taken when
// that has returned.
func on(ctx context.Context, loop chan<- func(), recv func(context.Context) ([][]byte, error), handle func([]byte) error) error {
	for done := make(chan error, 1); ; {
		message, err := recv(ctx)
		if err != nil {
			return err
		}
		select {
		case loop <- func() { done <- handle(message[0]) }:
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := <-done; err != nil {
			return err
		}
	}
}

func measure(ctx context.Context) error {
	pull, rep := socket.NewPull(socket.Config{}), socket.NewRep(socket.Config{})
	defer func() { _ = errors.Join(pull.Close(ctx), rep.Close(ctx)) }()
	_, err := pull.Bind(*readingsAt)
	_, err2 := rep.Bind(*questionsAt)
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	readings, sum := 0, 0
	reading := func(message []byte) error {
		degrees, _ := strconv.Atoi(string(message)) // what is no number counts as 0
		readings, sum = readings+1, sum+degrees
		return nil
	}
	question := func([]byte) error {
		return rep.Send(ctx, [][]byte{fmt.Appendf(nil, "%d readings, %d in all", readings, sum)})
	}
	g, ctx := errgroup.WithContext(ctx)
	loop := make(chan func())
	g.Go(func() error { return on(ctx, loop, pull.Recv, reading) })
	g.Go(func() error { return on(ctx, loop, rep.Recv, question) })
	for {
		select {
		case call := <-loop:
			call()
		case <-ctx.Done():
			return g.Wait()
		}
	}
}

// ask sends a reading, and asks.
func ask(ctx context.Context, degrees int) error {
	push, req := socket.NewPush(socket.Config{}), socket.NewReq(socket.Config{})
	defer func() { _ = errors.Join(push.Close(ctx), req.Close(ctx)) }()
	if err := errors.Join(push.Connect(*readingsAt), req.Connect(*questionsAt)); err != nil {
		return err
	}
	if err := push.Send(ctx, [][]byte{fmt.Append(nil, degrees)}); err != nil {
		return err
	}
	answer, err := req.Request(ctx, [][]byte{[]byte("how many?")})
	if err == nil { // the reading may be in it or not: sockets do not wait for one another
		fmt.Printf("%s\n", answer[0])
	}
	return err
}
