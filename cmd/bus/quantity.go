package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"homebus/internal/proxy"
)

// between is a size with bounds; a bound of 0 is none.
type between struct {
	*size
	least, most size
}

// Set reads the size and holds it against the bounds.
func (b *between) Set(text string) error {
	var s size
	if err := s.Set(text); err != nil {
		return err
	}
	if s < b.least {
		return fmt.Errorf("want %s or more", &b.least)
	}
	if b.most > 0 && s > b.most {
		return fmt.Errorf("want %s or less", &b.most)
	}
	*b.size = s
	return nil
}

// amount is a flag's whole number above 0.
type amount int

func (a *amount) String() string { return strconv.Itoa(int(*a)) }

func (a *amount) Set(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return errors.New("want a whole number above 0")
	}
	*a = amount(n)
	return nil
}

func (a *amount) Type() string { return "N" }

// size is a flag's number of bytes above 0: 65536, 64KiB, 16MiB, 1GiB.
type size int

var sizeUnits = []struct {
	name  string
	bytes int
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}}

func (s *size) String() string {
	for _, unit := range sizeUnits {
		if n := int(*s); n > 0 && n%unit.bytes == 0 {
			return strconv.Itoa(n/unit.bytes) + unit.name
		}
	}
	return strconv.Itoa(int(*s))
}

func (s *size) Set(text string) error {
	bytes := 1
	for _, unit := range sizeUnits {
		if number, ok := strings.CutSuffix(text, unit.name); ok {
			text, bytes = number, unit.bytes
			break
		}
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > math.MaxInt/bytes {
		return errors.New("want a number of bytes, such as 65536 or 16MiB")
	}
	*s = size(n * bytes)
	return nil
}

func (s *size) Type() string { return "SIZE" }

// overflow is a flag's proxy.Overflow.
type overflow proxy.Overflow

func (o *overflow) String() string { return proxy.Overflow(*o).String() }

func (o *overflow) Set(text string) error {
	v, err := proxy.ParseOverflow(text)
	if err != nil {
		return err
	}
	*o = overflow(v)
	return nil
}

func (o *overflow) Type() string { return "RULE" }

// sizeOrNone is a flag's number of bytes from 0 on, which is none.
type sizeOrNone int

func (s *sizeOrNone) String() string { return (*size)(s).String() }

func (s *sizeOrNone) Set(text string) error {
	if text == "0" {
		*s = 0
		return nil
	}
	return (*size)(s).Set(text)
}

func (s *sizeOrNone) Type() string { return "SIZE" }
