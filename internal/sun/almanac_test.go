package sun

import (
	"strings"
	"testing"
	"time"
)

// Where the values of TestAgreesWithAlmanacs were read. "USNO" is the Astronomical
// Applications Department of the U.S. Naval Observatory (aa.usno.navy.mil): its
// tables "Rise and Set for the Sun" and "Civil Twilight" for a year, and "Sun and
// Moon Data for One Day". All print whole minutes.
const (
	usno      = "USNO tables kept in github.com/klausbrunner/solarpositioning, src/test/resources/…/sunrise/raw"
	usnoGrid  = "USNO tables kept in github.com/cosinekitty/astronomy, generate/riseset"
	fredonia  = "USNO table quoted in github.com/skyfielders/python-skyfield, design/test_sunrise_moonrise.py"
	ohio      = "USNO, quoted in github.com/skyfielders/python-skyfield, skyfield/tests/test_almanac.py"
	oneDay    = "USNO one-day data quoted in a public Go test found by its text; its repository was not named"
	tromso    = "USNO one-day data quoted at answers.com/Q/How_many_hour_of_daylight_in_north_Norway_in_April"
	cities    = "timeanddate.com, in github.com/kipcole9/astro, test/support; coordinates are ours"
	visir     = "timeanddate.com, quoted at visir.is/g/2015150109360; coordinates are ours"
	icelandic = "icelandictimes.com/is/?p=408044, which does not say its source; coordinates are ours"
	fairbanks = "mbar.us/~jsn/wordpress/?m=201212, which does not say its source; coordinates are ours"
	recalled  = "recalled from timeanddate.com, not looked up; PyEphem says the same"
)

// almanac is a line of an almanac. Times are "15:04"; - is an event that does not
// occur on the day, "" one that was not given.
type almanac struct {
	source                            string
	place                             Place
	offset                            float64 // of the times, hours east of UTC
	day                               string
	dawn, sunrise, noon, sunset, dusk string
}

func at(degrees, minutes float64) float64 { return degrees + minutes/60 }

var (
	anchorage    = Place{at(61, 13), -at(149, 52)}
	auckland     = Place{-at(36, 50), at(174, 48)}
	brasilia     = Place{-at(15, 48), -at(47, 51)}
	singapore    = Place{at(1, 17), at(103, 50)}
	longyearbyen = Place{at(78, 13), at(15, 38)}
	mcmurdo      = Place{-at(77, 51), at(166, 40)}
	fredoniaAZ   = Place{at(36, 57), -at(112, 31)}
	tromsoUSNO   = Place{69.5, 19} // as the page says it
	reykjavik    = Place{64.147, -21.94}
	ushuaia      = Place{-54.80, -68.30}
	london       = Place{51.5074, -0.1278}
)

