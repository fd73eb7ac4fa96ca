// Package tomltree reads TOML into a tree in which every key and every value knows
// its line and column, so that whoever reads the tree can say where a mistake is.
// It knows nothing of what the file is about.
//
// BurntSushi/toml parses, and decides what is TOML. But its positions are keyed by
// dotted path, so that under a list of tables the last one wins. So a scanner of
// our own finds the place of every key and value (scan.go, token.go) and lists the
// keys in the parser's order; the two are matched one to one (tree.go). A fuzz test
// holds them equal.
//
// Everything is bounded: the size of the text, the depth of its values, the length
// of its keys and their number. Everything is pure and safe for concurrent use; a
// tree is not changed once it is read.
package tomltree
