// Embedded is a proxy inside a program: a queue that is started with it, and stopped with
// it, and needs no process of its own.
//
//	go run ./examples/embedded
//	go run ./examples/queue client carl     # as with "bus proxy queue"
//	go run ./examples/queue server anna     # helps the two servers inside
//
// The tutorials start such a proxy in a thread in the background, where nobody can stop it:
// the program hangs at its end, or ends with messages half sent and the port in use. Here
// Run ends with its context, when every connection is closed and nothing is left running;
// errgroup waits for it, and ends the program if the proxy fails.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"golang.org/x/sync/errgroup"

	"homebus/examples/internal/ending"
	"homebus/internal/proxies"
	"homebus/internal/socket"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	at := proxies.Endpoints{Frontend: []string{"tcp://127.0.0.1:5559"}, Backend: []string{"tcp://127.0.0.1:5560"}}
	switch len(os.Args) {
	case 1:
	case 3:
		at = proxies.Endpoints{Frontend: os.Args[1:2], Backend: os.Args[2:3]}
	default:
		ending.With(ctx, "embedded", ending.Usage("want [FRONTEND BACKEND]"))
	}
	ending.With(context.Background(), "embedded", run(ctx, at))
}

func run(ctx context.Context, at proxies.Endpoints) error {
	queue, err := proxies.NewQueue(at, socket.Config{}) // listens from here on
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return queue.Run(ctx) })
	for _, name := range []string{"one inside", "another inside"} {
		g.Go(func() error { return serve(ctx, name, queue.Endpoints().Backend[0]) })
	}
	fmt.Println("the queue is at", queue.Endpoints().Frontend[0])
	err = g.Wait() // nothing is left running behind this line
	fmt.Println(queue.Statistics().Backend.Received.Messages, "answers have passed; stopped")
	return err
}

// serve answers until ctx ends.
func serve(ctx context.Context, name, backend string) error {
	rep := socket.NewRep(socket.Config{})
	defer rep.Close(ctx)
	if err := rep.Connect(backend); err != nil {
		return err
	}
	for {
		question, err := rep.Recv(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if err := rep.Send(ctx, [][]byte{fmt.Appendf(nil, "%s, says %s", question[0], name)}); err != nil {
			return err
		}
	}
}
