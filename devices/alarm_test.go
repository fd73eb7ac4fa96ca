package devices

import (
	"slices"
	"testing"
)

// alarms are the types that are alarms, with what they sense.
var alarms = []struct{ typ, senses, stillThere string }{
	{"leak-sensor", "wet", "there is still water at it"},
	{"smoke-sensor", "smoke", "there is still smoke at it"},
}

const testAlarm = "kitchen/alarm"

// alarmStory is a house of one alarm; it knows what the alarm senses.
type alarmStory struct {
	*testHouse
	senses, stillThere string
}

// eachAlarm tells a story of each type of alarm.
func eachAlarm(t *testing.T, config map[string]any, tell func(t *testing.T, s alarmStory)) {
	for _, a := range alarms {
		t.Run(a.typ, func(t *testing.T) {
			tell(t, alarmStory{newTestHouse(t, Spec{ID: testAlarm, Type: a.typ, Config: config}), a.senses, a.stillThere})
		})
	}
}

func (s alarmStory) do(at, action string) { s.t.Helper(); s.done(at, testAlarm, `{"do":"`+action+`"}`) }

func (s alarmStory) cannot(at, action, reason string) {
	s.t.Helper()
	s.refused(at, testAlarm, `{"do":"`+action+`"}`, reason)
}

func (s alarmStory) cause(at, long string) {
	s.t.Helper()
	s.done(at, testAlarm, `{"do":"trigger","for":"`+long+`"}`)
}

func (s alarmStory) is(at, state string, senses bool) {
	s.t.Helper()
	s.expect(at, testAlarm, map[string]any{"state": state, s.senses: senses})
}

