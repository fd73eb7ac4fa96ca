// Processes is a whole system in one start: a program that starts servers and clients as
// processes of their own, from itself, and ends when they have.
//
//	go run ./examples/processes 2 3     # two servers, three clients
//	go run ./examples/processes 2 0     # two servers, until Ctrl-C
//
// Without it one opens a terminal for each, in the right order, and forgets one of them
// at the end. What goes wrong even so: whoever starts processes must wait for them, and they
// must end with it, however it ends. So they look at their standard input, which is closed
// when their parent is gone, even by kill -9. And nobody guesses ports: on one machine ipc://
// does, a file in a folder of their own.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"

	"golang.org/x/sync/errgroup"

	"homebus/examples/internal/ending"
	"homebus/internal/socket"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := ending.Usage("want how many servers, 1 or more, and how many clients")
	args, servers, clients := os.Args[1:], uint(0), uint(0)
	if role := append(args, "")[0]; len(args) > 1 && (role == "server" || role == "client") {
		go func() { _, _ = io.Copy(io.Discard, os.Stdin); stop() }() // ends with the program
		err = map[string]func(context.Context, []string) error{"server": serve, "client": ask}[role](ctx, args[1:])
	} else if n, _ := fmt.Sscan(strings.Join(args, " "), &servers, &clients); n == 2 && servers > 0 {
		err = family(ctx, servers, clients)
	}
	ending.With(ctx, "processes", err)
}

// family starts them all, and waits for them all.
func family(ctx context.Context, servers, clients uint) (err error) {
	dir, err := os.MkdirTemp("", "processes")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithCancel(ctx)
	serving, ctx := errgroup.WithContext(ctx) // a server that fails ends all
	defer func() { cancel(); err = errors.Join(err, serving.Wait()) }()
	var asking errgroup.Group
	client := []string{"client"}
	for n := range servers {
		where := fmt.Sprintf("ipc://%s/%d", dir, n+1)
		client = append(client, where)
		serving.Go(func() error { return child(ctx, "server", where, dir) })
	}
	for range clients {
		asking.Go(func() error { return child(ctx, client...) })
	}
	if clients == 0 {
		<-ctx.Done()
	}
	return asking.Wait()
}

// child runs this program once more, until it ends or ctx does.
func child(ctx context.Context, args ...string) error {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { _ = stdin.Close() })()
	return cmd.Run()
}

// serve answers who it is. If a folder is named, the last server there removes it, for their
// parent may have been killed.
func serve(ctx context.Context, at []string) error {
	defer os.Remove(append(at, "")[1]) // which fails while there is another's socket in it
	rep := socket.NewRep(socket.Config{})
	defer rep.Close(ctx)
	where, err := rep.Bind(at[0])
	if err == nil {
		fmt.Println("server", os.Getpid(), "is at", where)
	}
	for err == nil {
		if _, err = rep.Recv(ctx); err == nil {
			err = rep.Send(ctx, [][]byte{fmt.Append(nil, "server ", os.Getpid())})
		}
	}
	return err
}

// ask asks ten times who is there.
func ask(ctx context.Context, servers []string) error {
	req := socket.NewReq(socket.Config{})
	defer req.Close(ctx)
	for _, where := range servers {
		if err := req.Connect(where); err != nil {
			return err
		}
	}
	for range 10 {
		answer, err := req.Request(ctx, [][]byte{[]byte("who is there?")})
		if err != nil {
			return err
		}
		fmt.Printf("client %d: %s\n", os.Getpid(), answer[0])
	}
	return nil
}
