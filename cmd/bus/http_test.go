package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"homebus/internal/proxy"
	"homebus/internal/socket/gate"
)

// What HTTP may have, the peers of ZeroMQ have less, so that neither takes the other's
// descriptors, unless somebody says otherwise.
func TestDescriptorsAreShared(t *testing.T) {
	all := gate.DefaultConnections()
	for _, tt := range []struct {
		args      []string
		hub, want int
		warns     bool
	}{
		{args: nil, want: 0},
		{args: []string{"--http", ":0", "--http-max-connections", "10"}, want: all - 10},
		{args: []string{"--http", ":0", "--http-max-connections", "10"}, hub: 5, want: 5},
		{args: []string{"--http", ":0", "--http-max-connections", "10"}, hub: all, want: all, warns: true},
	} {
		cmd := &cobra.Command{}
		f := newHTTPFlags(cmd)
		if err := cmd.ParseFlags(tt.args); err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		limits := proxy.Limits{Connections: tt.hub}
		if err := f.check(slog.New(slog.NewTextHandler(&log, nil)), &limits); err != nil {
			t.Errorf("%q: %v", tt.args, err)
		}
		if limits.Connections != tt.want || strings.Contains(log.String(), "--max-connections") != tt.warns {
			t.Errorf("%q with %d: %d for the hub, want %d; %s", tt.args, tt.hub, limits.Connections, tt.want, log.String())
		}
	}
}
