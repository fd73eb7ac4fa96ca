package sun

import "math"

const degree = math.Pi / 180

// j2000 is 2000-01-01 12:00 UTC, from which the equations count, in Unix seconds.
// They count in terrestrial time; as NOAA does, the minute or more between the two
// is left out, in which the sun moves by some thousandths of a degree.
const j2000 = 946728000

// position is where the sun stands, seen from the centre of the Earth.
type position struct {
	sinDec, cosDec float64 // of the declination
	ahead          float64 // the equation of time: seconds that a sundial is ahead
}

// positionAt goes through NOAA's spreadsheet column by column. Numbers in brackets
// are Meeus's equations.
func positionAt(unix float64) position {
	t := (unix - j2000) / (36525 * 86400) // centuries (25.1)
	meanLong := degree * (280.46646 + t*(36000.76983+t*0.0003032))
	anomaly := degree * (357.52911 + t*(35999.05029-t*0.0001537))
	eccentricity := 0.016708634 - t*(0.000042037+t*0.0000001267)
	centre := degree * (math.Sin(anomaly)*(1.914602-t*(0.004817+t*0.000014)) +
		math.Sin(2*anomaly)*(0.019993-t*0.000101) + math.Sin(3*anomaly)*0.000289)

	node := degree * (125.04 - t*1934.136) // of the moon's orbit, for nutation
	apparent := meanLong + centre - degree*(0.00569+0.00478*math.Sin(node))
	obliquity := 23 + (26+(21.448-t*(46.815+t*(0.00059-t*0.001813)))/60)/60 // (22.2)
	obliquity = degree * (obliquity + 0.00256*math.Cos(node))               // (25.8)
	sinObl, cosObl := math.Sincos(obliquity)
	sinDec := sinObl * math.Sin(apparent) // (25.7)

	y := (1 - cosObl) / (1 + cosObl)                                     // tan² of half the obliquity
	ahead := y*math.Sin(2*meanLong) - 2*eccentricity*math.Sin(anomaly) + // (28.3)
		4*eccentricity*y*math.Sin(anomaly)*math.Cos(2*meanLong) -
		y*y/2*math.Sin(4*meanLong) - 5*eccentricity*eccentricity/4*math.Sin(2*anomaly)
	return position{sinDec, math.Sqrt(1 - sinDec*sinDec), ahead * 43200 / math.Pi}
}
