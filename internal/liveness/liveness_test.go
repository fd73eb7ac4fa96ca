package liveness

import (
	"encoding/binary"
	"testing"
	"time"
)

func TestCheck(t *testing.T) {
	const second = time.Second
	for name, c := range map[string]struct {
		pinged bool
		ttl    uint16
		heard  []time.Duration // since the first Check
		dead   time.Duration   // when, 0 for never within a minute
	}{
		"silent":                        {pinged: true, dead: 10*second + Slack},
		"silent, and not pinged":        {},
		"speaks once":                   {pinged: true, heard: []time.Duration{6 * second}, dead: 16*second + Slack},
		"keeps its word":                {ttl: 30, heard: every(2*second, 30), dead: 0},
		"breaks its word":               {ttl: 30, heard: []time.Duration{2 * second}, dead: 5*second + 2*Slack},
		"a long word does not outweigh": {pinged: true, ttl: 600, dead: 10*second + Slack},
		"speaks all the time":           {pinged: true, heard: every(9*second, 7)},
	} {
		t.Run(name, func(t *testing.T) {
			v := Vitals{Pinged: c.pinged}
			v.Promised(c.ttl)
			began := time.Unix(1, 0)
			pings, next := 0, 0
			for at := time.Duration(0); at <= time.Minute; at += Slack {
				for next < len(c.heard) && c.heard[next] <= at {
					v.Heard()
					next++
				}
				verdict := v.Check(began.Add(at), Default)
				if verdict.Ping {
					pings++
				}
				if verdict.Dead {
					if at != c.dead {
						t.Errorf("dead after %v, want %v", at, c.dead)
					}
					return
				}
			}
			if c.dead != 0 {
				t.Errorf("alive after a minute, want dead after %v", c.dead)
			}
			if want := map[bool]int{true: 12}[c.pinged]; pings != want {
				t.Errorf("%d PINGs in a minute, want %d", pings, want)
			}
		})
	}
}

// A hub that was stopped for longer than it waits for anybody must not take its peers
// for dead, but ask them.
func TestCheckAfterStandingStill(t *testing.T) {
	v := Vitals{Pinged: true}
	v.Promised(30)
	now := time.Unix(1, 0)
	v.Check(now, Default)
	for range 8 {
		now = now.Add(Slack)
		v.Check(now, Default)
	}
	now = now.Add(15 * time.Second)
	if got, want := v.Check(now, Default), (Verdict{Ping: true}); got != want {
		t.Errorf("after 2 s of silence and 15 s away: %+v, want %+v", got, want)
	}
	silence := 2 * time.Second
	for !v.Check(now, Default).Dead {
		now, silence = now.Add(Slack), silence+Slack
		if silence > time.Minute {
			t.Fatal("one that stays silent is never found dead")
		}
	}
	if want := 3*time.Second + 2*Slack; silence != want {
		t.Errorf("dead after %v of silence, want %v", silence, want)
	}
}

func every(d time.Duration, n int) []time.Duration {
	list := make([]time.Duration, n)
	for i := range list {
		list[i] = time.Duration(i+1) * d
	}
	return list
}

func TestPingTellsWhenToGiveUp(t *testing.T) {
	for every, want := range map[time.Duration]uint16{
		time.Second: 150, 5 * time.Second: 150, 20 * time.Second: 600, 24 * time.Hour: 65535,
	} {
		body := Rule{PingEvery: every}.Ping()
		ttl := binary.BigEndian.Uint16(body[len(body)-2:])
		if ttl != want {
			t.Errorf("PINGs every %v tell a time to live of %d, want %d", every, ttl, want)
		}
	}
}