var almanacs = []almanac{
	{usno, anchorage, 0, "2020-03-20", "15:15", "15:58", "", "04:14", "04:57"},
	{usno, anchorage, 0, "2020-06-21", "-", "12:20", "", "07:42", "-"},
	{usno, anchorage, 0, "2020-09-22", "15:02", "15:45", "", "04:00", "04:43"},
	{usno, anchorage, 0, "2020-12-21", "18:12", "19:14", "", "00:41", "01:43"},
	{usno, auckland, 0, "2020-03-20", "", "18:25", "", "06:32", ""},
	{usno, auckland, 0, "2020-06-21", "", "19:34", "", "05:12", ""},
	{usno, auckland, 0, "2020-09-22", "", "18:09", "", "06:17", ""},
	{usno, auckland, 0, "2020-12-21", "", "16:59", "", "07:40", ""},
	{usno, auckland, 0, "2023-03-20", "17:58", "", "", "", "06:59"},
	{usno, auckland, 0, "2023-12-21", "16:27", "", "", "", "08:10"},
	{usno, brasilia, 0, "2020-03-20", "", "09:15", "", "21:22", ""},
	{usno, brasilia, 0, "2020-06-21", "", "09:38", "", "20:49", ""},
	{usno, brasilia, 0, "2020-12-21", "", "08:38", "", "21:42", ""},
	{usno, brasilia, 0, "2023-06-21", "09:14", "", "", "", "21:12"},
	{usno, brasilia, 0, "2023-09-22", "08:40", "", "", "", "21:29"},
	{usno, singapore, 0, "2020-03-20", "", "23:09", "", "11:15", ""},
	{usno, singapore, 0, "2020-06-21", "", "23:01", "", "11:12", ""},
	{usno, singapore, 0, "2020-12-21", "", "23:02", "", "11:04", ""},
	{usno, singapore, 0, "2023-03-20", "22:48", "", "", "", "11:36"},
	{usno, singapore, 0, "2023-12-21", "22:39", "", "", "", "11:27"},

	// Longyearbyen in and beside polar day and night. The 16th has two sunrises, the
	// 25th of August none.
	{usno, longyearbyen, 0, "2020-01-15", "", "-", "", "-", ""},
	{usno, longyearbyen, 0, "2020-02-15", "", "-", "", "-", ""},
	{usno, longyearbyen, 0, "2020-02-16", "", "10:32", "", "11:54", ""},
	{usno, longyearbyen, 0, "2020-02-20", "", "09:10", "", "13:15", ""},
	{usno, longyearbyen, 0, "2020-03-20", "", "04:48", "", "17:25", ""},
	{usno, longyearbyen, 0, "2020-04-16", "", "00:20", "", "21:55", ""},
	{usno, longyearbyen, 0, "2020-04-17", "", "23:18", "", "22:34", ""},
	{usno, longyearbyen, 0, "2020-04-18", "", "-", "", "-", ""},
	{usno, longyearbyen, 0, "2020-06-21", "", "-", "", "-", ""},
	{usno, longyearbyen, 0, "2020-08-23", "", "-", "", "-", ""},
	{usno, longyearbyen, 0, "2020-08-24", "", "23:50", "", "22:11", ""},
	{usno, longyearbyen, 0, "2020-08-25", "", "-", "", "21:45", ""},
	{usno, longyearbyen, 0, "2020-10-25", "", "09:50", "", "11:31", ""},
	{usno, longyearbyen, 0, "2020-10-26", "", "-", "", "-", ""},
	{usno, mcmurdo, 0, "2020-02-19", "", "-", "", "-", ""},
	{usno, mcmurdo, 0, "2020-02-20", "", "14:02", "", "12:14", ""},
	{usno, mcmurdo, 0, "2020-04-17", "", "22:35", "", "03:20", ""},
	{usno, mcmurdo, 0, "2020-04-23", "", "-", "", "01:47", ""},
	{usno, mcmurdo, 0, "2020-04-25", "", "-", "", "-", ""},
	{usno, mcmurdo, 0, "2020-08-18", "", "-", "", "-", ""},
	{usno, mcmurdo, 0, "2020-08-19", "", "00:06", "", "01:50", ""},
	{usno, mcmurdo, 0, "2020-10-21", "", "13:33", "", "11:41", ""},

	{usnoGrid, Place{60, 0}, 0, "2019-03-20", "", "06:03", "", "18:14", ""},
	{usnoGrid, Place{60, 0}, 0, "2019-06-21", "", "02:36", "", "21:28", ""},
	{usnoGrid, Place{60, 0}, 0, "2019-12-22", "", "09:02", "", "14:55", ""},
	{usnoGrid, Place{-60, -150}, 0, "2019-01-10", "", "13:00", "", "07:15", ""},
	{usnoGrid, Place{-60, -150}, 0, "2019-06-21", "", "19:06", "", "00:58", ""},
	{usnoGrid, Place{-60, -150}, 0, "2019-09-23", "", "15:45", "", "03:59", ""},
	{usnoGrid, Place{80, 0}, 0, "2019-02-20", "", "-", "", "-", ""},
	{usnoGrid, Place{80, 0}, 0, "2019-02-21", "", "11:20", "", "13:10", ""},
	{usnoGrid, Place{80, 0}, 0, "2019-04-13", "", "00:57", "", "-", ""},
	{usnoGrid, Place{80, 0}, 0, "2019-04-14", "", "-", "", "-", ""},
	{usnoGrid, Place{80, 0}, 0, "2019-08-30", "", "-", "", "23:01", ""},
	{usnoGrid, Place{-80, -150}, 0, "2019-04-14", "", "20:01", "", "00:13", ""}, // and sets again at 23:57
	{usnoGrid, Place{-80, -150}, 0, "2019-08-28", "", "20:05", "", "-", ""},
	{usnoGrid, Place{-80, -150}, 0, "2019-08-29", "", "19:49", "", "00:00", ""},
	{fredonia, fredoniaAZ, -7, "2023-01-01", "", "07:43", "", "17:24", ""},
	{fredonia, fredoniaAZ, -7, "2023-03-20", "", "06:34", "", "18:42", ""},
	{fredonia, fredoniaAZ, -7, "2023-06-21", "", "05:11", "", "19:53", ""},
	{fredonia, fredoniaAZ, -7, "2023-11-01", "", "06:54", "", "17:33", ""},
	{ohio, Place{40.8939, -83.8917}, -4, "2018-09-12", "", "07:13", "", "19:50", ""},
	{ohio, Place{41.281944, -84.362778}, -5, "2019-11-08", "06:48", "07:17", "", "17:25", "17:54"},
	{oneDay, Place{-36.8485, 174.7633}, 12, "2026-07-24", "06:58", "07:26", "", "17:29", "17:57"},
	{oneDay, london, 1, "2026-07-24", "04:30", "05:13", "", "21:01", "21:43"},
	{oneDay, london, 0, "2026-01-15", "07:21", "07:59", "", "16:21", "16:59"},
	{oneDay, Place{40.7128, -74.0060}, -4, "2026-03-15", "06:40", "07:08", "", "19:03", "19:30"},

	{tromso, tromsoUSNO, 1, "2014-04-01", "03:46", "04:50", "11:48", "18:49", "19:53"},
	{tromso, tromsoUSNO, 1, "2014-04-30", "-", "02:29", "11:41", "20:58", "-"},
	{tromso, tromsoUSNO, 1, "2014-05-17", "", "00:29", "", "", ""},
	{tromso, tromsoUSNO, 1, "2014-05-18", "", "00:13", "", "-", ""},
	{tromso, tromsoUSNO, 1, "2014-07-25", "", "-", "", "23:20", ""},

	{cities, Place{-33.87, 151.21}, 11, "2019-12-01", "", "05:37", "", "19:50", ""},
	{cities, Place{-33.87, 151.21}, 11, "2019-12-31", "", "05:46", "", "20:09", ""},
	{cities, Place{-23.55, -46.633}, -3, "2019-12-01", "", "05:11", "", "18:39", ""},
	{cities, Place{-23.55, -46.633}, -3, "2019-12-21", "", "05:16", "", "18:52", ""},
	{cities, Place{55.752, 37.616}, 3, "2019-12-01", "", "08:34", "", "16:02", ""},
	{cities, Place{55.752, 37.616}, 3, "2019-12-31", "", "08:59", "", "16:05", ""},
	{visir, reykjavik, 0, "2014-12-21", "", "11:22", "", "15:29", ""},
	{visir, reykjavik, 0, "2015-01-07", "", "11:12", "", "15:57", ""},
	{icelandic, reykjavik, 0, "2024-06-25", "", "02:57", "13:30", "00:03", ""},
	{fairbanks, Place{64.838, -147.716}, -9, "2012-12-21", "09:33", "10:58", "", "14:41", "16:06"},
	{recalled, ushuaia, -3, "2026-06-21", "", "09:58", "", "17:11", ""},
	{recalled, ushuaia, -3, "2026-12-21", "", "04:51", "", "22:11", ""},
}

