package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// clockCalls are the functions of package time that read or wait for a clock.
var clockCalls = map[string]bool{
	"Now": true, "Since": true, "Until": true, "Sleep": true, "After": true,
	"AfterFunc": true, "NewTimer": true, "NewTicker": true, "Tick": true,
}

func TestOnlyTheEdgeReadsAClock(t *testing.T) {
	for _, p := range loadModule(t) {
		path := strings.TrimPrefix(p.ImportPath, "homebus/")
		for _, file := range p.GoFiles {
			for _, call := range clockCallsIn(t, filepath.Join(p.Dir, file)) {
				if !within(path, clockReaders) {
					t.Errorf("%s/%s calls time.%s; now is a parameter there", path, file, call)
				}
				if call == "Sleep" {
					t.Errorf("%s/%s calls time.Sleep; wait for a state or a timer", path, file)
				}
			}
		}
	}
}

func clockCallsIn(t *testing.T, name string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var calls []string
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" && clockCalls[sel.Sel.Name] {
				calls = append(calls, sel.Sel.Name)
			}
		}
		return true
	})
	return calls
}
