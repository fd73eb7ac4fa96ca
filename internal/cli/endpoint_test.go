package cli

import (
	"slices"
	"testing"

	"github.com/spf13/cobra"
)

func TestCheckEndpoint(t *testing.T) {
	const (
		neither = iota
		onlyListen
		both
	)
	tests := []struct {
		endpoint string
		good     int
	}{
		{"tcp://127.0.0.1:5559", both},
		{"tcp://hub.example:1", both},
		{"tcp://[::1]:5559", both},
		{"ipc:///tmp/hub", both},
		{"ipc://hub.sock", both},
		{"tcp://*:5559", onlyListen},
		{"tcp://127.0.0.1:0", onlyListen},
		{"", neither},
		{"5559", neither},
		{"127.0.0.1:5559", neither},
		{"tcp://127.0.0.1", neither},
		{"tcp://:5559", neither},
		{"tcp://127.0.0.1:65536", neither},
		{"tcp://127.0.0.1:-1", neither},
		{"tcp://127.0.0.1:zmq", neither},
		{"tcp://::1:5559", neither},
		{"ipc://", neither},
		{"udp://127.0.0.1:5559", neither},
		{"TCP://127.0.0.1:5559", neither},
	}
	for _, tt := range tests {
		if err := checkEndpoint(tt.endpoint, true); (err == nil) != (tt.good != neither) {
			t.Errorf("listen at %q: %v", tt.endpoint, err)
		}
		if err := checkEndpoint(tt.endpoint, false); (err == nil) != (tt.good == both) {
			t.Errorf("connect to %q: %v", tt.endpoint, err)
		}
	}
}

func TestEndpoints(t *testing.T) {
	tests := []struct {
		name              string
		env               [2]string
		args              []string
		listen            bool
		frontend, backend []string
		err               string
	}{
		{name: "defaults", frontend: []string{DefaultFrontend}, backend: []string{DefaultBackend}},
		{name: "variable", env: [2]string{"tcp://a:1", ""}, frontend: []string{"tcp://a:1"}, backend: []string{DefaultBackend}},
		{name: "several in a variable", env: [2]string{"", "tcp://a:1, ipc://b"}, listen: true,
			frontend: []string{DefaultFrontend}, backend: []string{"tcp://a:1", "ipc://b"}},
		{name: "flag before variable", env: [2]string{"tcp://a:1", "tcp://a:2"}, args: []string{"--frontend", "tcp://b:1"},
			frontend: []string{"tcp://b:1"}, backend: []string{"tcp://a:2"}},
		{name: "twice connects to the last", args: []string{"--frontend", "tcp://b:1", "--frontend=tcp://b:2"},
			frontend: []string{"tcp://b:2"}, backend: []string{DefaultBackend}},
		{name: "twice listens at both", args: []string{"--frontend", "tcp://*:1", "--frontend=tcp://b:0"}, listen: true,
			frontend: []string{"tcp://*:1", "tcp://b:0"}, backend: []string{DefaultBackend}},
		{name: "one group", args: []string{"--backend", "epgm://eth0;239.192.1.1:5555"},
			frontend: []string{"epgm://eth0;239.192.1.1:5555"}, backend: []string{"epgm://eth0;239.192.1.1:5555"}},
		{name: "one group in a variable", env: [2]string{"epgm://239.192.1.1:5555", ""},
			frontend: []string{"epgm://239.192.1.1:5555"}, backend: []string{"epgm://239.192.1.1:5555"}},
		{name: "a group and a port", env: [2]string{"epgm://239.192.1.1:5555", ""}, args: []string{"--backend", DefaultBackend},
			frontend: []string{"epgm://239.192.1.1:5555"}, backend: []string{DefaultBackend}},
		{name: "another multicast", args: []string{"--frontend", "pgm://eth0;239.192.1.1:5555"},
			err: `--frontend: endpoint "pgm://eth0;239.192.1.1:5555": want tcp://HOST:PORT or ipc://PATH, or a multicast group, epgm://INTERFACE;GROUP:PORT`},
		{name: "a rate for a group", args: []string{"--multicast-rate=9", "--backend", "epgm://239.192.1.1:5555"},
			frontend: []string{"epgm://239.192.1.1:5555"}, backend: []string{"epgm://239.192.1.1:5555"}},
		{name: "a rate for a group to send to", args: []string{"--multicast-rate=9", "--backend", "epgm://239.192.1.1:5555"}, listen: true,
			frontend: []string{DefaultFrontend}, backend: []string{"epgm://239.192.1.1:5555"}},
		{name: "a rate for one group of two", args: []string{"--multicast-hops=2", "--backend", DefaultBackend, "--backend", "epgm://239.192.1.1:5555"}, listen: true,
			frontend: []string{DefaultFrontend}, backend: []string{DefaultBackend, "epgm://239.192.1.1:5555"}},
		{name: "a rate for a group in a variable", env: [2]string{"epgm://239.192.1.1:5555", ""}, args: []string{"--multicast-hops=2"},
			frontend: []string{"epgm://239.192.1.1:5555"}, backend: []string{"epgm://239.192.1.1:5555"}},
		{name: "a rate for nothing", args: []string{"--multicast-rate=100"},
			err: "--multicast-rate needs a multicast group to send to, --frontend epgm://INTERFACE;GROUP:PORT"},
		{name: "a rate for a group that is heard", args: []string{"--multicast-rate=9", "--frontend", DefaultFrontend, "--backend", "epgm://239.192.1.1:5555"},
			err: "--multicast-rate needs a multicast group to send to, --frontend epgm://INTERFACE;GROUP:PORT"},
		{name: "hops for nothing", args: []string{"--multicast-hops=2", "--frontend", "epgm://239.192.1.1:5555"}, listen: true,
			err: "--multicast-hops needs a multicast group to send to, --backend epgm://INTERFACE;GROUP:PORT"},
		{name: "bad group", args: []string{"--frontend", "epgm://eth0;239.192.1.1"},
			err: `--frontend: endpoint "epgm://eth0;239.192.1.1": want a port behind the group, as in 239.192.1.1:5555`},
		{name: "bad flag", args: []string{"--backend", "b:1"}, err: `--backend: endpoint "b:1": want tcp://HOST:PORT or ipc://PATH`},
		{name: "bad variable", env: [2]string{"b:1", ""}, err: `HOMEBUS_FRONTEND: endpoint "b:1": want tcp://HOST:PORT or ipc://PATH`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv(EnvFrontend, tt.env[0])
			t.Setenv(EnvBackend, tt.env[1])
			var cmd cobra.Command
			hub := HubFlags(&cmd)
			if tt.listen {
				cmd.ResetFlags()
				hub = ListenFlags(&cmd, "publishers", "subscribers")
				hub.AllowGroups()
			}
			hub.MulticastFlags(&cmd)
			if err := cmd.ParseFlags(tt.args); err != nil {
				t.Fatal(err)
			}
			frontend, backend, err := hub.Endpoints()
			if tt.err != "" {
				if err == nil || err.Error() != tt.err {
					t.Errorf("error %v, want %s", err, tt.err)
				}
				return
			}
			if err != nil || !slices.Equal(frontend, tt.frontend) || !slices.Equal(backend, tt.backend) {
				t.Errorf("%q, %q, %v; want %q, %q", frontend, backend, err, tt.frontend, tt.backend)
			}
		})
	}
}
