package proxy

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"homebus/internal/zmtp"
	"homebus/internal/zmtp/zmtptest"
)

// startPoor starts a forwarder in a process that may have so many files open.
func startPoor(t *testing.T, files int, env string) (Addrs, *os.Process, *logged) {
	cmd := exec.Command("/bin/sh", "-c", fmt.Sprintf("ulimit -n %d && exec %q", files, os.Args[0]))
	cmd.Env = append(os.Environ(), forwarderEnv+"=1", env)
	log := &logged{}
	cmd.Stderr = log
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	return startProcess(t, cmd), cmd.Process, log
}

// processorTime returns what a process has used, in the kernel and outside
// (proc(5), stat, fields 14 and 15, in hundredths of a second).
func processorTime(t *testing.T, p *os.Process) time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.Pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// A process whose peers hold every descriptor goes on serving them, does not spin,
// says what to do, and lets newcomers in as soon as there are descriptors again.
func TestWithoutDescriptors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ env, says string }{
		"kept back":                   {"", "there are too many connections (--max-connections"},
		"more allowed than there are": {connectionsEnv + "=100000", "cannot accept connections; raise the limit of open files"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, process, log := startPoor(t, 64, c.env)
			sub := zmtptest.Connect(t, at.Backend[0], zmtp.SUB, 0)
			sub.Subscribe("t")
			pub := zmtptest.Connect(t, at.Frontend[0], zmtp.PUB, 0)
			pub.Want("\x01t")
			var crowd []net.Conn
			for range 150 {
				conn, err := net.Dial("tcp", at.Backend[0].String())
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = conn.Close() }()
				_, _ = conn.Write(zmtp.Greeting{Major: 3, Minor: 0, Mechanism: "NULL"}.Append(nil))
				_, _ = conn.Write(zmtp.AppendCommand(nil, zmtp.CommandReady, zmtp.Metadata{SocketType: zmtp.SUB}.Append(nil)))
				crowd = append(crowd, conn)
			}
			zmtptest.Eventually(t, "it says what to do", func() bool { return strings.Contains(log.String(), c.says) })
			before := processorTime(t, process)
			tick := time.NewTicker(10 * time.Millisecond)
			defer tick.Stop()
			for i := range 100 {
				<-tick.C
				pub.Send("t", strconv.Itoa(i))
				sub.Want("t|" + strconv.Itoa(i))
			}
			if used := processorTime(t, process) - before; used > 300*time.Millisecond {
				t.Errorf("%v of processor time in a second", used)
			}
			for _, conn := range crowd {
				_ = conn.Close()
			}
			zmtptest.Eventually(t, "a newcomer is let in", func() bool {
				return !closedAtOnce(zmtptest.Dial(t, at.Backend[0]))
			})
			late := zmtptest.Connect(t, at.Backend[0], zmtp.SUB, 0)
			late.Subscribe("t")
			pub.Send("t", "late")
			late.Want("t|late")
		})
	}
}
