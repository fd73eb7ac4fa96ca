//go:build !linux

package eventloop

import (
	"context"
	"errors"
	"net"
	"syscall"
)

// Loop is none on this system.
type Loop struct{}

// New returns errors.ErrUnsupported.
func New() (*Loop, error) { return nil, errors.ErrUnsupported }

// Run is never called.
func (*Loop) Run(context.Context) error { return errors.ErrUnsupported }

// Close is never called.
func (*Loop) Close() {}

// Adopt returns errors.ErrUnsupported.
func (*Loop) Adopt(net.Conn) (*Conn, error) { return nil, errors.ErrUnsupported }

// Conn is none on this system.
type Conn struct{}

// Start is never called.
func (*Conn) Start(Step, func(error)) error { return errors.ErrUnsupported }

// Read is never called.
func (*Conn) Read([]byte) (int, error) { return 0, errors.ErrUnsupported }

// Write is never called.
func (*Conn) Write([]byte) (int, error) { return 0, errors.ErrUnsupported }

// SetLinger is never called.
func (*Conn) SetLinger(int) error { return errors.ErrUnsupported }

// Close is never called.
func (*Conn) Close() error { return errors.ErrUnsupported }

// SyscallConn is never called.
func (*Conn) SyscallConn() (syscall.RawConn, error) { return nil, errors.ErrUnsupported }
