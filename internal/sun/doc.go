// Package sun says when the sun rises, sets and stands highest at a place, and
// when civil twilight begins and ends. It is pure arithmetic and reads no clock.
//
// # The method
//
// The equations are those of NOAA's solar calculator and its spreadsheets
// ("Solar Calculation Details", gml.noaa.gov/grad/solcalc/calcdetails.html), which
// take them from Jean Meeus, Astronomical Algorithms, 2nd edition: the position of
// the sun from chapter 25 (lower accuracy, 0.01°), the obliquity of the ecliptic
// from 22, the equation of time from 28, altitude from 13. Unlike the spreadsheet,
// which takes the sun where it stands at one moment of the day, an event is
// where the sun's own path crosses the horizon: position and time agree.
//
//   - Sunrise and sunset: the sun's centre is 0.833° below the horizon (zenith
//     90.833°), which is 34' of refraction and 16' of the sun's radius, so that its
//     upper edge just shows.
//   - Dawn and dusk: the centre is 6° below the horizon (civil twilight).
//   - Noon: the sun crosses the meridian, above the horizon or below it. At a pole,
//     the meridian is that of the longitude.
//
// # What it promises
//
// Times are right to a minute, as almanacs print them, for the years 1900 to 2200
// at latitudes up to 66°, and beyond wherever the sun crosses the horizon and does
// not run along it. On the day on which a polar day or night begins or ends, the
// error of 0.01° can be more than a minute; within two degrees of a pole, two
// minutes were seen, and at the pole, where the sun takes a day to rise, twelve.
//
// An event is the first whole second at which it has happened: up to a second
// late, never early. All functions agree to the second: the sun is Up from sunrise
// (included) to sunset (excluded), and what On finds After finds too.
//
// A Place outside the map (NaN too) has no events, and the sun is never up there.
//
// # What it does not know
//
// The weather, which bends light more or less than 34' and moves sunrise by
// minutes at times; the height of the place; mountains, houses and trees.
package sun
