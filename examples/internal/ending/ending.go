// Package ending is how the examples end that have failed: with a line on standard error
// and the exit code 1; or 2, as the programs of homebus have it too, if the words on the
// command line are not what they want, or an endpoint in them is none.
package ending

import (
	"context"
	"errors"
	"log"
	"net"
	"os"

	"homebus/internal/endpoint"
)

// usage is what the words on the command line should have been.
type usage string

func (u usage) Error() string { return string(u) }

// Usage is the error of whoever was called with other words than what is wanted.
func Usage(want string) error { return usage(want) }

// With ends the example of that name if err is one. What fails after ctx has ended does so
// because of that: then it returns.
func With(ctx context.Context, name string, err error) {
	if err == nil || ctx.Err() != nil {
		return
	}
	log.Println(name+":", err)
	os.Exit(code(err))
}

// code is the exit code of who has failed with err.
func code(err error) int {
	var misused usage
	var endpoint endpoint.Malformed
	var address *net.AddrError // a HOST:PORT that is none
	if errors.As(err, &misused) || errors.As(err, &endpoint) || errors.As(err, &address) {
		return 2
	}
	return 1
}
