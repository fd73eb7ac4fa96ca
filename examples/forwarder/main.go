// Forwarder is publishers and subscribers with a forwarder proxy between them: both sides
// can be moved and multiplied, for both only know the proxy.
//
//	go run ./cmd/bus proxy forwarder
//	go run ./examples/forwarder publisher
//	go run ./examples/forwarder subscriber weather/berlin
//
// Without it subscribers connect to publishers: a second publisher is heard by nobody until
// all subscribers are told. And with a proxy that subscribes to everything, as simple ones
// do, every message travels to it for nothing. This one tells publishers what is wanted: see
// the publisher count how few of its messages leave it. Nobody subscribed, none does.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"time"

	"homebus/examples/internal/ending"
	"homebus/internal/socket"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := ending.Usage("want publisher [FRONTEND], or subscriber TOPIC [BACKEND]")
	switch args := append(os.Args[1:], "", "", ""); args[0] {
	case "publisher":
		err = publish(ctx, args[1])
	case "subscriber":
		err = subscribe(ctx, args[1], args[2])
	}
	ending.With(ctx, "forwarder", err)
}

// publish publishes the weather of four towns, ever again.
func publish(ctx context.Context, frontend string) error {
	if frontend == "" {
		frontend = "tcp://127.0.0.1:5559"
	}
	pub := socket.NewPub(socket.Config{})
	defer pub.Close(ctx)
	if err := pub.Connect(frontend); err != nil {
		return err
	}
	pace := time.NewTicker(50 * time.Millisecond)
	defer pace.Stop()
	for round := 1; ctx.Err() == nil; round++ {
		for _, town := range []string{"berlin", "paris", "rome", "vienna"} {
			frames := [][]byte{[]byte("weather/" + town), fmt.Append(nil, "sunny ", round)}
			if err := pub.Send(ctx, frames); err != nil {
				return err
			}
		}
		select {
		case <-pace.C:
			fmt.Printf("published %d, of which %d have left\n", 4*round, pub.Stats().Out.Messages)
		case <-ctx.Done():
		}
	}
	return nil
}

// subscribe prints what begins with a topic.
func subscribe(ctx context.Context, topic, backend string) error {
	if backend == "" {
		backend = "tcp://127.0.0.1:5560"
	}
	sub := socket.NewSub(socket.Config{})
	defer sub.Close(ctx)
	sub.Subscribe(topic)
	if err := sub.Connect(backend); err != nil {
		return err
	}
	for {
		message, err := sub.Recv(ctx)
		if err != nil {
			return err
		}
		fmt.Printf("%s\n", message)
	}
}
