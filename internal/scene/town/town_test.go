package town

import (
	"testing"

	"homebus/internal/scene"
)

func TestFileIsAHouse(t *testing.T) {
	for _, scenes := range []int{1, 30} {
		f, err := scene.Load("town.toml", File(scenes))
		if err != nil {
			t.Fatal(err)
		}
		const implied = 1 // the meter of the house
		if len(f.Scenes) != scenes || len(f.Devices) != 10*scenes+implied {
			t.Errorf("%d scenes and %d devices; want %d and %d", len(f.Scenes), len(f.Devices), scenes, 10*scenes+implied)
		}
	}
}
