// Package linktest checks that a link.Link keeps the promises of package link.
// Each implementation runs it from its own tests:
//
//	func TestConformance(t *testing.T) {
//		linktest.Run(t, func(t *testing.T) linktest.Bus {
//			bus := link.NewBus()
//			return linktest.Bus{Link: bus.Link, Stop: bus.Stop, Start: bus.Start}
//		})
//	}
//
// Nothing here sleeps: what must come is waited for, with a deadline; what must
// not come is shown by a later message that comes without it.
package linktest
