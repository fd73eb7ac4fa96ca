// Streamer is feeders of work and workers with a streamer proxy between them: the pipeline,
// with ends that come and go.
//
//	go run ./cmd/bus proxy streamer
//	go run ./examples/streamer worker anna
//	go run ./examples/streamer worker bert
//	go run ./examples/streamer feeder carl
//
// Without it each feeder must know its workers, or each worker its feeders, and whoever
// binds has to be there first. Here work waits at the proxy, and, when that is full, at
// the feeder, which then waits as well: nothing is thrown away, and nobody's memory grows.
// What it costs: nothing comes back, so a feeder learns nothing of what became of its work.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strconv"

	"homebus/examples/internal/ending"
	"homebus/internal/socket"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := ending.Usage("want feeder NAME [FRONTEND], or worker NAME [BACKEND]")
	switch args := append(os.Args[1:], "", "", ""); {
	case args[0] == "feeder" && args[1] != "":
		err = feed(ctx, args[1], args[2])
	case args[0] == "worker" && args[1] != "":
		err = work(ctx, args[1], args[2])
	}
	ending.With(ctx, "streamer", err)
}

// feed sends a thousand tasks.
func feed(ctx context.Context, name, frontend string) error {
	if frontend == "" {
		frontend = "tcp://127.0.0.1:5559"
	}
	push := socket.NewPush(socket.Config{})
	defer push.Close(ctx) // waits until all has gone out
	if err := push.Connect(frontend); err != nil {
		return err
	}
	for n := 1; n <= 1000; n++ {
		if err := push.Send(ctx, [][]byte{[]byte(name), []byte(strconv.Itoa(n))}); err != nil {
			return err
		}
	}
	return nil
}

// work prints what it does.
func work(ctx context.Context, name, backend string) error {
	if backend == "" {
		backend = "tcp://127.0.0.1:5560"
	}
	pull := socket.NewPull(socket.Config{})
	defer pull.Close(ctx)
	if err := pull.Connect(backend); err != nil {
		return err
	}
	for {
		task, err := pull.Recv(ctx)
		if err != nil {
			return err
		}
		fmt.Printf("%s does %s\n", name, task)
	}
}
