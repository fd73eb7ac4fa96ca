package cli

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestALogThatIsReadIsWhole(t *testing.T) {
	var out bytes.Buffer
	log, flush, err := (&Log{format: "text", level: "info"}).OutlivingLogger(&out)
	if err != nil {
		t.Fatal(err)
	}
	for i := range patience / 2 {
		log.Info("line", "n", i)
	}
	flush()
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != patience/2 {
		t.Fatalf("%d lines, want %d", len(lines), patience/2)
	}
	for i, line := range lines {
		if !strings.HasSuffix(line, fmt.Sprintf("msg=line n=%d", i)) {
			t.Fatalf("line %d is %q", i, line)
		}
	}
}

// A log that nobody reads costs lines, and a quarter of a second at the end.
func TestALogThatNobodyReadsHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		log, flush, err := (&Log{format: "text", level: "info"}).OutlivingLogger(w)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		say := func(n int) {
			for range n {
				log.Info("line")
			}
		}
		log.Info("the first, which is being written")
		synctest.Wait()
		say(patience + 7)
		if waited := time.Since(began); waited != 0 {
			t.Errorf("who logs waited %v", waited)
		}
		in := bufio.NewScanner(r)
		for i := range 1 + patience {
			if !in.Scan() || strings.Contains(in.Text(), "lost") {
				t.Fatalf("line %d is %q", i, in.Text())
			}
		}
		if !in.Scan() || !strings.HasSuffix(in.Text(), `level=WARN msg="log lines lost, nobody has read them" lines=7`) {
			t.Errorf("then came %q", in.Text())
		}
		say(2)
		flush()
		if waited := time.Since(began); waited != partingTime {
			t.Errorf("the end took %v, want %v", waited, partingTime)
		}
		_ = r.Close()
		synctest.Wait()
	})
}

func TestAWrongLogFlagIsTold(t *testing.T) {
	if _, _, err := (&Log{format: "xml", level: "info"}).OutlivingLogger(io.Discard); err == nil {
		t.Error("no error")
	}
}