func TestAgreesWithAlmanacs(t *testing.T) {
	for _, line := range almanacs {
		for e, want := range map[Event]string{
			Dawn: line.dawn, Sunrise: line.sunrise, Noon: line.noon, Sunset: line.sunset, Dusk: line.dusk,
		} {
			if want != "" {
				compare(t, line, e, want, time.Minute)
			}
		}
	}
}

// On the last day before the sun stays up or down, it runs along the horizon: 0.01°
// is more than a minute there.
func TestAgreesWithAlmanacsOnTheVergeOfPolarDayAndNight(t *testing.T) {
	for _, line := range []almanac{
		{tromso, tromsoUSNO, 1, "2014-05-17", "", "00:29", "", "23:06", ""},
		{usno, mcmurdo, 0, "2020-04-24", "", "00:36", "", "01:05", ""},
	} {
		compare(t, line, Sunrise, line.sunrise, 2*time.Minute)
		compare(t, line, Sunset, line.sunset, 2*time.Minute)
	}
}

func compare(t *testing.T, line almanac, e Event, want string, tolerance time.Duration) {
	t.Helper()
	zone := time.FixedZone("", int(line.offset*3600))
	day, err := time.ParseInLocation(time.DateOnly, line.day, zone)
	if err != nil {
		t.Fatal(err)
	}
	got, ok := line.place.On(e, day.Year(), day.Month(), day.Day(), zone)
	if ok != (want != "-") {
		t.Errorf("%v, %s: %v at %v, %v; want %s (%s)", line.place, line.day, e, got, ok, want, line.source)
		return
	}
	if !ok {
		return
	}
	clock, err := time.ParseInLocation(time.DateOnly+" 15:04:05", line.day+" "+(want + ":00")[:8], zone)
	if err != nil {
		t.Fatal(err)
	}
	if off := got.Sub(clock); off.Abs() > tolerance {
		t.Errorf("%v, %s: %v at %s, want %s, %v off (%s)", line.place, line.day, e, got.Format(time.TimeOnly), want, off, line.source)
	}
}

