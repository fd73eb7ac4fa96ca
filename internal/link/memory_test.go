package link_test

import (
	"testing"

	"homebus/internal/link"
	"homebus/internal/link/linktest"
)

func TestConformance(t *testing.T) {
	linktest.Run(t, func(*testing.T) linktest.Bus {
		bus := link.NewBus()
		return linktest.Bus{Link: bus.Link, Stop: bus.Stop, Start: bus.Start}
	})
}
