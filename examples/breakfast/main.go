// Breakfast is a house in small: when the light goes on, the toaster and the coffee maker
// begin; the mirror shows both, and says when all is ready. Nobody knows anybody else, all
// know the hub, and what they say is a topic and a status.
//
//	go run ./cmd/bus --scenes ""
//	go run ./examples/breakfast toaster
//	go run ./examples/breakfast coffee
//	go run ./examples/breakfast mirror
//	go run ./examples/breakfast light on
//
// Without a hub the light would have to know what it starts, and the mirror whom it shows.
// With a plain forwarder whoever comes late knows nothing: the hub remembers what begins
// with state/, so a mirror that is started last shows the toast that is ready, and a coffee
// maker that is plugged in at last begins. Switch the light off and on for more breakfast.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/examples/internal/ending"
	"homebus/internal/link"
	"homebus/internal/link/zmqlink"
	"homebus/internal/message"
)

var frontend = flag.String("frontend", "tcp://127.0.0.1:5559", "where the hub takes messages")
var backend = flag.String("backend", "tcp://127.0.0.1:5560", "where the hub gives them")
var takes = flag.Duration("takes", time.Second, "how long toast and coffee take")

const light = "state/bathroom/light"

var busy = map[string]string{"toaster": "toasting", "coffee": "brewing"}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	flag.Parse()
	l, err := zmqlink.New(zmqlink.Config{Frontend: *frontend, Backend: *backend, Name: flag.Arg(0), Log: slog.Default()})
	ending.With(ctx, "breakfast", err)
	var g errgroup.Group
	g.Go(func() error { return l.Run(ctx) })
	err = ending.Usage("want light on, light off, toaster, coffee or mirror")
	switch role, state := flag.Arg(0), flag.Arg(1); {
	case role == "light" && (state == "on" || state == "off"):
		err = turn(l, state)
	case role == "toaster" || role == "coffee":
		err = prepare(ctx, l, "state/kitchen/"+role, busy[role])
	case role == "mirror":
		err = mirror(l)
	}
	stop()
	_ = g.Wait() // says that ctx has ended
	ending.With(context.Background(), "breakfast", err)
}

// turn says that the light is on or off, and returns when it has come back from the hub.
func turn(l link.Link, state string) error {
	l.Subscribe(light)
	err := say(l, light, state) // what is a state waits for the connection
	for e := range l.Events() {
		if err != nil || stateOf(e) == state {
			break
		}
	}
	return err
}

// prepare is an appliance. It begins when the light goes on, and is ready a while later.
func prepare(ctx context.Context, l link.Link, topic, begun string) error {
	l.Subscribe(light)
	ready, state := (<-chan time.Time)(nil), "idle"
	// Whatever happens, it says how it is: the hub may be another one, which knows nothing.
	err := say(l, topic, state)
	for ; err == nil; err = say(l, topic, state) {
		select {
		case e := <-l.Events():
			if e.Message.Topic == light && stateOf(e) == "on" && ready == nil {
				ready, state = time.After(*takes), begun
			}
		case <-ready:
			ready, state = nil, "ready"
		case <-ctx.Done():
			return nil
		}
	}
	return err
}

// mirror prints what is new in the kitchen.
func mirror(l link.Link) error {
	l.Subscribe("state/kitchen/")
	states := map[string]string{}
	for e := range l.Events() {
		if topic, state := e.Message.Topic, stateOf(e); states[topic] != state {
			states[topic] = state
			fmt.Println(topic, "is", state)
			if states["state/kitchen/toaster"] == "ready" && states["state/kitchen/coffee"] == "ready" {
				fmt.Println("breakfast is ready")
			}
		}
	}
	return nil
}

// say publishes a topic and a status.
func say(l link.Link, topic, state string) error {
	return l.Publish(message.New(topic, map[string]string{"state": state}))
}

// stateOf returns the status in a message, "" if there is none.
func stateOf(e link.Event) string {
	var said struct{ State string }
	_ = json.Unmarshal(e.Message.Payload, &said) // anybody may publish anything
	return said.State
}
