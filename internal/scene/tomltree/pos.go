package tomltree

import (
	"cmp"
	"fmt"
)

// Pos is a place in a text; Line and Column count from 1, Column in characters.
type Pos struct {
	Line, Column int
}

// String returns "line:column".
func (p Pos) String() string { return fmt.Sprintf("%d:%d", p.Line, p.Column) }

// Compare orders places as the text has them.
func (p Pos) Compare(q Pos) int {
	return cmp.Or(cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column))
}
