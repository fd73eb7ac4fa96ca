package cli

import (
	"cmp"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"homebus/internal/epgm"
	"homebus/internal/link/epgmlink"
)

// Hub holds what --frontend and --backend say.
type Hub struct {
	frontend, backend endpointFlag
	listen            bool
	multicast         *multicast        // nil without MulticastFlags
	station           *epgmlink.Station // nil until one is needed
}

// endpointFlag is one of the two flags, with the variable that is its default.
type endpointFlag struct {
	name, env string
	given     []string
	fallback  string
	// groups says whether epgm:// is an endpoint too; noGroup is why not, noAnswers if "".
	groups  bool
	noGroup string
}

// noAnswers is why most flags take no multicast group.
const noAnswers = "multicast carries what is published, and neither questions nor answers; it is for --frontend and --backend of a hub, a forwarder and their clients"

// HubFlags gives cmd the flags --frontend and --backend, with which it connects
// to a hub, or hears and speaks to multicast groups.
func HubFlags(cmd *cobra.Command) *Hub { return hubFlags(cmd, "", "") }

// LastValueFlags is HubFlags for a command that needs last values: its backend is no
// multicast group. why is what whoever gives one is told.
func LastValueFlags(cmd *cobra.Command, why string) *Hub { return hubFlags(cmd, "", why) }

// ConnectionFlags is HubFlags for a command that needs connections on both sides: neither
// is a multicast group. why is what whoever gives one is told.
func ConnectionFlags(cmd *cobra.Command, why string) *Hub { return hubFlags(cmd, why, why) }

// hubFlags gives cmd the flags --frontend and --backend. Each is a multicast group too
// unless it says why not.
func hubFlags(cmd *cobra.Command, noFrontend, noBackend string) *Hub {
	h := newHub(false)
	flag := func(f *endpointFlag, name, purpose, noGroup string) {
		f.groups, f.noGroup = noGroup == "", noGroup
		if f.groups {
			purpose += ", or a multicast group"
		}
		cmd.Flags().Var(&single{f}, name, "the hub's `ENDPOINT` for "+purpose+" [$"+f.env+"]")
	}
	flag(&h.frontend, "frontend", "publishing", noFrontend)
	flag(&h.backend, "backend", "subscribing", noBackend)
	return h
}

// ListenFlags gives cmd the flags --frontend and --backend, each as often as one
// likes, at which it listens as a hub or another proxy. Who connects there is said
// in a word or more.
func ListenFlags(cmd *cobra.Command, atFrontend, atBackend string) *Hub {
	h := newHub(true)
	cmd.Flags().StringArrayVar(&h.frontend.given, "frontend", nil,
		"the `ENDPOINT` where "+atFrontend+" connect; may be repeated (default "+DefaultFrontend+") [$"+EnvFrontend+"]")
	cmd.Flags().StringArrayVar(&h.backend.given, "backend", nil,
		"the `ENDPOINT` where "+atBackend+" connect; may be repeated (default "+DefaultBackend+") [$"+EnvBackend+"]")
	return h
}

// MulticastFlags gives a command that publishes, or listens as a forwarder, the flags
// --multicast-rate and --multicast-hops, which Endpoints refuses without a multicast group.
func (h *Hub) MulticastFlags(cmd *cobra.Command) { h.multicast = multicastFlags(cmd) }

// Publisher returns how to send to multicast groups, as the flags of MulticastFlags say.
func (h *Hub) Publisher() epgm.PublisherConfig { return h.multicast.publisher() }

// AllowGroups lets the endpoints be multicast groups (epgm.ParseEndpoint) too.
func (h *Hub) AllowGroups() { h.frontend.groups, h.backend.groups = true, true }

// Places are the endpoints of a flag that may be given any number of times, also
// none.
type Places struct{ flag endpointFlag }

// PlacesFlag gives cmd a flag for endpoints at which it listens.
func PlacesFlag(cmd *cobra.Command, name, doc string) *Places {
	p := &Places{endpointFlag{name: "--" + name}}
	cmd.Flags().StringArrayVar(&p.flag.given, name, nil, doc)
	return p
}

// Endpoints returns what was given, or the mistake in it.
func (p *Places) Endpoints() ([]string, error) {
	if len(p.flag.given) == 0 {
		return nil, nil
	}
	return p.flag.resolve(true)
}

func newHub(listen bool) *Hub {
	return &Hub{
		frontend: endpointFlag{name: "--frontend", env: EnvFrontend, fallback: DefaultFrontend},
		backend:  endpointFlag{name: "--backend", env: EnvBackend, fallback: DefaultBackend},
		listen:   listen,
	}
}

