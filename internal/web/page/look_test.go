package page

import (
	"fmt"
	"testing"

	"homebus/internal/web/page/browsertest"
)

func TestLook(t *testing.T) {
	if *screenshots == "" {
		t.Skip("for eyes")
	}
	for _, s := range []struct{ w, h int64 }{{360, 640}, {390, 844}, {800, 1280}, {1280, 800}, {1920, 1080}} {
		for _, dark := range []bool{true, false} {
			f := newFake(t, breakfast())
			f.answers["menu"], f.answers["why"] = menuOfLight, whyLight
			name := fmt.Sprintf("%dx%d-%v", s.w, s.h, dark)
			p := browsertest.Open(t, f.url(), browsertest.Window{Width: s.w, Height: s.h, Dark: dark, Touch: s.w < 900})
			p.Await(`document.querySelectorAll('.tile').length > 10`)
			p.Shoot(*screenshots, name)
			if s.w == 390 || s.w == 1280 {
				browsertest.Eval[any](p, `document.querySelector('[aria-label^="bathroom light: all"]').click()`)
				p.Await(`document.querySelector('.slider')`)
				p.Shoot(*screenshots, name+"-sheet")
				browsertest.Eval[any](p, `document.querySelector('#tab-faults').click()`)
				p.Shoot(*screenshots, name+"-faults")
			}
			if s.w == 390 {
				browsertest.Eval[any](p, `document.querySelector('#sheet').close(); scrollTo(0, 1e6)`)
				p.Shoot(*screenshots, name+"-end")
			}
		}
	}
	f := newFake(t, breakfast())
	p := browsertest.Open(t, f.url()+"?kiosk", browsertest.Window{Width: 1280, Height: 800})
	p.Await(`document.querySelectorAll('.tile').length > 10`)
	p.Shoot(*screenshots, "kiosk")
	p = browsertest.Open(t, f.url()+"?kiosk", browsertest.Window{Width: 800, Height: 1280})
	p.Await(`document.querySelectorAll('.tile').length > 10`)
	p.Shoot(*screenshots, "kiosk-tall")
	p.Resize(browsertest.Window{Width: 1920, Height: 1080})
	p.Shoot(*screenshots, "kiosk-wide")
	p = browsertest.Open(t, f.url(), browsertest.Window{Width: 1280, Height: 800, Dark: true})
	p.Await(`document.querySelectorAll('.tile').length > 10`)
	put(f.parts, part{"area": "laundry", "name": "leak", "phase": "alarm", "word": "alarm", "cry": "Water leak", "do": "quiet"})
	f.parts["plan"].(part)["rooms"] = append(f.parts["plan"].(part)["rooms"].([]part), part{"area": "laundry", "ids": []string{"laundry/leak"}})
	f.put(f.parts)
	p.Await(`document.querySelector('#alarms .tile')`)
	p.Shoot(*screenshots, "alarm")
	f.Close()
	f.cut()
	p.Await(`document.documentElement.dataset.lost === ''`)
	p.Shoot(*screenshots, "lost")
}
