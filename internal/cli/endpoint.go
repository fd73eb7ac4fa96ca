package cli

import (
	"strings"

	"homebus/internal/endpoint"
)

// The hub's endpoints where no flag and no variable says otherwise. They bind
// loopback only.
const (
	DefaultFrontend = "tcp://127.0.0.1:5559"
	DefaultBackend  = "tcp://127.0.0.1:5560"
)

// The variables that hold the defaults of --frontend and --backend: one
// endpoint, or several with commas between them.
const (
	EnvFrontend = "HOMEBUS_FRONTEND"
	EnvBackend  = "HOMEBUS_BACKEND"
)

// Where the queue proxy is by which the files of nodes are asked for, and the variables
// that say otherwise. A queue at its own defaults would be where the hub is.
const (
	DefaultQueueFrontend = "tcp://127.0.0.1:5563"
	DefaultQueueBackend  = "tcp://127.0.0.1:5564"
	EnvQueueFrontend     = "HOMEBUS_QUEUE_FRONTEND"
	EnvQueueBackend      = "HOMEBUS_QUEUE_BACKEND"
)

// EnvControl holds the default of --control of who asks a control endpoint. It opens none:
// whoever reaches one may do everything, so a hub gets one only by its flag.
const EnvControl = "HOMEBUS_CONTROL"

// checkEndpoint says what is wrong with an endpoint. One can listen at every
// address or at a port that the kernel chooses (tcp://*:5559, tcp://127.0.0.1:0),
// but not connect to it.
func checkEndpoint(text string, listen bool) error {
	parse := endpoint.ParseRemote
	if listen {
		parse = endpoint.Parse
	}
	_, err := parse(text)
	return err
}

// splitList takes the value of a variable apart.
func splitList(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}
