// Threads is one publisher that ten goroutines publish on at once: nothing is lost, nothing
// is torn, and each one's messages stay in its order.
//
//	go run ./examples/threads publisher
//	go run ./examples/threads subscriber
//
// Elsewhere a socket belongs to one thread: two that send on it mix up their frames or bring
// the program down, so each needs a socket of its own, or a lock around this one. Here Send
// takes a message whole, from any goroutine. What can go wrong even so: a subscriber that is
// too slow loses the newest; so this publisher's queue holds all that it has to say.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/examples/internal/ending"
	"homebus/internal/socket"
)

const threads, each = 10, 1000

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	args := append(os.Args[1:], "", "")
	role, where := args[0], args[1]
	if where == "" {
		where = "tcp://127.0.0.1:5581"
	}
	err := ending.Usage("want publisher or subscriber")
	switch role {
	case "publisher":
		err = publish(ctx, where)
	case "subscriber":
		err = subscribe(ctx, where)
	}
	ending.With(ctx, "threads", err)
}

// publish publishes once somebody has subscribed.
func publish(ctx context.Context, where string) error {
	pub := socket.NewPub(socket.Config{HWM: 2 * threads * each})
	defer pub.Close(ctx) // waits until all has gone out
	if _, err := pub.Bind(where); err != nil {
		return err
	}
	// What nobody wants is not sent: the first greeting that has gone out has found a subscriber.
	for look := time.NewTicker(10 * time.Millisecond); pub.Stats().Out.Messages == 0; <-look.C {
		if err := pub.Send(ctx, [][]byte{[]byte("hello")}); err != nil || ctx.Err() != nil {
			return err
		}
	}
	var g errgroup.Group
	for thread := range threads {
		g.Go(func() error {
			for n := 1; n <= each; n++ {
				if err := pub.Send(ctx, message(thread, n)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}

// message has frames that would betray it if they were mixed up with another's.
func message(thread, n int) [][]byte {
	name := fmt.Sprint("thread/", thread)
	return [][]byte{[]byte(name), fmt.Append(nil, n), []byte(strings.Repeat(name+" ", n%100))}
}

// subscribe checks what it receives, and that it is all.
func subscribe(ctx context.Context, where string) error {
	sub := socket.NewSub(socket.Config{})
	defer sub.Close(ctx)
	sub.Subscribe("")
	if err := sub.Connect(where); err != nil {
		return err
	}
	var last [threads]int
	for received := 0; received < threads*each; {
		frames, err := sub.Recv(ctx)
		if err != nil {
			return err
		}
		var thread int
		if _, err := fmt.Sscanf(string(frames[0]), "thread/%d", &thread); err != nil || thread < 0 || thread >= threads {
			continue // a greeting, or a stranger's
		}
		last[thread]++
		if want := message(thread, last[thread]); !slices.EqualFunc(frames, want, bytes.Equal) {
			return fmt.Errorf("received %.60q where %.60q is due", frames, want)
		}
		received++
	}
	fmt.Printf("%d messages of %d threads, none lost, none torn\n", threads*each, threads)
	return nil
}
