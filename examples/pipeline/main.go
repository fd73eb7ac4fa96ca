// Pipeline is divide and conquer: a producer deals out work, workers do it, a collector
// gathers the results, and shows how they are spread over the workers.
//
//	go run ./examples/pipeline collector
//	go run ./examples/pipeline worker anna
//	go run ./examples/pipeline worker bert
//	go run ./examples/pipeline producer       # begins when two workers are there
//
// Without it one worker does all, or somebody keeps lists of who has what. PUSH deals to
// whoever has room, PULL takes from all in turn: more workers, more speed, and no list.
// What goes wrong even so: did the producer not wait for the second worker, the first would
// get it all; and work that a killed worker had is lost with it (who must know asks, REQ).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"time"

	"homebus/examples/internal/ending"
	"homebus/internal/socket"
)

var (
	work    = flag.String("work", "tcp://127.0.0.1:5575", "where the producer is")
	results = flag.String("results", "tcp://127.0.0.1:5576", "where the collector is")
	workers = flag.Int("workers", 2, "how many workers the producer waits for")
)

const tasks = 1000

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	flag.Parse()
	err := ending.Usage("want producer, worker or collector")
	switch flag.Arg(0) {
	case "producer":
		err = produce(ctx)
	case "worker":
		err = labour(ctx, flag.Arg(1))
	case "collector":
		err = collect(ctx)
	}
	ending.With(ctx, "pipeline", err)
}

// produce sends the numbers from 1, once the workers are there.
func produce(ctx context.Context) error {
	push := socket.NewPush(socket.Config{})
	defer push.Close(ctx) // waits until all has gone out
	if _, err := push.Bind(*work); err != nil {
		return err
	}
	for look := time.NewTicker(10 * time.Millisecond); push.Stats().Peers < *workers; {
		select {
		case <-look.C:
		case <-ctx.Done():
			return nil
		}
	}
	for n := 1; n <= tasks; n++ {
		if err := push.Send(ctx, [][]byte{[]byte(strconv.Itoa(n))}); err != nil {
			return err
		}
	}
	return nil
}

// labour squares numbers, and says who has done so.
func labour(ctx context.Context, name string) error {
	pull, push := socket.NewPull(socket.Config{}), socket.NewPush(socket.Config{})
	defer pull.Close(ctx)
	defer push.Close(ctx)
	if err := errors.Join(pull.Connect(*work), push.Connect(*results)); err != nil {
		return err
	}
	for {
		task, err := pull.Recv(ctx)
		if err != nil {
			return err
		}
		n, _ := strconv.Atoi(string(task[0])) // what is no number counts as 0
		if err := push.Send(ctx, [][]byte{[]byte(strconv.Itoa(n * n)), []byte(name)}); err != nil {
			return err
		}
	}
}

// collect adds the squares up.
func collect(ctx context.Context) error {
	pull := socket.NewPull(socket.Config{})
	defer pull.Close(ctx)
	if _, err := pull.Bind(*results); err != nil {
		return err
	}
	sum, by := 0, map[string]int{}
	for range tasks {
		result, err := pull.Recv(ctx)
		if err != nil {
			return err
		}
		square, _ := strconv.Atoi(string(result[0]))
		sum += square
		by[string(result[len(result)-1])]++
	}
	fmt.Printf("%d results add up to %d, found by %v\n", tasks, sum, by)
	return nil
}
