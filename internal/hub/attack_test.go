package hub

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"homebus/internal/busytest"
	"homebus/internal/link/linktest"
	"homebus/internal/proxy"
	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

var (
	mutations    = flag.Int("mutations", 1000, "how many mutated sessions TestAttacks plays, and a tenth as many random streams")
	mutationSeed = flag.Uint64("mutation-seed", 1, "what its mutations and random streams are made from")
)

const (
	// attackers is how many attack at a time.
	attackers = 64
	// borne is how long a bad peer is borne with that the hub need not cut.
	borne = 100 * time.Millisecond
	// hastyHandshake is the hub's deadline for handshakes here.
	hastyHandshake = 500 * time.Millisecond
	// What a good pair may suffer meanwhile, by as much more as the machine is slowed down
	// by what else it has to do. docs/trials.md has the figures.
	attackStall, attackP99 = 3 * time.Second, time.Second
	// attackHeap is how much heap may be left, in bytes.
	attackHeap = 16 << 20
)

// attack is one connection's.
type attack struct {
	name string
	play func(conn net.Conn, as zmtp.SocketType)
	// cut says that the hub must end the connection.
	cut bool
}

// TestAttacks attacks a hub at both ports in every way there is, while a good pair
// loses nothing, and then looks whether anything is left.
func TestAttacks(t *testing.T) {
	goroutines, heapBefore, descriptors := linktest.Goroutines("internal/"), heap(), openFiles()
	h, stop := startStop(t, Config{Limits: Limits{RetainedTopics: 1000, Proxy: proxy.Limits{Handshake: hastyHandshake, QueueBytes: 1 << 20}}})
	defer stop()
	addrs := h.Addrs()
	pair, err := zmtptest.NewPair(addrs.Frontend[0], addrs.Backend[0], "pair")
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	defer end()
	done := make(chan error, 1)
	go func() { done <- pair.Run(ctx) }()

	attacks := make(chan attack)
	var all sync.WaitGroup
	for range attackers {
		all.Go(func() {
			for a := range attacks {
				a.at(t, addrs.Frontend[0], zmtp.PUB, a.cut)
				a.at(t, addrs.Backend[0], zmtp.SUB, a.cut && !strings.HasPrefix(a.name, "ready"))
			}
		})
	}
	begin, share, count := time.Now(), busytest.Mine(), deal(attacks)
	all.Wait()
	took := time.Since(begin)
	zmtptest.Eventually(t, "the attackers are gone", func() bool {
		st := h.forwarder.Stats()
		return st.Publishers == 1 && st.Subscribers == 1
	})
	end()
	if err := <-done; err != nil {
		t.Error(err)
	}
	slowdown := busytest.Mine().Since(share).Slowdown()
	t.Logf("%d attacks at both ports in %v on a machine slowed down %.1f times; %v", count, took.Round(time.Millisecond), slowdown, pair)
	if _, p99, longest := pair.Latency(); p99.Seconds() > attackP99.Seconds()*slowdown || longest.Seconds() > attackStall.Seconds()*slowdown {
		t.Errorf("the good pair had to wait: p99 %v, longest %v, on a machine slowed down %.1f times", p99, longest, slowdown)
	}
	stop()
	linktest.AwaitGoroutines(t, "internal/", goroutines)
	zmtptest.Eventually(t, "no descriptor is left open", func() bool { return openFiles() <= descriptors })
	zmtptest.Eventually(t, "little heap is left", func() bool { return int64(heap())-int64(heapBefore) <= attackHeap })
}

// deal deals all attacks, and returns how many they are.
func deal(attacks chan<- attack) (count int) {
	defer close(attacks)
	deal := func(a attack) { count++; attacks <- a }
	for _, h := range zmtptest.Hostiles() {
		deal(attack{h.Name, h.Play, h.Ends})
	}
	originals := zmtptest.Originals()
	for i := range *mutations {
		rng := rand.New(rand.NewPCG(*mutationSeed, uint64(i)))
		b, shakes := zmtptest.Mutate(rng, originals), rng.IntN(2) == 0
		deal(attack{name: fmt.Sprintf("mutation %d of seed %d", i, *mutationSeed), play: sayAll(b, shakes)})
	}
	for i := range *mutations / 10 {
		rng := rand.New(rand.NewPCG(*mutationSeed, 1<<32+uint64(i)))
		b := make([]byte, rng.IntN(8<<10))
		for j := range b {
			b[j] = byte(rng.Uint32() >> rng.IntN(25))
		}
		deal(attack{name: fmt.Sprintf("random stream %d of seed %d", i, *mutationSeed), play: sayAll(b, rng.IntN(2) == 0)})
	}
	return count
}

// sayAll says b, from its greeting on or, if it is to shake hands, in place of what
// follows a handshake, and closes its half.
func sayAll(b []byte, shakes bool) func(net.Conn, zmtp.SocketType) {
	return func(conn net.Conn, as zmtp.SocketType) {
		says := b
		if shakes {
			if _, err := zmtp.Handshake(conn, zmtp.Config{SocketType: as, Minor: 1}); err != nil {
				return
			}
			says = b[min(len(b), zmtp.GreetingSize):]
		}
		if _, err := conn.Write(says); err == nil && conn.(*net.TCPConn).CloseWrite() == nil {
			_, _ = io.Copy(io.Discard, conn)
		}
	}
}

// at plays the attack at one port.
func (a attack) at(t *testing.T, addr net.Addr, as zmtp.SocketType, cut bool) {
	conn, err := net.Dial(addr.Network(), addr.String())
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close()
	patience := borne
	if cut {
		patience = zmtptest.Patience
	}
	begin := time.Now()
	_ = conn.SetDeadline(begin.Add(patience))
	a.play(conn, as)
	if d := time.Since(begin); cut && d >= patience {
		t.Errorf("%s, as %s: not cut within %v", a.name, as, d)
	}
}

// openFiles returns how many descriptors are open, 0 where that is not known.
func openFiles() int {
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(open)
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
