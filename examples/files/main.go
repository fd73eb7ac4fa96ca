// Files prints a file of another machine, and goes on printing what is added to it: tail -f
// over a queue.
//
//	go run ./cmd/bus serve --scenes ""
//	go run ./cmd/bus proxy queue --frontend tcp://127.0.0.1:5563 --backend tcp://127.0.0.1:5564
//	go run ./cmd/sim --tail 'logs/**/*.log' --node n1
//	go run ./examples/files tcp://127.0.0.1:5563 n1 logs/a.log
//
// Without it a publisher's lines are gone for whoever did not listen. It shows the pattern:
// whoever knows how many bytes it has asks for what comes from there on, again and again, and
// it does not matter what was lost, killed or started anew in between. That the bytes are of
// the same file is shown by how they begin and end (a proof): of one that was rotated away the
// rest is read, and then the next; one that was cut is begun anew. docs/files.md has it all.
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

	"homebus/examples/internal/ending"
	"homebus/internal/filewire"
	"homebus/internal/socket"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := ending.Usage("want QUEUE NODE PATH")
	if args := os.Args[1:]; len(args) == 3 {
		err = follow(ctx, args[0], filewire.Request{Node: args[1], Path: args[2]}, os.Stdout)
	}
	ending.With(ctx, "files", err)
}

// follow copies the file to w until ctx ends, and whichever come after it at its path.
func follow(ctx context.Context, queue string, next filewire.Request, w io.Writer) error {
	// Without a reply it asks again: a node may have been killed with the request.
	req := socket.NewReq(socket.Config{Resend: time.Second})
	if err := req.Connect(queue); err != nil {
		return err
	}
	defer req.Close(ctx)
	looks := time.NewTicker(200 * time.Millisecond)
	defer looks.Stop()
	var head, last []byte // how what was copied begins, and how it ends
	said := ""
	for ctx.Err() == nil {
		frames, err := req.Request(ctx, [][]byte{filewire.Encode(next)})
		if err != nil {
			break // ctx has ended
		}
		var answer filewire.Answer
		if err := json.Unmarshal(frames[0], &answer); err != nil {
			return err
		}
		switch {
		case answer.Missing: // yet, or while it is rotated
			if answer.Error != said {
				said = answer.Error
				fmt.Fprintln(os.Stderr, "files:", said)
			}
			wait(ctx, looks)
			continue
		case answer.Error != "":
			return errors.New(answer.Error)
		case answer.Gone: // it was cut
			next, head, last = filewire.Request{Node: next.Node, Path: next.Path}, nil, nil
			continue
		}
		data := frames[1]
		if _, err := w.Write(data); err != nil {
			return err
		}
		head, last = append(head, data[:min(len(data), filewire.Window-len(head))]...), append(last, data...)
		last = last[max(0, len(last)-filewire.Window):]
		next.Offset += int64(len(data))
		proof := filewire.ProveOf(head, last, next.Offset)
		next.Proof, next.After, next.Generation = &proof, nil, answer.Generation
		if answer.Done { // it was rotated away: the next one
			next, head, last = filewire.Request{Node: next.Node, Path: next.Path, After: &proof}, nil, nil
		} else if next.Offset == answer.Size { // that is all for now
			wait(ctx, looks)
		}
	}
	return nil
}

// wait waits for the next look.
func wait(ctx context.Context, looks *time.Ticker) {
	select {
	case <-looks.C:
	case <-ctx.Done():
	}
}
