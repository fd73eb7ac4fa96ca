package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"homebus/internal/endpoint"
	"homebus/internal/proxy"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// forward starts a forwarder, and returns it and a run between its ends.
func forward(t testing.TB, limits proxy.Limits) (*proxy.Forwarder, Config) {
	t.Helper()
	f, err := proxy.New(proxy.Config{Frontend: []string{"tcp://127.0.0.1:0"}, Backend: []string{"tcp://127.0.0.1:0"},
		Limits: limits, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	c := sample()
	c.Frontend, c.Backend = endpoint.Of(f.Addrs().Frontend[0]), endpoint.Of(f.Addrs().Backend[0])
	return f, c
}

// variants are runs that differ in all that a run can differ in.
func variants(c Config) map[string]Config {
	all := map[string]Config{}
	add := func(name string, set func(*Config)) {
		v := c
		set(&v)
		all[name] = v
	}
	add("one to one", func(c *Config) {})
	add("many to many", func(c *Config) { c.Pubs, c.Subs, c.Count = 3, 4, 3001 })
	add("a message a write", func(c *Config) { c.Batch = 0 })
	add("no payload", func(c *Config) { c.Size = 0 })
	add("small", func(c *Config) { c.Size, c.Pubs, c.Subs = 7, 2, 2 })
	add("the least numbered", func(c *Config) { c.Size = 8 })
	add("large", func(c *Config) { c.Size, c.Count = 100_000, 50 })
	add("larger than what is read at once", func(c *Config) { c.Size, c.Count = 1<<20, 5 })
	add("distinct", func(c *Config) { c.Distinct, c.Subs = 7, 2 })
	add("more topics than messages", func(c *Config) { c.Distinct = 2000 })
	add("to each its own", func(c *Config) { c.Own, c.Subs, c.Distinct = true, 5, 5 })
	add("several of its own", func(c *Config) { c.Own, c.Subs, c.Distinct, c.Pubs = true, 3, 8, 2 })
	add("shared ones of its own", func(c *Config) { c.Own, c.Subs, c.Distinct = true, 5, 2 })
	add("small ones of its own", func(c *Config) { c.Own, c.Subs, c.Distinct, c.Size = true, 5, 5, 2 })
	add("a small window", func(c *Config) { c.Window, c.Subs, c.Own, c.Distinct = 1, 2, true, 2 })
	add("no window", func(c *Config) { c.Window = 0 })
	add("beside idle ones", func(c *Config) { c.Connections = 20 })
	add("beside idle ones with topics", func(c *Config) { c.Connections, c.IdleTopics = 20, 150 })
	add("a payload", func(c *Config) { c.Payload, c.Size, c.Subs = `{"state":"on"}`, len(`{"state":"on"}`), 2 })
	add("at a rate", func(c *Config) { c.Rate, c.Latency, c.Pubs, c.Count = 50_000, true, 2, 2000 })
	return all
}

func runAll(t *testing.T, c Config) {
	for name, cfg := range variants(c) {
		t.Run(name, func(t *testing.T) {
			res, err := Run(t.Context(), cfg, nil)
			if err != nil {
				t.Fatal(err)
			}
			sent := cfg.each() * int64(cfg.Pubs)
			expected := sent * int64(cfg.Subs)
			if cfg.Own {
				expected = 0
				for i := range cfg.Subs {
					expected += int64(cfg.Pubs) * cfg.shareOf(i).count(cfg.each())
				}
			}
			if res.Ended != AllHeard || res.Sent != sent || res.Heard != expected || res.Expected != expected ||
				res.Lost+res.Duplicated+res.Reordered+res.Strange != 0 || res.LostBy != nil {
				t.Errorf("%+v; want %d sent, %d heard", res, sent, expected)
			}
			if (res.Latency != nil) != cfg.Latency || cfg.Latency && !(0 < res.Latency.P50 && res.Latency.P50 <= res.Latency.P99 && res.Latency.P99 <= res.Latency.Max) {
				t.Errorf("latency %+v", res.Latency)
			}
			if !(res.Seconds > 0 && res.SentPerSecond > 0) || cfg.Rate > 0 && res.Seconds < float64(cfg.Count-1)/cfg.Rate-0.001 {
				t.Errorf("%v s, %v a second", res.Seconds, res.SentPerSecond)
			}
		})
	}
}

func TestAllIsHeard(t *testing.T) {
	t.Parallel()
	_, c := forward(t, proxy.Limits{})
	runAll(t, c)
}

func TestRunIsWatchedFromItsBeginningToItsEnd(t *testing.T) {
	t.Parallel()
	_, c := forward(t, proxy.Limits{})
	c.Subs = 2
	var seen []Progress
	if _, err := Run(t.Context(), c, func(p Progress) { seen = append(seen, p) }); err != nil {
		t.Fatal(err)
	}
	if len(seen) < 2 || seen[0] != (Progress{}) {
		t.Fatalf("it begins with %+v", seen)
	}
	if last := seen[len(seen)-1]; last.Sent != c.Count || last.Heard != 2*c.Count || last.Elapsed <= 0 {
		t.Errorf("it ends with %+v", last)
	}
}

// runUntilCounted runs until all that was sent was heard or dropped, however long that takes
// on a busy machine.
func runUntilCounted(t *testing.T, f *proxy.Forwarder, c Config) *Result {
	t.Helper()
	c.Quiet = time.Minute
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	res, err := Run(ctx, c, func(p Progress) {
		if p.Sent == c.Count && p.Heard+int64(f.Stats().Dropped) == c.Count*int64(c.Subs) {
			cancel()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// TestLossIsExact has a forwarder drop most of what it gets, and compares with its count.
func TestLossIsExact(t *testing.T) {
	t.Parallel()
	f, c := forward(t, proxy.Limits{QueueMessages: 100})
	c.Subs, c.Count, c.Window = 3, 200_000, 0
	res := runUntilCounted(t, f, c)
	dropped := int64(f.Stats().Dropped)
	if dropped == 0 {
		t.Skip("the subscribers kept up")
	}
	if res.Lost != dropped || res.Heard != 3*c.Count-dropped || res.Duplicated+res.Reordered+res.Strange != 0 {
		t.Errorf("%+v; the forwarder dropped %d", res, dropped)
	}
	var sum int64
	for _, n := range res.LostBy {
		sum += n
	}
	if sum != dropped {
		t.Errorf("lost by subscriber %v, together %d, want %d", res.LostBy, sum, dropped)
	}
}

// TestWindowOutlivesLoss has publishers wait for messages that are lost, and go on.
func TestWindowOutlivesLoss(t *testing.T) {
	t.Parallel()
	f, c := forward(t, proxy.Limits{QueueBytes: 64 << 10})
	c.Count, c.Size, c.Batch, c.Window = 20, 100_000, 0, 1_500_000
	res := runUntilCounted(t, f, c)
	if dropped := int64(f.Stats().Dropped); res.Sent != c.Count || res.Lost != c.Count || dropped != c.Count {
		t.Errorf("%+v; the forwarder dropped %d", res, dropped)
	}
}

func TestInterruptedRunSaysWhatIsKnown(t *testing.T) {
	t.Parallel()
	_, c := forward(t, proxy.Limits{})
	c.Count = 1 << 40
	ctx, cancel := context.WithCancel(t.Context())
	begun := time.Time{}
	res, err := Run(ctx, c, func(p Progress) {
		if p.Heard > 1000 && begun.IsZero() {
			begun = time.Now()
			cancel()
		}
	})
	if err != nil || res.Ended != Interrupted {
		t.Fatalf("%+v, %v", res, err)
	}
	if took := time.Since(begun); took > time.Second {
		t.Errorf("it took %v to end", took)
	}
	if res.Heard < 1000 || res.Heard+res.Lost != res.Sent {
		t.Errorf("%+v", res)
	}
}

func TestLostConnectionEndsTheRun(t *testing.T) {
	t.Parallel()
	f, err := proxy.New(proxy.Config{Frontend: []string{"tcp://127.0.0.1:0"}, Backend: []string{"tcp://127.0.0.1:0"}, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	c := sample()
	c.Frontend, c.Backend = endpoint.Of(f.Addrs().Frontend[0]), endpoint.Of(f.Addrs().Backend[0])
	c.Count = 1 << 40
	res, err := Run(t.Context(), c, func(p Progress) {
		if p.Heard > 1000 {
			stop()
		}
	})
	if err == nil || !strings.Contains(err.Error(), "connection is lost") || res == nil || res.Ended != Lost || res.Heard < 1000 {
		t.Errorf("%+v, %v", res, err)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestRunSaysWhyItCannotBegin(t *testing.T) {
	t.Parallel()
	_, c := forward(t, proxy.Limits{})
	_, other := forward(t, proxy.Limits{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := endpoint.Of(l.Addr())
	_ = l.Close()
	for _, tt := range []struct {
		name string
		set  func(*Config)
		want string
	}{
		{"nobody there", func(c *Config) { c.Frontend = nobody }, fmt.Sprintf("publisher 1: connect to %s: connect: connection refused", nobody)},
		{"the ends exchanged", func(c *Config) { c.Frontend, c.Backend = c.Backend, c.Frontend }, `socket does not talk to a`},
		{"two forwarders", func(c *Config) { c.Backend = other.Backend },
			"publisher 1 is not heard by 1 of 1 subscribers after 1s: want a forwarder of zmtp between " + c.Frontend.String() + " and " + other.Backend.String()},
		{"another protocol", func(c *Config) { c.Protocol = NATS }, "no NATS server"},
		{"nonsense", func(c *Config) { c.Pubs = -1 }, "--pubs is -1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := c
			cfg.Timeout = time.Second
			tt.set(&cfg)
			res, err := Run(t.Context(), cfg, nil)
			if res != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%+v, %v; want %q", res, err, tt.want)
			}
		})
	}
}

func TestIdleOnesAreHeldAndLetGo(t *testing.T) {
	t.Parallel()
	f, c := forward(t, proxy.Limits{})
	c.Connections, c.IdleTopics = 20, 1000
	err := Hold(t.Context(), c, func(ctx context.Context) error {
		if s := f.Stats(); s.Subscribers != 20 || s.Subscriptions != 20*(1000+1) {
			t.Errorf("%d subscribers with %d subscriptions; want 20 with 1001 each", s.Subscribers, s.Subscriptions)
		}
		return ctx.Err()
	})
	if err != nil {
		t.Error(err)
	}
	zmtptest.Eventually(t, "nobody is connected", func() bool { return f.Stats().Subscribers == 0 })
}

// TestHoldIsHowTheForwarderSpeaks has idle subscribers wait for PONG where there will be
// one, and answer a PING meanwhile.
func TestHoldIsHowTheForwarderSpeaks(t *testing.T) {
	t.Parallel()
	subscription := zmtp.AppendSubscription(nil, true, []byte("a"))
	ping, pong := zmtp.AppendPing(nil, 0, nil), zmtp.AppendPong(nil, nil)
	for _, tt := range []struct {
		name      string
		minor     byte
		says      []byte
		hears     []byte // behind the subscription
		want      string // "" is no error
		atTheLast bool   // it says all only when it has heard all
	}{
		{"the answer", 1, pong, ping, "", true},
		{"a question before it", 1, slices.Concat(zmtp.AppendPing(nil, 0, []byte("you?")), pong), slices.Concat(ping, zmtp.AppendPong(nil, []byte("you?"))), "", false},
		{"a word about nothing", 1, slices.Concat(zmtp.AppendCommand(nil, "WHATEVER", nil), pong), ping, "", false},
		{"no answer to be had", 0, nil, nil, "", false},
		{"a message", 1, zmtp.AppendMessage(nil, [][]byte{[]byte("a")}), ping, "wait for PONG: a frame with the flags 0x00, where only short commands are expected", false},
		{"nothing", 1, nil, ping, "wait for PONG: EOF", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			heard := make([]byte, len(subscription)+len(tt.hears))
			ended := make(chan error, 1)
			go func() {
				ended <- func() error {
					conn, err := l.Accept()
					if err != nil {
						return err
					}
					defer conn.Close()
					if _, err := zmtp.Handshake(conn, zmtp.Config{SocketType: zmtp.XPUB, Minor: tt.minor}); err != nil {
						return err
					}
					if tt.atTheLast {
						_, err = io.ReadFull(conn, heard)
					}
					if _, bad := conn.Write(tt.says); bad != nil {
						return bad
					}
					if !tt.atTheLast {
						_, err = io.ReadFull(conn, heard)
					}
					return err
				}()
			}()
			conn, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			got := ""
			if err := (zmtpWire{}).hold(conn, []string{"a"}); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
			if err := <-ended; err != nil || !bytes.Equal(heard, slices.Concat(subscription, tt.hears)) {
				t.Errorf("the other side heard %q, %v", heard, err)
			}
		})
	}
}

// TestForwarderThatEndsBeforeTheRun has the forwarder close while probes are said that
// nobody hears.
func TestForwarderThatEndsBeforeTheRun(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	accepted := make(chan error, 1)
	go func() {
		conn, err := l.Accept()
		if err == nil {
			_, err = zmtp.Handshake(conn, zmtp.Config{SocketType: zmtp.XSUB, Minor: 1})
			_ = conn.Close()
		}
		accepted <- err
	}()
	_, c := forward(t, proxy.Limits{})
	c.Frontend = endpoint.Of(l.Addr())
	res, err := Run(t.Context(), c, nil)
	if res != nil || err == nil || !strings.HasPrefix(err.Error(), "publisher 1: ") {
		t.Errorf("%+v, %v", res, err)
	}
	if err := errors.Join(<-accepted, l.Close()); err != nil {
		t.Error(err)
	}
}

// TestOtherServers runs all against a NATS server and an MQTT broker, if they are installed.
func TestOtherServers(t *testing.T) {
	for _, s := range []struct {
		protocol Protocol
		program  string
		args     func(port string) []string
	}{
		{NATS, "nats-server", func(port string) []string { return []string{"-a", "127.0.0.1", "-p", port} }},
		{MQTT, "mosquitto", func(port string) []string { return []string{"-p", port} }},
	} {
		t.Run(s.program, func(t *testing.T) {
			path, err := lookProgram(s.program)
			if err != nil {
				t.Skipf("%v; Debian's package is %s", err, s.program)
			}
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			_, port, _ := net.SplitHostPort(l.Addr().String())
			_ = l.Close()
			cmd := exec.Command(path, s.args(port)...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
			waitFor(t, "127.0.0.1:"+port)
			c := sample()
			c.Protocol = s.protocol
			c.Frontend = endpoint.Endpoint{Network: "tcp", Address: "127.0.0.1:" + port}
			c.Backend = c.Frontend
			c.Count = 500
			runAll(t, c)
		})
	}
}

// lookProgram finds a program, also where those of daemons are.
func lookProgram(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		path = filepath.Join("/usr/sbin", name)
		if _, bad := os.Stat(path); bad != nil {
			return "", err
		}
	}
	return path, nil
}

// waitFor waits until somebody listens.
func waitFor(t *testing.T, address string) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for {
		conn, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			_ = conn.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}