// Endpoints returns where the hub is, by flag, variable or default in this
// order, or the mistake in it. There is at least one of each; a program that
// connects takes the first. One that is given a multicast group, and nothing for the
// other side, has the same group there.
func (h *Hub) Endpoints() (frontend, backend []string, err error) {
	if frontend, err = h.frontend.resolve(h.listen); err != nil {
		return nil, nil, err
	}
	if backend, err = h.backend.resolve(h.listen); err != nil {
		return nil, nil, err
	}
	if h.listen {
		err = h.multicast.check("--backend", backend)
		return frontend, backend, err
	}
	if frontend, backend, err = h.oneGroup(frontend, backend); err != nil {
		return nil, nil, Usagef("%w", err)
	}
	err = h.multicast.check("--frontend", frontend[:1])
	return frontend, backend, err
}

// oneGroup gives a side of which nothing is said the group of the other.
func (h *Hub) oneGroup(frontend, backend []string) (_, _ []string, err error) {
	switch f, b := h.frontend.chosen(), h.backend.chosen(); {
	case f && !b && isGroup(frontend[0]):
		backend, err = frontend, h.backend.check(frontend[0], false)
	case b && !f && isGroup(backend[0]):
		frontend, err = backend, h.frontend.check(backend[0], false)
	}
	return frontend, backend, err
}

// HearsLastValues reports whether the backend is one that brings the last values: any but
// a multicast group. It is for endpoints without mistakes.
func (h *Hub) HearsLastValues() bool {
	_, backend, err := h.Endpoints()
	return err == nil && !isGroup(backend[0])
}

// OneGroup reports whether both sides are one multicast group, where no hub is between.
func (h *Hub) OneGroup() bool {
	frontend, backend, err := h.Endpoints()
	return err == nil && isGroup(frontend[0]) && frontend[0] == backend[0]
}

// chosen reports whether somebody has said where.
func (f *endpointFlag) chosen() bool {
	return len(f.given) > 0 || len(splitList(os.Getenv(f.env))) > 0
}

func (f *endpointFlag) resolve(listen bool) ([]string, error) {
	list, source := f.given, f.name
	if len(list) == 0 {
		list, source = splitList(os.Getenv(f.env)), f.env
	}
	if len(list) == 0 {
		list = []string{f.fallback}
	}
	for _, endpoint := range list {
		if err := f.check(endpoint, listen); err != nil {
			return nil, Usagef("%s: %w", source, err)
		}
	}
	return list, nil
}

// check says what is wrong with an endpoint.
func (f *endpointFlag) check(text string, listen bool) error {
	if !isGroup(text) {
		err := checkEndpoint(text, listen)
		if scheme, _, ok := strings.Cut(text, "://"); err != nil && f.groups && ok && scheme != "tcp" && scheme != "ipc" {
			err = fmt.Errorf("%w, or a multicast group, epgm://INTERFACE;GROUP:PORT", err)
		}
		return err
	}
	if !f.groups {
		return fmt.Errorf("endpoint %q: %s", text, cmp.Or(f.noGroup, noAnswers))
	}
	_, err := epgm.ParseEndpoint(text)
	return err
}

// single is an endpointFlag that is given once; the last one counts.
type single struct{ flag *endpointFlag }

func (s *single) String() string {
	if s.flag == nil { // pflag asks a zero value for what to leave out of the help
		return ""
	}
	if len(s.flag.given) > 0 {
		return s.flag.given[0]
	}
	return s.flag.fallback
}

func (s *single) Set(endpoint string) error {
	s.flag.given = []string{endpoint}
	return nil
}

func (s *single) Type() string { return "endpoint" }

// Remote is the endpoint of a flag to which a program connects. Unless it has a default it
// must be given, there or in the flag's variable.
type Remote struct{ flag endpointFlag }

// QueueFlag gives cmd the flag --queue for an endpoint of a queue proxy to connect to,
// which by default is the one given, and by the variable env another.
func QueueFlag(cmd *cobra.Command, env, fallback, doc string) *Remote {
	r := &Remote{endpointFlag{name: "--queue", env: env, fallback: fallback}}
	cmd.Flags().Var(&single{&r.flag}, "queue", doc+" [$"+env+"]")
	return r
}

// RemoteFlag gives cmd a flag for an endpoint to connect to, whose default is in the
// variable env.
func RemoteFlag(cmd *cobra.Command, name, env, doc string) *Remote {
	r := &Remote{endpointFlag{name: "--" + name, env: env}}
	cmd.Flags().Var(&single{&r.flag}, name, doc+" [$"+env+"]")
	return r
}

// Endpoint returns what was given, or the mistake in it.
func (r *Remote) Endpoint() (string, error) {
	if r.flag.fallback == "" && len(r.flag.given) == 0 && len(splitList(os.Getenv(r.flag.env))) == 0 {
		return "", Usagef("%s is missing; want the endpoint that the hub or proxy was given as %[1]s", r.flag.name)
	}
	list, err := r.flag.resolve(false)
	if err != nil {
		return "", err
	}
	return list[0], nil
}
