#!/usr/bin/python3
"""Writes pyephem.tsv: what PyEphem 4.1.4 (Debian's python3-ephem; libastro, whose sun
is VSOP87, with nutation, aberration, parallax and Delta T) says of the events of
the sun at places and days drawn with a fixed seed.

    python3 pyephem.py > pyephem.tsv

The horizon is that of the package: the centre of the sun 0.833 or 6 degrees below,
no refraction computed. Each line is the day (UTC), latitude, longitude, event and
its time of day, or - where the sun is above or - where it is below all day. Days on
which it comes within 0.05 degrees of the horizon at noon or midnight are left out
(almanac_test.go has such), and so are days in which the event falls within two
minutes of midnight.
"""
import datetime
import random

import ephem

HORIZON = {"sunrise": "-0.833", "sunset": "-0.833", "dawn": "-6", "dusk": "-6", "noon": "0"}
CALL = {"sunrise": "next_rising", "sunset": "next_setting", "dawn": "next_rising", "dusk": "next_setting"}


def extremes(here, day):
    """The lowest and highest altitude of the centre from noon before to noon after, in degrees."""
    heights = []
    for minute in range(-720, 2160, 2):
        here.date = ephem.Date(day + minute / 1440)
        sun = ephem.Sun(here)
        heights.append(float(sun.alt) * 180 / ephem.pi)
    peaks = [b for a, b, c in zip(heights, heights[1:], heights[2:]) if (b - a) * (b - c) > 0]
    return peaks


def happens(here, day, event):
    here.date = day
    here.horizon = HORIZON[event]
    if event == "noon":
        return here.next_transit(ephem.Sun())
    return getattr(here, CALL[event])(ephem.Sun(), use_center=True)


def main():
    draw = random.Random(1)
    print("# made by pyephem.py with PyEphem", ephem.__version__)
    count = 0
    while count < 400:
        here = ephem.Observer()
        here.pressure = 0
        here.elevation = 0
        latitude, longitude = round(draw.uniform(-85, 85), 2), round(draw.uniform(-180, 180), 2)
        here.lat, here.lon = str(latitude), str(longitude)
        date = datetime.date(1900, 1, 1) + datetime.timedelta(days=draw.randrange(300 * 365))
        event = draw.choice(list(HORIZON))
        day = ephem.Date(date.strftime("%Y/%m/%d"))
        if event != "noon" and any(abs(h - float(HORIZON[event])) < 0.05 for h in extremes(here, day)):
            continue
        try:
            at = happens(here, day, event)
        except ephem.CircumpolarError:
            at = None
        time = "-"
        if at is not None and at < day + 1:
            if min(at - day, day + 1 - at) < 2 / 1440:
                continue
            time = ephem.Date(at + 0.5 / 86400).datetime().strftime("%H:%M:%S")
        print(date, latitude, longitude, event, time, sep="\t")
        count += 1


main()
