// Multicast is publish and subscribe without a hub and without connections: a publisher sends
// each message once, to a group, and all on the network who listen there hear it.
//
//	go run ./examples/multicast subscriber weather/berlin
//	go run ./examples/multicast publisher
//
// Both name the same group, and an interface: 127.0.0.1 here, for a first look on one
// computer; between computers, the address or the name of the one that leads to the others,
// as in epgm://eth0;239.192.1.1:5555.
//
// Plain UDP loses packets and tells nobody. This asks for what it has missed (PGM, RFC 3208),
// speaks with libzmq's epgm:// on the other side, and says so where something is lost for
// good. The price: subscriptions do not travel, so everything is sent, no faster than the
// publisher's rate; there are no last values; and whoever is in the group hears everything,
// and can speak as anybody.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
	"time"

	"homebus/examples/internal/ending"
	"homebus/internal/epgm"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := ending.Usage("want publisher [ENDPOINT], or subscriber PREFIX [ENDPOINT]")
	switch args := append(os.Args[1:], "", "", ""); args[0] {
	case "publisher":
		err = publish(ctx, args[1])
	case "subscriber":
		err = subscribe(ctx, args[1], args[2])
	}
	ending.With(ctx, "multicast", err)
}

// group reads an endpoint; none is one on this computer.
func group(text string) (epgm.Endpoint, error) {
	if text == "" {
		text = "epgm://127.0.0.1;239.192.1.1:5555"
	}
	return epgm.ParseEndpoint(text)
}

// publish tells the weather of two towns, ever again, at up to 1 Mbit/s.
func publish(ctx context.Context, endpoint string) error {
	e, err := group(endpoint)
	if err != nil {
		return err
	}
	publisher, err := epgm.NewPublisher(e, epgm.PublisherConfig{Rate: 1_000_000, Loop: true})
	if err != nil {
		return err
	}
	log.Print(epgm.Warning)
	ended := make(chan error, 1)
	go func() { ended <- publisher.Run(ctx) }()
	pace := time.NewTicker(100 * time.Millisecond)
	defer pace.Stop()
	for round := 1; ; round++ {
		select {
		case err := <-ended: // with ctx
			return err
		case <-pace.C:
		}
		for _, town := range []string{"berlin", "rome"} {
			if err := publisher.Publish([][]byte{[]byte("weather/" + town), fmt.Append(nil, "sunny ", round)}); err != nil && ctx.Err() == nil {
				log.Print(err) // more than may be sent: this one is not
			}
		}
	}
}

// subscribe prints what begins with a prefix, and where something is lost.
func subscribe(ctx context.Context, prefix, endpoint string) error {
	e, err := group(endpoint)
	if err != nil {
		return err
	}
	subscriber, err := epgm.NewSubscriber(e, epgm.SubscriberConfig{}, func(ev epgm.Event) {
		switch {
		case ev.Lost != nil:
			fmt.Println(ev.Source, ev.Lost)
		case ev.Gone:
			fmt.Println(ev.Source, "is gone")
		case ev.Message != nil && strings.HasPrefix(string(ev.Message[0]), prefix):
			fmt.Printf("%s\n", ev.Message)
		}
	})
	if err != nil {
		return err
	}
	return subscriber.Run(ctx)
}
