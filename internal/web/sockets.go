package web

import "github.com/prometheus/client_golang/prometheus"

// What is told of the clients of /ws. docs/http.md says what each means.
var (
	wsClients   = gauge("websocket_clients", "WebSocket clients of the bus.")
	wsAccepted  = counter("websocket_accepted_total", "WebSocket clients that there have been.")
	wsRefused   = counter("websocket_refused_total", "Requests at /ws that did not become WebSocket clients.")
	wsCut       = counter("websocket_cut_total", "WebSocket clients that were cut off, for whatever reason but the end of the hub.")
	wsReceived  = counter("websocket_received_messages_total", "What WebSocket clients asked for, of all kinds.")
	wsReceivedB = counter("websocket_received_bytes_total", "The same in bytes of JSON.")
	wsSent      = counter("websocket_sent_messages_total", "Messages written to WebSocket clients.")
	wsSentB     = counter("websocket_sent_bytes_total", "The same in bytes of JSON.")
	wsErrors    = counter("websocket_errors_total", "What WebSocket clients asked for and was answered with an error.")
	wsDropped   = counter("websocket_dropped_messages_total", "Messages lost on full queues of WebSocket clients.")
)

var ofSockets = []*family{
	&wsClients, &wsAccepted, &wsRefused, &wsCut, &wsReceived, &wsReceivedB, &wsSent, &wsSentB, &wsErrors, &wsDropped,
}

// sockets tells of the clients of /ws.
type sockets struct{ *Server }

var _ prometheus.Collector = sockets{}

// Describe sends what families there are.
func (sockets) Describe(ch chan<- *prometheus.Desc) { describe(ch, ofSockets) }

// Collect reads the gateway as it is.
func (s sockets) Collect(ch chan<- prometheus.Metric) {
	now := s.gateway.Stats()
	wsClients.tell(ch, float64(now.Clients))
	wsAccepted.tell(ch, float64(now.Ever))
	wsRefused.tell(ch, float64(now.Refused))
	wsCut.tell(ch, float64(now.Cut))
	wsReceived.tell(ch, float64(now.In.Messages))
	wsReceivedB.tell(ch, float64(now.In.Bytes))
	wsSent.tell(ch, float64(now.Out.Messages))
	wsSentB.tell(ch, float64(now.Out.Bytes))
	wsErrors.tell(ch, float64(now.Errors))
	wsDropped.tell(ch, float64(now.Dropped))
}
