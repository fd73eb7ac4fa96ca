package devices

import "time"

// A mode is a choice of the whole home, by name: home, away, night. It is no
// thing; the hub keeps it. What words it can be is for the house to say; it begins
// with the first.
var _ = register(&Type{
	Name: "mode",
	Doc:  "A named choice of the home, such as home or away. The hub keeps it.",
	Attributes: []Attribute{{
		Value:   Value{Name: "state", Kind: Word, Doc: "one of the values configured"},
		Setters: []Setter{{Action: "set", Param: "value"}},
		Given:   true,
	}},
	Actions: []Action{{Name: "set", Doc: "choose", Params: []Value{
		{Name: "value", Kind: Word, Required: true, Doc: "one of the values configured"},
	}}},
	Config: []Value{
		{Name: "values", Kind: Words, Required: true, Doc: "what can be chosen; it begins with the first"},
	},
	Natural:   map[string]string{"": "set"},
	Phases:    map[string]Phase{"": Resting},
	Restores:  "what was chosen",
	InHub:     true,
	restore:   restoreWord,
	configure: configureMode,
	build:     func(s setup) model { return &modeModel{state: s.config.words("values")[0]} },
})

// configureMode has a mode take its own values only.
func configureMode(t Type, config values) *Type {
	words := config.words("values")
	state, set, value := t.Attributes[0], t.Actions[0], t.Actions[0].Params[0]
	state.Values, value.Values = words, words
	set.Params = []Value{value}
	t.Attributes, t.Actions = []Attribute{state}, []Action{set}
	return &t
}

type modeModel struct{ state string }

func (m *modeModel) act(_ time.Time, _ string, args values, _ *effects) error {
	m.state = args.text("value")
	return nil
}

func (m *modeModel) give(_ time.Time, _ string, value any) { m.state = value.(string) }

func (m *modeModel) fail(time.Time, string, bool) {}
func (m *modeModel) due() time.Time               { return time.Time{} }
func (m *modeModel) step(time.Time, *effects)     {}
func (m *modeModel) read() []any                  { return []any{m.state} }