// story compares the changes of the state and the events.
func (s alarmStory) story(want ...string) {
	s.t.Helper()
	if got := append(s.changes(testAlarm), s.events(testAlarm)...); !slices.Equal(got, want) {
		s.t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestAlarmIsLatched(t *testing.T) {
	eachAlarm(t, nil, func(t *testing.T, s alarmStory) {
		s.is("0s", "ok", false)
		s.do("0s", "reset") // there is nothing to reset
		s.do("1s", "trigger")
		s.is("1s", "alarm", true)
		s.cannot("2s", "reset", s.stillThere)
		s.cannot("2s", "test", "there is an alarm; reset it first")
		s.is("300s", "alarm", true)
		s.is("301s", "alarm", false) // five minutes are over
		s.is("24h", "alarm", false)
		s.do("24h", "reset")
		s.is("24h", "ok", false)
		s.story("1s alarm", "24h0m0s ok")
	})
}

func TestTheCauseLastsAsLongAsWasSaidLast(t *testing.T) {
	eachAlarm(t, nil, func(t *testing.T, s alarmStory) {
		s.cause("1s", "1h")
		s.cause("2s", "1m")
		s.is("61s", "alarm", true)
		s.is("62s", "alarm", false)
		s.do("63s", "reset")
		s.cause("70s", "0s") // a whiff
		s.is("70s", "alarm", false)
		s.cause("80s", "1h")
		s.cause("90s", "0s")
		s.do("90s", "reset")
		s.is("90s", "ok", false)
	})
}

func TestHushedAlarm(t *testing.T) {
	eachAlarm(t, map[string]any{"hush_for": "10m"}, func(t *testing.T, s alarmStory) {
		s.cannot("0s", "hush", "there is no alarm to hush")
		s.cause("1m", "15m")
		s.do("2m", "hush")
		s.is("2m", "hushed", true)
		s.cannot("3m", "hush", "it is hushed already")
		s.cannot("3m", "test", "there is an alarm; reset it first")
		s.cannot("3m", "reset", s.stillThere)
		s.do("13m", "hush") // it has called again, for there was smoke still
		s.is("16m", "hushed", false)
		s.at("30m")
		s.cause("40m", "1m")
		s.do("40m", "hush")
		s.do("42m", "reset")
		s.at("1h")
		s.story("1m0s alarm", "2m0s hushed", "12m0s alarm", "13m0s hushed", "23m0s ok", "40m0s alarm", "40m0s hushed", "42m0s ok")
	})
}

func TestSelfTest(t *testing.T) {
	eachAlarm(t, nil, func(t *testing.T, s alarmStory) {
		s.do("1s", "test")
		s.cannot("2s", "test", "it is testing itself already")
		s.cannot("2s", "hush", "there is no alarm to hush")
		s.do("20s", "test")
		s.do("21s", "reset")
		s.do("30s", "test")
		s.do("35s", "trigger") // no test keeps it from its work
		s.at("1h")
		s.story("1s test", "11s ok", "20s test", "21s ok", "30s test", "35s alarm", "11s test_passed")
	})
}

func TestAlarmIsGivenByATest(t *testing.T) {
	eachAlarm(t, nil, func(t *testing.T, s alarmStory) {
		give := func(at string, attrs map[string]any) {
			t.Helper()
			s.note(must(s.fleet.Give(s.at(at), testAlarm, attrs)))
		}
		s.cause("0s", "1m")
		give("1s", map[string]any{s.senses: true}) // for good
		s.is("1h", "alarm", true)
		s.cannot("1h", "reset", s.stillThere)
		give("2h", map[string]any{"state": "ok"})
		s.is("2h", "ok", false)
		give("3h", map[string]any{"state": "alarm"})
		s.is("3h", "alarm", false)
		s.do("3h", "reset")
		give("4h", map[string]any{"state": "hushed", s.senses: true})
		s.is("4h", "hushed", true)
		give("4h5m", map[string]any{s.senses: false})
		give("5h", map[string]any{"state": "test"})
		s.at("6h")
		s.story("0s alarm", "2h0m0s ok", "3h0m0s alarm", "3h0m0s ok", "4h0m0s hushed", "4h8m0s ok", "5h0m0s test", "5h0m10s ok", "5h0m10s test_passed")
	})
}

func TestAlarmWithALowBattery(t *testing.T) {
	eachAlarm(t, nil, func(t *testing.T, s alarmStory) {
		s.fault("1s", testAlarm, `{"kind":"low-battery","for":"1h"}`)
		s.expect("1s", testAlarm, map[string]any{"battery": 5.0})
		s.cause("2s", "1m")
		s.is("2s", "alarm", true)
		s.expect("2h", testAlarm, map[string]any{"battery": 100.0})
	})
}

// A dead sensor looks as before: whoever wants to know must have it test itself.
func TestSilentDeath(t *testing.T) {
	eachAlarm(t, nil, func(t *testing.T, s alarmStory) {
		s.fault("1s", testAlarm, `{"kind":"silent-death"}`)
		s.cause("2s", "1h")
		s.is("1m", "ok", false)
		s.do("2m", "test")
		s.fault("3m", testAlarm, `{"clear":true}`)
		s.is("3m", "alarm", true) // there still is smoke
		s.fault("4m", testAlarm, `{"kind":"silent-death","for":"10m"}`)
		s.fault("4m", testAlarm, `{"kind":"false-alarm","for":"1m"}`) // nor does it sense what is not there
		s.is("4m", "alarm", false)
		s.do("5m", "hush") // until 13m: dead, it does not call again
		s.is("13m30s", "ok", false)
		s.is("14m", "alarm", true)
		s.story("2m0s test", "2m10s ok", "3m0s alarm", "5m0s hushed", "13m0s ok", "14m0s alarm", "2m10s test_failed")
	})
}

func TestFalseAlarm(t *testing.T) {
	eachAlarm(t, nil, func(t *testing.T, s alarmStory) {
		s.fault("1s", testAlarm, `{"kind":"false-alarm","for":"20m"}`)
		s.is("1s", "alarm", true)
		s.cannot("2s", "reset", s.stillThere)
		s.do("1m", "hush")
		s.is("9m", "alarm", true)
		s.is("20m1s", "alarm", false)
		s.do("21m", "reset")
		s.cause("22m", "1m")
		s.story("1s alarm", "1m0s hushed", "9m0s alarm", "21m0s ok", "22m0s alarm")
	})
}

func TestAlarmWithAFlatBattery(t *testing.T) {
	eachAlarm(t, map[string]any{"battery_life": "1h"}, func(t *testing.T, s alarmStory) {
		s.do("59m55s", "test")
		s.cause("2h", "5h") // can be brought to it all the same
		for _, action := range []string{"test", "hush", "reset"} {
			s.cannot("2h", action, "the battery is flat; change it")
		}
		s.is("2h", "ok", false)
		s.do("3h", "change_battery")
		s.is("3h", "alarm", true)
		s.story("59m55s test", "1h0m5s ok", "3h0m0s alarm", "1h0m5s test_failed")
	})
}
