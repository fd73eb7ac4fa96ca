package zmtp

import (
	"errors"
	"fmt"
)

// ErrProtocol is what every violation of ZMTP by the peer matches (errors.Is).
// The connection is then beyond repair and must be closed.
var ErrProtocol = errors.New("ZMTP protocol error")

// ErrTooLarge is what every breach of a limit matches; it matches ErrProtocol
// too.
var ErrTooLarge = fmt.Errorf("%w: over the limit", ErrProtocol)

// ErrRefused is what a peer's ERROR command matches.
var ErrRefused = errors.New("refused by the peer")

func protocolError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrProtocol, fmt.Sprintf(format, args...))
}
