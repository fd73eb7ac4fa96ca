package main

import (
	"errors"

	"homebus/internal/occupancy"
)

// lives is the flag --occupancy: who lives in the house.
type lives string

// What it can be.
const (
	livesFile      lives = "file"
	livesGenerated lives = "generated"
	livesOff       lives = "off"
)

func (l *lives) String() string { return string(*l) }

func (l *lives) Set(word string) error {
	switch lives(word) {
	case livesFile, livesGenerated, livesOff:
		*l = lives(word)
		return nil
	}
	return errors.New("want file, generated or off")
}

func (l *lives) Type() string { return "WHO" }

// in returns the household with those who live there: the file's, or, where it names
// nobody, somebody whose days are made from the seed; or nobody.
func (l lives) in(h occupancy.Household) occupancy.Household {
	switch {
	case l == livesOff:
		h.People = nil
	case l == livesGenerated && len(h.People) == 0:
		h.People = []occupancy.Person{occupancy.Somebody()}
	}
	return h
}
