// Reqrep is client and server: one client asks several servers in turn, and has one answer
// to each question.
//
//	go run ./examples/reqrep server anna tcp://127.0.0.1:5571
//	go run ./examples/reqrep server bert tcp://127.0.0.1:5572
//	go run ./examples/reqrep client
//
// Kill a server (pkill -9 -f 'reqrep server anna'): the client goes on with the other; start
// it again, and it takes its turns again. Kill both: each question is given up after 2 s, aloud.
//
// That was the open wound of the tutorials: a plain REQ that has asked a server which dies
// waits for ever, and may ask nothing more. This one asks again, the next server, until the
// deadline. So a question may be done twice: it must be one that does no harm when it is
// (ask "set 5", not "add 1"). Answers are not doubled: one to an old question is not taken.
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
	err := ending.Usage("want server NAME ENDPOINT, or client [ENDPOINT]")
	switch args := os.Args[1:]; {
	case len(args) == 3 && args[0] == "server":
		err = server(ctx, args[1], args[2])
	case len(args) == 1 && args[0] == "client":
		err = client(ctx, "tcp://127.0.0.1:5571", "tcp://127.0.0.1:5572")
	case len(args) > 1 && args[0] == "client":
		err = client(ctx, args[1:]...)
	}
	ending.With(ctx, "reqrep", err)
}

// server answers a question with the same number, and its own name.
func server(ctx context.Context, name, where string) error {
	rep := socket.NewRep(socket.Config{})
	defer rep.Close(ctx)
	if _, err := rep.Bind(where); err != nil {
		return err
	}
	for {
		question, err := rep.Recv(ctx)
		if err != nil {
			return err
		}
		if err := rep.Send(ctx, [][]byte{question[0], []byte(name)}); err != nil {
			return err
		}
	}
}

// client asks one question after the other, ten a second.
func client(ctx context.Context, servers ...string) error {
	// Whoever has not answered after 250 ms is not waited for: the next one is asked.
	req := socket.NewReq(socket.Config{Resend: 250 * time.Millisecond})
	defer req.Close(ctx)
	for _, where := range servers {
		if err := req.Connect(where); err != nil {
			return err
		}
	}
	pace := time.NewTicker(100 * time.Millisecond)
	defer pace.Stop()
	for n := 1; ctx.Err() == nil; n++ {
		asking, cancel := context.WithTimeout(ctx, 2*time.Second)
		answer, err := req.Request(asking, [][]byte{[]byte(fmt.Sprint(n))})
		cancel()
		if err != nil {
			fmt.Printf("%d: %v\n", n, err)
		} else {
			fmt.Printf("%d: answer %s\n", n, answer)
		}
		select {
		case <-pace.C:
		case <-ctx.Done():
		}
	}
	return nil
}
