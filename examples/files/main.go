// Files prints a file of another machine, and goes on printing what is added to it: tail -f
// over a queue.
//
//	go run ./cmd/bus serve --scenes ""
//	go run ./cmd/bus proxy queue --frontend tcp://127.0.0.1:5563 --backend tcp://127.0.0.1:5564
//	go run ./cmd/sim --tail 'logs/**/*.log' --node n1
//	go run ./examples/files tcp://127.0.0.1:5563 n1 logs/a.log
//
// It shows the pattern: whoever knows how many bytes it has needs no other state. It asks
// for what comes from there on, again and again, and it does not matter what was lost,
// killed or started anew in between. docs/files.md has the requests.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"homebus/internal/filewire"
	"homebus/internal/socket"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: files QUEUE NODE PATH")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := follow(ctx, os.Args[1], filewire.Request{Node: os.Args[2], Path: os.Args[3]}, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "files:", err)
		os.Exit(1)
	}
}

// follow copies the file to w until ctx ends.
func follow(ctx context.Context, queue string, next filewire.Request, w io.Writer) error {
	// Without a reply it asks again: a node may have been killed with the request.
	req := socket.NewReq(socket.Config{Resend: time.Second})
	if err := req.Connect(queue); err != nil {
		return err
	}
	defer req.Close(ctx)
	looks := time.NewTicker(200 * time.Millisecond)
	defer looks.Stop()
	for ctx.Err() == nil {
		frames, err := req.Request(ctx, [][]byte{filewire.Encode(next)})
		if err != nil {
			break // ctx has ended
		}
		var answer filewire.Answer
		if err := json.Unmarshal(frames[0], &answer); err != nil {
			return err
		}
		if answer.Error != "" {
			return errors.New(answer.Error)
		}
		if _, err := w.Write(frames[1]); err != nil {
			return err
		}
		if next.Offset += int64(len(frames[1])); next.Offset == answer.Size {
			select { // that is all for now
			case <-looks.C:
			case <-ctx.Done():
			}
		}
	}
	return nil
}
