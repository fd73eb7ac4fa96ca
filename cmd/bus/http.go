package main

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"homebus/internal/cli"
	"homebus/internal/hub"
	"homebus/internal/proxy"
	"homebus/internal/socket/gate"
	"homebus/internal/web"
	"homebus/internal/web/gateway"
	"homebus/internal/web/guard"
	"homebus/internal/web/wall"
)

// httpFlags are the flags of the server on HTTP.
type httpFlags struct {
	cmd         *cobra.Command
	address     address
	origins     origins
	tokenFile   string
	connections int
	clients     int
	message     int
	pages       int
	token       guard.Token
}

// newHTTPFlags gives cmd the flags --http and --http-….
func newHTTPFlags(cmd *cobra.Command) *httpFlags {
	f := &httpFlags{
		cmd: cmd, connections: web.DefaultConnections(), pages: wall.DefaultViewers,
		clients: gateway.DefaultLimits.Clients, message: gateway.DefaultLimits.MessageBytes,
	}
	flags := cmd.Flags()
	flags.Var(&f.address, "http", "serve HTTP at `HOST:PORT`, such as 127.0.0.1:8080; :PORT for every address of this machine")
	flags.Var(&f.origins, "http-origin", "also answer pages of this `ORIGIN`, such as https://home.example; may be repeated")
	flags.StringVar(&f.tokenFile, "http-token-file", "", "who publishes on HTTP must have the token in this `FILE`")
	flags.Var((*amount)(&f.connections), "http-max-connections", "how many connections on HTTP there may be; --max-connections has as many less, unless it is given")
	flags.Var((*amount)(&f.clients), "http-max-clients", "how many of these may be WebSocket clients of /ws")
	flags.Var((*size)(&f.message), "http-max-message", "the longest message of such a client, as it comes; whoever sends a longer one is disconnected")
	flags.Var((*amount)(&f.pages), "http-max-pages", "how many pages may show the mirror")
	return f
}

// wanted reports whether there is to be a server.
func (f *httpFlags) wanted() bool { return f.address.text != "" }

// place returns where it listens, in ZeroMQ's form.
func (f *httpFlags) place() []string {
	if !f.wanted() {
		return nil
	}
	if strings.HasPrefix(f.address.text, ":") {
		return []string{"tcp://*" + f.address.text}
	}
	return []string{"tcp://" + f.address.text}
}

// check says what is wrong with the flags, reads the token, and takes the descriptors of
// the server out of those of the hub.
func (f *httpFlags) check(log *slog.Logger, hub *proxy.Limits) error {
	if !f.wanted() {
		for _, name := range []string{"http-origin", "http-token-file", "http-max-connections", "http-max-clients", "http-max-message", "http-max-pages"} {
			if f.cmd.Flags().Changed(name) {
				return cli.Usagef("--%s is for a server on HTTP; want --http HOST:PORT too", name)
			}
		}
		return nil
	}
	if err := f.readToken(log); err != nil {
		return err
	}
	all := gate.DefaultConnections()
	if hub.Connections == 0 {
		if hub.Connections = all - f.connections; hub.Connections < 1 {
			return cli.Usagef("--http-max-connections is %d; want less than %d, which is all that the limit of open files allows (ulimit -n)", f.connections, all)
		}
	}
	if hub.Connections+f.connections > all {
		log.Warn("more connections are allowed than the limit of open files allows (--max-connections, --http-max-connections; ulimit -n)",
			"max_connections", hub.Connections, "http_max_connections", f.connections, "limit", all)
	}
	return nil
}

// readToken reads the token, if there is to be one.
func (f *httpFlags) readToken(log *slog.Logger) error {
	if !f.cmd.Flags().Changed("http-token-file") {
		return nil
	}
	if f.tokenFile == "" {
		return cli.Usagef(`--http-token-file is ""; want a file`)
	}
	token, open, err := guard.ReadToken(f.tokenFile)
	if err != nil {
		return fmt.Errorf("--http-token-file: %w", err)
	}
	if open {
		log.Warn("everybody on this machine may read the token; chmod o-r would end that", "file", f.tokenFile)
	}
	f.token = token
	return nil
}

// open makes the server listen.
func (f *httpFlags) open(h *hub.Hub, log *slog.Logger) (*web.Server, error) {
	return web.New(web.Config{
		Address: f.address.text, Origins: f.origins, Token: f.token, Bus: served{h}, Attach: h.Attach, Version: cli.Version(),
		Limits: web.Limits{
			Connections: f.connections,
			WebSockets:  gateway.Limits{Clients: f.clients, MessageBytes: f.message},
		},
		Log: log,
	})
}

// served is a hub as its server on HTTP sees it.
type served struct{ *hub.Hub }

var _ web.Bus = served{}

// Figures returns how the hub is.
func (s served) Figures() web.Figures { return web.Figures(s.Stats()) }

// address is a flag's place to listen at on HTTP, which is given once.
type address struct{ text string }

func (a *address) String() string { return a.text }
func (a *address) Type() string   { return "HOST:PORT" }

func (a *address) Set(text string) error {
	if a.text != "" {
		return errors.New("it is given twice; want one place")
	}
	_, text, err := web.ParseAddress(text)
	a.text = text
	return err
}

// origins is a flag's list of origins.
type origins []guard.Origin

func (o *origins) String() string { return "" }
func (o *origins) Type() string   { return "ORIGIN" }

func (o *origins) Set(text string) error {
	origin, err := guard.ParseOrigin(text)
	if err != nil {
		return err
	}
	*o = append(*o, origin)
	return nil
}