func TestAgreesWithAlmanacsOnTheSecondOfADay(t *testing.T) {
	for _, tt := range []struct {
		place       Place
		event       Event
		first, next string // USNO, as above
	}{
		{longyearbyen, Sunrise, "2020-04-16T00:20:00Z", "2020-04-16T23:57:00Z"},
		{longyearbyen, Sunrise, "2020-04-16T23:57:00Z", "2020-04-17T23:18:00Z"},
		{longyearbyen, Sunset, "2020-04-17T22:34:00Z", "2020-08-24T22:11:00Z"},
		{mcmurdo, Sunrise, "2020-08-19T00:06:00Z", "2020-08-19T23:42:00Z"},
		{Place{-80, -150}, Sunset, "2019-04-14T00:13:00Z", "2019-04-14T23:57:00Z"},
		{tromsoUSNO, Sunset, "2014-05-17T22:06:00Z", "2014-07-25T22:20:00Z"},
	} {
		first, _ := time.Parse(time.RFC3339, tt.first)
		next, _ := time.Parse(time.RFC3339, tt.next)
		got, ok := tt.place.After(tt.event, first.Add(2*time.Minute))
		if !ok || got.Sub(next).Abs() > time.Minute {
			t.Errorf("%v: %v after %s is %v, %v; want %s", tt.place, tt.event, tt.first, got, ok, tt.next)
		}
	}
}

// At the poles the sun takes a day to rise, and 0.01° is half an hour, of which less
// than half is seen; USNO as in usnoGrid.
func TestPolesRiseOnceAYear(t *testing.T) {
	for _, tt := range []struct {
		latitude float64
		event    Event
		want     string
	}{
		{90, Sunrise, "2022-03-18T13:02:00Z"}, {90, Sunset, "2022-09-25T04:13:00Z"},
		{-90, Sunset, "2022-03-22T18:07:00Z"}, {-90, Sunrise, "2022-09-20T21:52:00Z"},
	} {
		want, _ := time.Parse(time.RFC3339, tt.want)
		pole := Place{tt.latitude, 0}
		got, ok := pole.After(tt.event, time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC))
		if !ok || got.Sub(want).Abs() > 15*time.Minute {
			t.Errorf("%v: %v at %v, %v; want %s", pole, tt.event, got, ok, tt.want)
		}
		again, ok := pole.After(tt.event, got)
		if !ok || again.Sub(got) < 364*24*time.Hour {
			t.Errorf("%v: %v at %v and again at %v", pole, tt.event, got, again)
		}
	}
}

// The words of USNO for Longyearbyen in 2020: no rise and no set from 18 April to 23
// August, and in polar night; no rise on 25 August.
func TestGaps(t *testing.T) {
	for _, tt := range []struct {
		place Place
		event Event
		year  int
		want  string
	}{
		{longyearbyen, Sunset, 2020, "1 January to 15 February, 18 April to 23 August, 26 October to 31 December"},
		{longyearbyen, Sunrise, 2020, "1 January to 15 February, 18 April to 23 August, 25 August, 26 October to 31 December"},
		{mcmurdo, Sunset, 2020, "1 January to 19 February, 25 April to 18 August, 22 October to 31 December"},
		{Place{90, 0}, Sunset, 2022, "1 January to 24 September, 26 September to 31 December"},
		{london, Sunrise, 2026, ""},
		{longyearbyen, Noon, 2020, ""},
	} {
		var words []string
		for _, g := range tt.place.Gaps(tt.event, tt.year, time.UTC) {
			words = append(words, g.String())
		}
		if got := strings.Join(words, ", "); got != tt.want {
			t.Errorf("%v, %d: no %v %s; want %s", tt.place, tt.year, tt.event, got, tt.want)
		}
	}
}

// The equation of time at 06:26:14 local mean time at 98.583° west, in hundredths of
// a minute, from NOAA's calculator as quoted in github.com/MenoData/Time4J,
// base/src/test/java/net/time4j/calendar/astro/AstroTest.java.
func TestEquationOfTime(t *testing.T) {
	noaa := []float64{-1239, -1301, -587, 208, 303, -271, -654, -203, 839, 1599, 1295, -19}
	for i, want := range noaa {
		at := time.Date(2017, time.Month(i+1), 25, 6, 26, 14, 0, time.UTC).Unix() + 23660
		if got := positionAt(float64(at)).ahead / 60 * 100; got < want-1.5 || got > want+1.5 {
			t.Errorf("25 %v 2017: %.2f, want %v", time.Month(i+1), got, want)
		}
	}
}
