package scene_test

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"homebus/internal/scene"
	"homebus/internal/scene/scenetest"
)

// What is written as a scenes.toml is read again as it was.
func TestWrittenHousesAreReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := scenetest.File(t, 5)
		src := scenetest.TOML(f)
		got, err := scene.Load("written.toml", src)
		if err != nil {
			t.Fatalf("%v\n%s", err, src)
		}
		for i, s := range got.Scenes {
			forgetPlaces(reflect.ValueOf(s))
			if !reflect.DeepEqual(s, f.Scenes[i]) {
				again := *f
				again.Scenes = got.Scenes
				t.Fatalf("written\n%s\nread\n%s", src, scenetest.TOML(&again))
			}
		}
	})
}

// forgetPlaces sets every Pos in a value to nowhere.
func forgetPlaces(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			forgetPlaces(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			forgetPlaces(v.Index(i))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[scene.Pos]() {
			v.SetZero()
			return
		}
		for i := range v.NumField() {
			forgetPlaces(v.Field(i))
		}
	}
}
