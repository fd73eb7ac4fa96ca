package main

import (
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"homebus/internal/cli"
	"homebus/internal/hub"
	"homebus/internal/proxy"
	"homebus/internal/zmtp"
)

// hubLimitFlags gives cmd the flags that bound what a hub's peers may cost.
func hubLimitFlags(cmd *cobra.Command) *hub.Limits {
	l := &hub.Limits{Proxy: proxy.DefaultLimits, RetainedTopics: hub.DefaultRetainedTopics, RetainedBytes: hub.DefaultRetainedBytes}
	forwarderLimitFlags(cmd, &l.Proxy)
	flags := cmd.Flags()
	flags.Var((*amount)(&l.RetainedTopics), "retained-topics", "of how many topics the last value is kept")
	flags.Var((*size)(&l.RetainedBytes), "retained-bytes", "how much the last values may take together")
	return l
}

// forwarderLimitFlags gives cmd the flags that bound what the peers of a forwarder
// may cost. What l holds is their defaults. proxy.Limits says which field has which
// flag.
func forwarderLimitFlags(cmd *cobra.Command, l *proxy.Limits) {
	flags := cmd.Flags()
	newcomerFlags(cmd, &l.Handshake, &l.Handshakes)
	flags.Var((*size)(&l.HandshakeBytes), "max-handshake-bytes", "how much is read of a handshake")
	flags.Var((*amount)(&l.Connections), "max-connections", "how many connections there may be (default: the limit of open files without a reserve)")
	wireFlags(cmd, &l.Wire)
	flags.Var((*size)(&l.IncomingTotal), "incoming-total", "what all publishers together may have sent of messages that are not whole; beyond it the oldest of these are cut off")
	flags.Var((*amount)(&l.Subscriptions), "max-subscriptions", "how many one subscriber may have; whoever asks for more is disconnected")
	flags.Var(&between{(*size)(&l.SubscriptionBytes), 1, proxy.MaxTopic}, "max-topic", "the longest topic that may be subscribed to")
	flags.Var((*size)(&l.SubscriptionTotal), "max-topics", "how long all topics of one subscriber may be together")
	flags.Var((*size)(&l.QueueBytes), "queue-bytes", "what may wait for one subscriber")
	flags.Var((*amount)(&l.QueueMessages), "queue-messages", "how many messages may wait for one subscriber")
	flags.Var((*overflow)(&l.Overflow), "overflow", "what happens when more would wait: RULE is drop-newest, drop-oldest or disconnect")
	flags.Var((*size)(&l.QueueTotal), "queue-total", "what may wait for all subscribers together; beyond it those who hold most lose what is over an even share")
	flags.Var((*size)(&l.UpstreamBytes), "upstream-bytes", "the subscriptions that may wait for one publisher; if they are more, it is asked for everything")
	flags.Var((*size)(&l.UpstreamTotal), "upstream-total", "the same for all publishers together; beyond it those that do not take theirs are asked for everything")
	pingFlags(cmd, &l.PingEvery, &l.Silence)
}

// leastMessage is the least that a message may be limited to: the hub itself says
// some KiB at once, in bus/stats.
const leastMessage size = 64 << 10

// wireFlags gives cmd the flags that bound the messages of peers.
func wireFlags(cmd *cobra.Command, l *zmtp.Limits) {
	flags := cmd.Flags()
	flags.Var(&between{(*size)(&l.Message), leastMessage, 0}, "max-message", "the longest message; whoever sends a longer one is disconnected")
	flags.Var(&between{(*size)(&l.Frame), leastMessage, 0}, "max-frame", "the longest frame of a message")
	flags.Var((*amount)(&l.Parts), "max-parts", "how many frames a message may have")
}

// newcomerFlags gives cmd the flags that bound what newcomers may cost.
func newcomerFlags(cmd *cobra.Command, handshake *time.Duration, handshakes *int) {
	flags := cmd.Flags()
	flags.Var((*positive)(handshake), "handshake-timeout", "how long a newcomer may take to shake hands")
	flags.Var((*amount)(handshakes), "max-handshakes", "how many newcomers may be shaking hands; one more cuts the oldest off")
}

// pingFlags gives cmd the flags that say when a silent peer is given up.
func pingFlags(cmd *cobra.Command, every, silence *time.Duration) {
	flags := cmd.Flags()
	flags.Var((*positive)(every), "ping-interval", "how often a peer that speaks ZMTP 3.1 is pinged")
	flags.Var((*positive)(silence), "ping-timeout", "after how long a silence such a peer is disconnected; more than the interval")
}

// checkPings says what is wrong with the two times: a peer that has not been asked yet
// would be cut off for its silence.
func checkPings(every, silence time.Duration) error {
	if silence <= every {
		return cli.Usagef("--ping-timeout is %v; want more than --ping-interval, which is %v", silence, every)
	}
	return nil
}

// warnOfLost says which messages can reach nobody by l.
func warnOfLost(log *slog.Logger, l proxy.Limits) {
	if l.QueueBytes < l.Wire.Message {
		log.Warn("messages that are longer than a queue reach no subscriber (--queue-bytes, --max-message)",
			"queue_bytes", l.QueueBytes, "max_message", l.Wire.Message)
	}
}
