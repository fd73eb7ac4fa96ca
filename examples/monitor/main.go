// Monitor looks into a proxy: all that passes is repeated on a third socket, behind a frame
// that says which way it went, in or out.
//
//	go run ./cmd/bus proxy queue --monitor tcp://127.0.0.1:5561
//	go run ./examples/monitor
//	go run ./examples/queue server anna
//	go run ./examples/queue client carl
//
// Without it nobody can tell whether a question was lost, or the answer, or who is slow: one
// would add prints to every program. A listener costs the proxy little, and cannot hold it
// up: one that is too slow misses messages of its own. With an endpoint and a prefix behind,
// such as "tcp://127.0.0.1:5561 out", it listens to the answers alone.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"homebus/examples/internal/ending"
	"homebus/internal/socket"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	args := append(os.Args[1:], "", "")
	where, prefix := args[0], args[1]
	if where == "" {
		where = "tcp://127.0.0.1:5561"
	}
	ending.With(ctx, "monitor", listen(ctx, where, prefix))
}

func listen(ctx context.Context, where, prefix string) error {
	sub := socket.NewSub(socket.Config{})
	defer sub.Close(ctx)
	sub.Subscribe(prefix)
	if err := sub.Connect(where); err != nil {
		return err
	}
	for {
		message, err := sub.Recv(ctx)
		if err != nil {
			return err
		}
		// Of a queue: the client's identity, an empty frame, and what was said.
		fmt.Printf("%s %q\n", message[0], message[1:])
	}
}
