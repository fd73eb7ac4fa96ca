// Package proxies makes ZeroMQ's queue and streamer from endpoints, ready to run: the
// sockets (internal/socket) and the passing between them (internal/proxy). The third
// proxy, the forwarder, is proxy.New, which needs no sockets.
//
//	queue, err := proxies.NewQueue(proxies.Endpoints{
//		Frontend: []string{"tcp://127.0.0.1:5559"}, // clients: REQ, DEALER
//		Backend:  []string{"tcp://127.0.0.1:5560"}, // workers: REP, DEALER
//	}, socket.Config{})
//	…
//	err = queue.Run(ctx)
//
// # What they promise
//
//   - Messages pass as they are, each whole, those of one peer in its order. One of
//     each peer is taken in turn, and given to the next peer with room.
//   - Where there is no room nothing is lost, but nothing more is read: the senders
//     wait. A peer that is slow or stopped holds what its own queue takes (the
//     high-water mark, 1,000 messages), the others get the rest.
//   - What waits for a worker that goes, and was not written to it, goes to another.
//     What it had already been sent is its own: whoever must have an answer asks again.
//   - A reply to a client that is gone, or that a worker sent without its envelope, is
//     counted as unroutable; one to a client that does not read its replies is dropped
//     once its queue has been full for 100 ms.
//   - What waits in a proxy when it ends is lost, but for what is written within a
//     quarter of a second.
package proxies
