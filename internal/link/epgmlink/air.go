package epgmlink

import (
	"context"

	"homebus/internal/epgm"
)

// air is where sockets are opened: the network, or a test's own.
type air interface {
	// check says what is wrong with an endpoint that is to be spoken to later.
	check(epgm.Endpoint) error
	// hear joins a group. Run is called once, and calls handle until its context ends.
	hear(e epgm.Endpoint, c epgm.SubscriberConfig, handle func(epgm.Event)) (subscriber, error)
	// speak opens a publisher. Its Run is called once, or Close.
	speak(epgm.Endpoint, epgm.PublisherConfig) (publisher, error)
}

// subscriber is what a station asks of an epgm.Subscriber.
type subscriber interface {
	Run(context.Context) error
	Stats() epgm.SubscriberStats
}

// publisher is what a station asks of an epgm.Publisher.
type publisher interface {
	Run(context.Context) error
	Close() error
	Publish(frames [][]byte) error
	Stats() epgm.PublisherStats
}

// udp is the network.
type udp struct{}

func (udp) check(e epgm.Endpoint) error { return e.Check() }

func (udp) hear(e epgm.Endpoint, c epgm.SubscriberConfig, handle func(epgm.Event)) (subscriber, error) {
	return epgm.NewSubscriber(e, c, handle)
}

func (udp) speak(e epgm.Endpoint, c epgm.PublisherConfig) (publisher, error) {
	return epgm.NewPublisher(e, c)
}
