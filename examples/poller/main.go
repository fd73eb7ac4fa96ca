// Poller is a worker on two sockets, one for tasks and one for orders: it ends when the
// order is "Exit", whatever else is on its way.
//
//	go run ./examples/poller worker     # as many as you like
//	go run ./examples/poller boss
//
// Without it a worker that waits for tasks hears no order, and one that looks at both in
// turn, without waiting, burns a processor for nothing. Elsewhere that takes a poller; in Go
// it is a goroutine that waits at each socket, and a select between them: nothing runs
// until something comes. What comes of two sockets has no order: Exit may overtake a task.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/examples/internal/ending"
	"homebus/internal/socket"
)

var (
	tasks  = flag.String("tasks", "tcp://127.0.0.1:5577", "where the boss gives out tasks")
	orders = flag.String("orders", "tcp://127.0.0.1:5578", "where the boss gives orders")
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	flag.Parse()
	err := ending.Usage("want worker or boss")
	switch flag.Arg(0) {
	case "worker":
		err = work(ctx)
	case "boss":
		err = lead(ctx)
	}
	ending.With(ctx, "poller", err)
}

func work(ctx context.Context) error {
	pull, sub := socket.NewPull(socket.Config{}), socket.NewSub(socket.Config{})
	defer pull.Close(ctx)
	defer sub.Close(ctx)
	sub.Subscribe("")
	if err := errors.Join(pull.Connect(*tasks), sub.Connect(*orders)); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	given, ordered := make(chan string), make(chan string)
	var g errgroup.Group
	defer func() { cancel(); _ = g.Wait() }() // they end as ctx does, and not otherwise
	g.Go(func() error { return receive(ctx, pull.Recv, given) })
	g.Go(func() error { return receive(ctx, sub.Recv, ordered) })
	for order := ""; order != "Exit"; {
		select {
		case task := <-given:
			fmt.Println("does", task)
		case order = <-ordered:
			fmt.Println("is told", order)
		case <-ctx.Done():
			return nil
		}
	}
	return nil
}

// receive passes on what one socket receives.
func receive(ctx context.Context, recv func(context.Context) ([][]byte, error), to chan<- string) error {
	for {
		message, err := recv(ctx)
		if err != nil {
			return err
		}
		select {
		case to <- string(message[0]):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// lead gives out ten tasks, and then says Exit until nobody is left.
func lead(ctx context.Context) error {
	push, pub := socket.NewPush(socket.Config{}), socket.NewPub(socket.Config{})
	defer push.Close(ctx)
	defer pub.Close(ctx)
	_, err := push.Bind(*tasks)
	_, err2 := pub.Bind(*orders)
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	pace := time.NewTicker(50 * time.Millisecond)
	for n := 1; (n <= 10 || push.Stats().Peers > 0) && ctx.Err() == nil; n++ {
		send, what := push.Send, fmt.Sprint("task ", n)
		if n > 10 {
			send, what = pub.Send, "Exit"
		}
		if err := send(ctx, [][]byte{[]byte(what)}); err != nil {
			return err
		}
		<-pace.C
	}
	return nil
}
