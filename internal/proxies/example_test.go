package proxies_test

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"homebus/internal/proxies"
	"homebus/internal/socket"
)

// A queue with one worker and one client, all in one program.
func ExampleNewQueue() {
	queue, err := proxies.NewQueue(proxies.Endpoints{
		Frontend: []string{"tcp://127.0.0.1:0"},
		Backend:  []string{"tcp://127.0.0.1:0"},
	}, socket.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return queue.Run(ctx) })
	g.Go(func() error { return greeter(ctx, queue.Endpoints().Backend[0]) })

	client := socket.NewReq(socket.Config{})
	if err := client.Connect(queue.Endpoints().Frontend[0]); err != nil {
		fmt.Println(err)
	}
	answer, err := client.Request(ctx, [][]byte{[]byte("world")})
	fmt.Printf("%s %v\n", answer, err)
	_ = client.Close(ctx)

	cancel()
	fmt.Println(g.Wait(), queue.Statistics().Backend.Received.Messages)
	// Output:
	// [hello, world] <nil>
	// <nil> 1
}

// greeter is a worker: it answers until ctx ends.
func greeter(ctx context.Context, backend string) error {
	worker := socket.NewRep(socket.Config{})
	defer func() { _ = worker.Close(ctx) }()
	if err := worker.Connect(backend); err != nil {
		return err
	}
	for {
		question, err := worker.Recv(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if err := worker.Send(ctx, [][]byte{append([]byte("hello, "), question[0]...)}); err != nil {
			return err
		}
	}
}
