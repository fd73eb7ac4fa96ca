package page

// breakfast is the picture of the demo flat in the middle of the story.
func breakfast() part {
	parts := part{
		"top": part{"name": "Demo flat", "time": "07:32", "date": "Fri 20 November 2026", "greeting": "Good morning", "sun": "sunrise 07:35"},
		"bus": part{"live": true, "words": "3 msg/s"},
		"answer": []part{
			{"text": "Toast is ready.", "tone": "good"}, {"text": "Coffee in 3:11.", "tone": "plain"},
		},
		"power": part{"now": "917 W", "today": "0.07 kWh today", "history": []int{3, 3, 4, 3, 12, 40, 38, 36, 9, 3, 3, 3, 3, 21, 60, 58, 35, 12, 9, 1820, 1810, 917, 917, 917}},
		"plan": part{
			"rooms": []part{
				{"area": "bathroom", "ids": []string{"bathroom/switch", "bathroom/light"}},
				{"area": "kitchen", "ids": []string{"kitchen/toaster", "kitchen/coffee", "kitchen/light"}},
				{"area": "hall", "ids": []string{"hall/switch", "hall/light"}},
				{"area": "living", "ids": []string{"living/switch", "living/light", "living/lamp", "living/blinds"}},
			},
			"scenes": []string{"morning", "coffee-failed", "dusk", "night-off", "cinema"},
		},
		"s:morning":       part{"name": "morning", "title": "Morning routine", "state": "running", "step": 5, "of": 6, "doing": "until coffee is warming", "left": "10:05", "reason": "bathroom/switch press"},
		"s:coffee-failed": part{"name": "coffee-failed", "title": "Coffee failed", "state": "idle"},
		"s:dusk":          part{"name": "dusk", "title": "Dusk", "state": "done", "when": "yesterday 16:12", "reason": "sunset"},
		"s:night-off":     part{"name": "night-off", "title": "Lights off", "state": "done", "when": "02:30"},
		"s:cinema":        part{"name": "cinema", "title": "Cinema", "state": "idle"},
		"e:1":             part{"n": 1, "at": "07:28:40", "levels": []string{"offline: living blinds"}, "tone": "alarm"},
		"e:2":             part{"n": 2, "at": "07:30:00", "levels": []string{"bathroom switch pressed", "light on, Morning routine", "toaster start, coffee brew"}, "tone": "plain"},
		"e:3":             part{"n": 3, "at": "07:30:25", "levels": []string{"Morning routine", "kitchen light on"}, "tone": "plain"},
		"e:4":             part{"n": 4, "at": "07:32:17", "levels": []string{"toaster popped", "Toast is ready", "“Toast is ready”"}, "tone": "good"},
	}
	for _, a := range []part{
		{"area": "bathroom", "name": "switch", "phase": "on", "word": "on", "do": "press"},
		{"area": "bathroom", "name": "light", "phase": "on", "word": "on", "details": "100 %  9 W", "do": "toggle", "faults": []string{"stuck"}},
		{"area": "kitchen", "name": "toaster", "phase": "ready", "word": "popped", "do": "take", "take": "take it"},
		{"area": "kitchen", "name": "coffee", "phase": "working", "word": "heating", "details": "900 W", "progress": 0.37, "left": "3:11", "do": "stop"},
		{"area": "kitchen", "name": "light", "phase": "on", "word": "on", "details": "70 %  6 W", "do": "toggle"},
		{"area": "hall", "name": "switch", "phase": "resting", "word": "off", "do": "press"},
		{"area": "hall", "name": "light", "phase": "resting", "word": "off", "do": "toggle", "from": "off", "to": "on"},
		{"area": "living", "name": "switch", "phase": "resting", "word": "off", "do": "press"},
		{"area": "living", "name": "light", "phase": "resting", "word": "off", "do": "toggle"},
		{"area": "living", "name": "lamp", "phase": "resting", "word": "off", "do": "toggle", "failed": "no answer"},
		{"area": "living", "name": "blinds", "phase": "offline", "word": "open", "offline": "07:28", "reason": "connection lost", "do": "toggle"},
	} {
		put(parts, a)
	}
	return parts
}

// put puts an appliance among the parts.
func put(parts, a part) {
	area, name := a["area"].(string), a["name"].(string)
	id := area + "/" + name
	a["id"], a["full"], a["find"] = id, area+" "+name, id
	parts["a:"+id] = a
}

// menuOfLight is what can be done with a light, and one of each kind of parameter.
func menuOfLight() any {
	return part{"menu": part{
		"id": "bathroom/light",
		"actions": []part{
			{"name": "on", "doc": "shine", "params": []part{
				{"name": "brightness", "kind": "int", "min": 0, "max": 100, "unit": "%", "value": 100, "wants": "0 to 100"},
				{"name": "over", "kind": "duration", "min": 0, "max": 0, "wants": "a duration", "durations": []string{"1s", "10s", "1m", "5m"}},
			}},
			{"name": "off", "doc": "go dark", "params": []part{
				{"name": "over", "kind": "duration", "min": 0, "max": 0, "wants": "a duration", "durations": []string{"1s", "10s", "1m", "5m"}},
			}},
			{"name": "toggle", "doc": "be the other way round"},
			{"name": "test", "doc": "has one of each other kind", "params": []part{
				{"name": "warmth", "kind": "number", "min": 15, "max": 24, "unit": "°C", "wants": "15 to 24"},
				{"name": "gentle", "kind": "bool", "value": true, "wants": "true or false"},
				{"name": "mode", "kind": "word", "values": []string{"day", "night"}, "required": true, "wants": "day or night"},
				{"name": "note", "kind": "text", "wants": "a text"},
			}},
		},
		"faults": []part{
			{"name": "offline", "doc": "falls off the network"},
			{"name": "stuck", "doc": "does not do what it is told", "set": true},
		},
	}}
}

func whyLight() any {
	return part{"why": []part{
		{"at": "07:30:00", "text": "bathroom switch pressed"},
		{"at": "07:30:00", "text": "bathroom light on"},
	}}
}
