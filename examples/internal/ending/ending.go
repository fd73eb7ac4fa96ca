// Package ending is how the examples end that have failed: with a line on standard error
// and the exit code 1; or 2, as the programs of homebus have it too, if the words on the
// command line are not what they want.
package ending

import (
	"context"
	"errors"
	"log"
	"os"
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
	code := 1
	if u := usage(""); errors.As(err, &u) {
		code = 2
	}
	os.Exit(code)
}
