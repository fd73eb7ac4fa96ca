// Queue is many clients and many servers with a queue proxy between them: all connect to
// it, and none knows how many others there are, or where.
//
//	go run ./cmd/bus proxy queue
//	go run ./examples/queue server anna
//	go run ./examples/queue server bert
//	go run ./examples/queue client carl
//	go run ./examples/queue client dora
//
// Without it every client must know every server, and a new server helps nobody until all
// clients are told. Here servers come and go as they like: the proxy gives each question to
// the next with room, and the answer finds its client. Were there no server, clients would
// wait. What it costs: one more hop, and one place that must keep running.
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
	err := ending.Usage("want server NAME [ENDPOINT], or client NAME [ENDPOINT]")
	switch args := append(os.Args[1:], "", "", ""); {
	case args[0] == "server" && args[1] != "":
		err = server(ctx, args[1], args[2])
	case args[0] == "client" && args[1] != "":
		err = client(ctx, args[1], args[2])
	}
	ending.With(ctx, "queue", err)
}

// server connects, as a client does: what listens is the proxy.
func server(ctx context.Context, name, backend string) error {
	if backend == "" {
		backend = "tcp://127.0.0.1:5560"
	}
	rep := socket.NewRep(socket.Config{})
	defer rep.Close(ctx)
	if err := rep.Connect(backend); err != nil {
		return err
	}
	for {
		question, err := rep.Recv(ctx)
		if err != nil {
			return err
		}
		answer := fmt.Sprintf("%s, says %s", question[0], name)
		if err := rep.Send(ctx, [][]byte{[]byte(answer)}); err != nil {
			return err
		}
	}
}

// client asks a hundred questions. A server that dies takes one with it, which is asked
// again after a second.
func client(ctx context.Context, name, frontend string) error {
	if frontend == "" {
		frontend = "tcp://127.0.0.1:5559"
	}
	req := socket.NewReq(socket.Config{Resend: time.Second})
	defer req.Close(ctx)
	if err := req.Connect(frontend); err != nil {
		return err
	}
	for n := 1; n <= 100; n++ {
		question := fmt.Sprintf("%s's question %d", name, n)
		answer, err := req.Request(ctx, [][]byte{[]byte(question)})
		if err != nil {
			return err
		}
		fmt.Printf("%s\n", answer[0])
	}
	return nil
}
