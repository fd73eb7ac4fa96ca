// Browser is a web page on the bus: every message is shown in it, and what is typed in it is
// published.
//
//	go run ./cmd/bus --scenes "" --http 127.0.0.1:8080 --http-origin http://127.0.0.1:8081
//	go run ./examples/browser      # and open http://127.0.0.1:8081
//	go run ./cmd/bus pub weather/berlin sunny
//
// Browsers speak no ZeroMQ. Without the hub's gateway at /ws one writes a server of one's own
// that passes messages on, and finds out about slow browsers, torn UTF-8 and strangers' pages
// one by one. Here page.html is all there is to write: a WebSocket, and JSON in it (see
// docs/websocket.md). This program only serves that page; without --http-origin the hub
// refuses it, as it refuses any other website that would like to switch the lights.
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"html/template"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/examples/internal/ending"
)

//go:embed page.html
var page string

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	at := flag.String("at", "127.0.0.1:8081", "where the page is served")
	bus := flag.String("bus", "127.0.0.1:8080", "where the hub serves /ws")
	flag.Parse()
	err := ending.Usage("want no arguments, but flags; see --help")
	if flag.NArg() == 0 {
		err = serve(ctx, *at, *bus)
	}
	ending.With(ctx, "browser", err)
}

func serve(ctx context.Context, at, bus string) error {
	filled, err := template.New("page").Parse(page)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		if err := filled.Execute(w, bus); err != nil {
			log.Println("browser:", err)
		}
	})
	listener, err := net.Listen("tcp", at)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		fmt.Printf("the page is at http://%s\n", listener.Addr())
		return server.Serve(listener)
	})
	g.Go(func() error {
		<-ctx.Done()
		return server.Close()
	})
	if err := g.Wait(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
