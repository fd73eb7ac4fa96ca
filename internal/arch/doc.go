// Package arch holds the floors of the house: which package may import which,
// and which library belongs to which package alone. Its test reads the sources
// of the whole module and fails with the import that breaks the plan.
//
// The table is docs/adr/0006-floors.md's; a new package enters it in a commit that
// says why.
package arch
