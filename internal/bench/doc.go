// Package bench is a load generator for whatever forwards messages from publishers to
// subscribers: a hub or forwarder of ours, libzmq's zmq_proxy, a NATS server, an MQTT
// broker. It is made so that the client is not the bottleneck, and says exactly what
// arrived.
//
// # What it promises
//
//   - Nothing is allocated for a message, at either end. A publisher writes from a
//     buffer in which the messages stand already, encoded, and puts only their sequence
//     numbers in; a subscriber reads into a large buffer and finds the messages in place.
//   - Publishers begin when every subscription is in effect for each of them, and no time
//     is guessed for that: each publisher says a probe, again and again, until every
//     subscriber has heard it. Probes are not counted.
//   - Loss is exact, for each subscriber. A payload of 8 bytes or more begins with its
//     publisher's number and the message's place in its sequence, so that a subscriber
//     knows what it has not heard, what it has heard twice, and what came after its
//     successor. Shorter payloads are only counted, and Result.Numbered says so.
//   - Latency is measured from the moment at which a message was due by Config.Rate, not
//     from when it was written: a forwarder that holds its publisher up makes the messages
//     behind late, as it would those of anybody else who had something to say (Tene's
//     "coordinated omission"). That moment follows from the sequence number.
//   - A run ends once all is heard, or when nothing has come for Config.Quiet after the
//     last message was sent, or when its context ends; what is known then is the Result.
//
// # As fast as possible
//
// Without a rate, publishers may be Config.Window bytes ahead of the slowest subscriber and
// no further, so that what is measured is what the forwarder passes on and not what it
// throws away. If nothing arrives anywhere for a while (patience), what is under way is
// taken for lost, and publishers go on. With a rate there is no window.
//
// # Topics
//
// Message n of a publisher is on topic n modulo Config.Distinct; topics differ in a number
// that takes the place of their last characters, so that all are as long as Config.Topic.
// Each subscriber subscribes to all of them with one prefix or pattern, or with Config.Own
// to those whose number modulo the number of subscribers is its own.
//
// # The files
//
//	what is asked for   config, topicset, share
//	a run               run, client, publisher, settle, schedule, sleep
//	what has arrived    intake, stream, latency, result, report
//	the protocols       wire, zmtp, nats, mqtt
package bench
