package sun

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

// testdata/pyephem.py says how testdata/pyephem.tsv was made. The tolerances are
// smaller than what the package promises: they are what this table allows.
func TestAgreesWithPyEphem(t *testing.T) {
	file, err := os.Open("testdata/pyephem.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := 0
	for scan := bufio.NewScanner(file); scan.Scan(); {
		if strings.HasPrefix(scan.Text(), "#") {
			continue
		}
		lines++
		var day, word, clock string
		var place Place
		if _, err := fmt.Sscan(scan.Text(), &day, &place.Latitude, &place.Longitude, &word, &clock); err != nil {
			t.Fatalf("%q: %v", scan.Text(), err)
		}
		event, ok := Parse(word)
		if !ok {
			t.Fatalf("%q: no such event", scan.Text())
		}
		tolerance := 10 * time.Second
		if math.Abs(place.Latitude) > 66 {
			tolerance = time.Minute
		}
		compare(t, almanac{source: "PyEphem", place: place, day: day}, event, clock, tolerance)
	}
	if lines < 400 {
		t.Errorf("%d lines", lines)
	}
}
