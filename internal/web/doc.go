// Package web opens the bus to HTTP: what bus serve --http serves. It knows the hub only
// as a Bus, and the bus only by what the hub remembers.
//
// # What it serves
//
//	/healthz   whether the process serves     health.go
//	/readyz    whether messages pass          health.go
//	/metrics   figures for Prometheus         metrics.go, figures.go, house.go, sockets.go
//	/ws        the bus over WebSocket         package gateway
//	/          the mirror, as a page          package page
//	/mirror    what that page is shown        package wall
//
// and what Handle adds: bus serve adds the mirror for browsers, at / and /mirror (packages
// page and wall).
//
// # What it promises
//
//   - Whoever is not to ask (internal/web/guard) is refused before anything is done for
//     it, with the reason in words: pages of other origins, and names that anybody can
//     point here. Only GET and HEAD are answered. Health is told to everybody.
//   - Every answer carries headers by which a browser runs nothing that we did not serve,
//     asks no other host, and lends no page of another origin anything of ours.
//   - It costs the bus nothing: there are no more than Limits.Connections connections,
//     and beyond that those that wait for a request give way to newcomers, the one that
//     has waited longest first; where there is none, the newcomer is closed. Headers are
//     bounded in bytes and time, answers in time. Nothing is counted for /metrics while
//     messages pass: it is read when it is asked for, four times at once at most.
//   - A panic in a handler ends its connection and nothing else.
//   - Run returns once all that it has started has ended, within a second of the end of
//     its context.
//
// # How it is put together
//
//	Server     listens, runs, ends                           server.go, address.go
//	handler    what every request passes, and the routes     routes.go
//	crowd      the connections, and who makes room           crowd.go
//	figures    what is told of the bus and this server       figures.go, refusals.go
//	house      what is told of appliances and scenes         house.go
//	quiet      what libraries log, a line a second           quiet.go
//
// It logs what it listens at and what goes wrong, and neither the addresses that are
// asked for nor headers of requests, in which a token may stand.
package web
