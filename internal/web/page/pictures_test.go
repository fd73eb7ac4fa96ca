package page

import (
	"testing"

	"homebus/internal/web/page/browsertest"
)

// TestPictures makes the pictures of docs/images, from the breakfast of breakfast_test.go:
//
//	go test ./internal/web/page -run Pictures -screenshots "$PWD"/docs/images
func TestPictures(t *testing.T) {
	if *screenshots == "" {
		t.Skip("no folder for pictures is given (-screenshots)")
	}
	f := newFake(t, breakfast())
	f.answers["menu"] = menuOfLight
	for _, picture := range []struct {
		name, query string
		window      browsertest.Window
	}{
		{"web-phone", "", browsertest.Window{Width: 390, Height: 844, Dark: true, Touch: true}},
		{"web-tablet", "", browsertest.Window{Width: 1280, Height: 800}},
		{"web-kiosk", "?kiosk", browsertest.Window{Width: 1280, Height: 800}},
	} {
		p := browsertest.Open(t, f.url()+picture.query, picture.window)
		p.Await(there)
		p.Shoot(*screenshots, picture.name)
	}
}
