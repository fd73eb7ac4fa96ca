// Pubsub is publish and subscribe: weather stations publish, and whoever cares hears what
// it has subscribed to, from as many stations as it likes.
//
//	go run ./examples/pubsub station north tcp://127.0.0.1:5573
//	go run ./examples/pubsub station south tcp://127.0.0.1:5574
//	go run ./examples/pubsub average weather/berlin tcp://127.0.0.1:5573 tcp://127.0.0.1:5574
//
// Without it a station would have to know everybody who cares, and wait for the slowest. A
// PUB knows nobody and waits for nobody. What it costs: who comes late has missed what was,
// who is too slow misses the newest (the hub, "bus", remembers last values against that).
//
// A subscription is the beginning of a topic: weather/ is every town's, and weather/berlin
// brings weather/berlin-west as well, so averages are kept by the whole topic.
package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"strconv"
	"time"

	"homebus/examples/internal/ending"
	"homebus/internal/socket"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := ending.Usage("want station NAME ENDPOINT, or average TOPIC and endpoints")
	switch args := os.Args[1:]; {
	case len(args) == 3 && args[0] == "station":
		err = station(ctx, args[1], args[2])
	case len(args) > 2 && args[0] == "average":
		err = average(ctx, args[1], args[2:])
	}
	ending.With(ctx, "pubsub", err)
}

// station publishes the temperature of a town, ever again.
func station(ctx context.Context, name, where string) error {
	pub := socket.NewPub(socket.Config{})
	defer pub.Close(ctx)
	if _, err := pub.Bind(where); err != nil {
		return err
	}
	towns := []string{"weather/berlin", "weather/berlin-west", "weather/paris", "weather/rome"}
	for pace := time.NewTicker(5 * time.Millisecond); ; {
		select {
		case <-pace.C:
			town, degrees := towns[rand.N(len(towns))], fmt.Sprint(rand.N(40)-5)
			if err := pub.Send(ctx, [][]byte{[]byte(town), []byte(degrees), []byte(name)}); err != nil {
				return err
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// average prints forty readings of all stations, and what they are on average.
func average(ctx context.Context, topic string, stations []string) error {
	sub := socket.NewSub(socket.Config{})
	defer sub.Close(ctx)
	sub.Subscribe(topic)
	for _, where := range stations {
		if err := sub.Connect(where); err != nil {
			return err
		}
	}
	sum, count := map[string]int{}, map[string]int{}
	for range 40 {
		reading, err := sub.Recv(ctx)
		if err != nil {
			return err
		}
		if len(reading) != 3 {
			continue // anybody may publish anything
		}
		degrees, err := strconv.Atoi(string(reading[1]))
		if err != nil {
			continue
		}
		town := string(reading[0])
		sum[town], count[town] = sum[town]+degrees, count[town]+1
		fmt.Printf("%s: %d from %s\n", town, degrees, reading[2])
	}
	for town := range sum {
		fmt.Printf("average of %s: %.1f of %d\n", town, float64(sum[town])/float64(count[town]), count[town])
	}
	return nil
}
