// Package wall is the smart mirror for browsers: it keeps one home (package home), as
// the terminal mirror does, and shows it to any number of pages, each over a WebSocket
// of its own. What a page says, it has from here in words; it decides nothing itself.
//
//	picture  the home in parts: a part for each appliance, scene, entry    picture.go, parts.go
//	desk     the one owner of home and picture: it takes what the link      desk.go
//	         says, composes, and does what pages ask                        asks.go, menu.go
//	viewer   one page: its socket, and the frames on their way to it        viewer.go
//	Wall     what runs together, and the http.Handler                       wall.go
//
// # Frames
//
// A frame is a JSON object in a text message: a whole picture first, and then what has
// changed, at most 30 times a second and at least once, so that a page which has heard
// nothing for longer knows that its picture is old. A frame is made once for all pages.
// A page that does not take its frames in time is sent none but a whole picture when it
// does: it costs one waiting frame, and loses only what no longer is. What a page asks
// is answered in its order; it is asked one thing at a time.
//
// The form of the frames is an affair between this package and the page that comes with
// it, and changes with them. Programs speak to the bus at /ws (package gateway).
//
// A panic ends one page, or leaves out one batch, frame or answer; the hub, in whose process
// all this is, goes on.
//
// Text from the bus has passed package safetext in the home, and is bounded there.
package wall
