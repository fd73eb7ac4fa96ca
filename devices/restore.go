package devices

import "time"

// Order is what a command asks: an action and its parameters, as encoding/json has
// them.
type Order struct {
	Do     string
	Params map[string]any
}

// Restorable reports whether an appliance of this type can be brought back to a
// state: whether what makes up its state can be set, and setting it neither starts
// nor ends a course. Restores says what of it that is.
func (t *Type) Restorable() bool { return t.restore != nil }

// Restore returns the orders that bring an appliance of this type, whatever became of
// it since, back to what the report said: its state as encoding/json has it. They are
// meant to be given one after the other, at once.
//
// What was on its way when it said so is carried on by age, the time that has passed
// between the report and the moment to go back to: a lamp in mid-fade first takes the
// brightness that it had at that moment, to a percent, and then fades on for as long
// as it had left; a bolt and blinds go where they were going.
//
// What the report does not say, or says in a way that the declaration does not take,
// is left as it is. There are no orders, nil, if nothing of the report can be set, and
// for a type that is not Restorable.
func (t *Type) Restore(report map[string]any, age time.Duration) []Order {
	if t.restore == nil {
		return nil
	}
	return t.restore(t.valid(report), max(age, 0), t)
}

// restorer makes the orders that bring an appliance of a type back to what it was, of
// what was valid in a report that is age old.
type restorer func(was values, age time.Duration, t *Type) []Order

// valid returns what a report says as the declaration has it.
func (t *Type) valid(report map[string]any) values {
	was := make(values, len(t.Attributes))
	for i := range t.Attributes {
		a := &t.Attributes[i]
		if x, err := a.Check(report[a.Name]); err == nil {
			was[a.Name] = x
		}
	}
	return was
}

// restoreWord goes back to a state that an action of its own stands for, or a
// parameter of one.
func restoreWord(was values, _ time.Duration, t *Type) []Order {
	word := was.text("state")
	state, _ := t.Attribute("state")
	for _, way := range state.Setters {
		switch {
		case word == "":
		case way.Param != "":
			return []Order{order(way.Action, way.Param, word)}
		case way.When == word:
			return []Order{order(way.Action)}
		}
	}
	return nil
}

// order makes one of an action and its parameters by name, each name followed by its
// value. What is nil is left out.
func order(do string, params ...any) Order {
	o := Order{Do: do, Params: map[string]any{}}
	for i := 0; i < len(params); i += 2 {
		switch v := params[i+1].(type) {
		case nil:
		case int:
			o.Params[params[i].(string)] = float64(v)
		case time.Duration:
			o.Params[params[i].(string)] = v.String()
		default:
			o.Params[params[i].(string)] = v
		}
	}
	return o
}
