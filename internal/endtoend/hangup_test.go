package endtoend

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// SIGHUP has the hub of a house load its file, but not when it comes because the
// terminal in which the hub was started has been closed.
func TestAHubEndsWithItsTerminal(t *testing.T) {
	t.Parallel()
	term := newTerminal(t, 200, 24)
	at := newPlace(t)
	socket := filepath.Join(t.TempDir(), "ctl")
	term.line(fmt.Sprintf("%s serve --frontend %s --backend %s --control ipc://%s",
		filepath.Join(programs, "bus"), at.frontend, at.backend, socket))
	term.await(`msg="running the scenes"`, `msg="to be steered"`)
	term.tmux("new-window", "-d", "sh") // so that the server goes on
	term.tmux("kill-pane", "-t", ":0")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		if _, err := os.Stat(socket); errors.Is(err, fs.ErrNotExist) {
			return // which a hub that ends well leaves
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatal("the hub goes on without its terminal")
		}
	}
}
