package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"homebus/internal/cli"
	"homebus/internal/filewatch"
	"homebus/internal/scene"
)

// watchEvery is how often the file of the house is looked at. A change counts once it
// has been at rest for as long.
const watchEvery = time.Second

// errHangup is why a hub ends whose terminal has been closed.
var errHangup = errors.New("hangup signal received")

// watcher loads the file of the house again when it changes, and at SIGHUP. A file that
// is bad is refused with all its mistakes, once, and the house goes on as it is.
type watcher struct {
	path string
	file *filewatch.File
	log  *slog.Logger
}

// newWatcher returns a watcher of the file as it is now, before it is loaded: no change
// after that is missed.
func newWatcher(path string, log *slog.Logger) *watcher {
	return &watcher{path: path, file: filewatch.New(path, scene.ReadFile), log: log}
}

// run watches until ctx ends, and hands what is good to load. The error is errHangup.
func (w *watcher) run(ctx context.Context, hangups *cli.Hangups, load func(*scene.File) error) error {
	look := time.NewTicker(watchEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
			if content, news, err := w.file.Look(); news {
				w.take(content, err, load)
			}
		case <-hangups.C:
			if hangups.Abandoned() {
				return errHangup
			}
			w.log.Info("asked to load the house again", "file", w.path)
			content, err := w.file.Read()
			w.take(content, err, load)
		}
	}
}

// watched serves until ctx ends, serve does, or the terminal is closed, while w watches:
// SIGHUP does not end ctx any more.
func watched(ctx context.Context, w *watcher, load func(*scene.File) error, serve func(context.Context) error) error {
	hangups := cli.NewHangups()
	ctx, end := context.WithCancelCause(ctx)
	var g errgroup.Group
	g.Go(func() error {
		defer end(nil)
		return serve(ctx)
	})
	g.Go(func() error {
		if err := w.run(ctx, hangups, load); err != nil {
			end(err)
		}
		return nil
	})
	return g.Wait()
}

// take hands what was read on, or says what is wrong with it.
func (w *watcher) take(content []byte, err error, load func(*scene.File) error) {
	var file *scene.File
	if err == nil {
		file, err = scene.Load(w.path, content)
	}
	if err == nil {
		err = load(file)
	}
	var mistakes scene.ErrorList
	var unread *fs.PathError
	const refused = "the scenes file is refused, the house goes on as it was"
	switch {
	case err == nil:
	case errors.As(err, &mistakes):
		w.log.Error(refused, "file", w.path, "mistakes", len(mistakes))
		for _, m := range mistakes {
			w.log.Error(m.Error())
		}
	case errors.As(err, &unread): // the system's call is nothing to its user
		w.log.Warn("the scenes file cannot be read, the house goes on as it was", "file", w.path, "reason", unread.Err)
	default:
		w.log.Error(refused, "file", w.path, "reason", err)
	}
}
