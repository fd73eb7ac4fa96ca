package follower

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"homebus/internal/filewire"
)

// answerer answers requests for the files of a catalog. Safe for concurrent use.
type answerer struct {
	node    string
	files   *catalog
	folders *folders
}

// answer returns the frames of the answer to a request for this node.
func (a answerer) answer(now time.Time, r filewire.Request) [][]byte {
	if r.List {
		list := a.files.list(r.Run, r.Since)
		list.Node, list.ID = a.node, r.ID
		return [][]byte{filewire.Encode(list)}
	}
	head, data := a.bytes(now, r)
	head.Node, head.ID, head.Path, head.Offset = a.node, r.ID, r.Path, r.Offset
	if head.Error != "" || head.Gone {
		return [][]byte{filewire.Encode(head)}
	}
	return [][]byte{filewire.Encode(head), data}
}

// bytes answers a request for bytes.
func (a answerer) bytes(now time.Time, r filewire.Request) (filewire.Answer, []byte) {
	e, ok := a.files.get(r.Path)
	if !ok {
		return filewire.Answer{Missing: true, Error: fmt.Sprintf("node %s follows no file %q", a.node, r.Path)}, nil
	}
	f := a.find(e, r)
	switch {
	case f.gone:
		return filewire.Answer{Gone: true}, nil
	case f.disk == "":
		return filewire.Answer{Missing: true, Error: fmt.Sprintf("%s is not there", r.Path)}, nil
	case r.Offset > f.size:
		return filewire.Answer{Error: fmt.Sprintf("offset %d is beyond the end of %s, %d", r.Offset, r.Path, f.size)}, nil
	}
	data, err := f.read(r.Offset, filewire.MaxData)
	if err != nil {
		return filewire.Answer{Error: err.Error()}, nil
	}
	return filewire.Answer{
		Generation: f.name, Size: f.size, Earlier: f.earlier,
		Done: f.earlier && now.Sub(f.at).Abs() >= settled && r.Offset+int64(len(data)) == f.size,
	}, data
}

// found is the generation that a request is about.
type found struct {
	generation
	name    string
	earlier bool
	gone    bool
}

// find looks for the generation that a request is about: the one of its name if that
// begins as its Proof says, else the one at the path, else the newest one that was
// rotated away and does.
func (a answerer) find(e entry, r filewire.Request) found {
	now, ok := lookAt(e.disk)
	current := found{generation: now, name: now.id}
	if ok && now.id == plain(e.generation) {
		current.name = e.generation // with how often it was cut
	}
	switch {
	case r.Proof == nil && r.After != nil:
		return a.follows(current, a.folders.earlier(e.disk), *r.After)
	case r.Proof == nil && r.Oldest:
		return a.oldest(current, a.folders.earlier(e.disk))
	case r.Proof == nil:
		return current
	}
	fits := func(g generation) bool { return g.size >= r.Offset && r.Proof.Size == r.Offset && holds(g, *r.Proof) }
	if ok && (r.Generation == "" || plain(r.Generation) == now.id) && fits(now) {
		return current
	}
	var best found
	for _, g := range a.folders.earlier(e.disk) {
		if (best.disk == "" || best.id != plain(r.Generation)) && g.id != now.id && fits(g) {
			best = found{generation: g, name: g.id, earlier: true}
		}
	}
	switch {
	case best.disk != "" && (best.id == plain(r.Generation) || !ok):
		return best
	case ok && fits(now):
		return current
	case best.disk != "":
		return best
	}
	return found{gone: ok} // where there is no file now, wait for one
}

// follows returns the generation that came after the one that is all of p.
func (a answerer) follows(current found, rotated []generation, p filewire.Proof) found {
	for i := len(rotated) - 1; i >= 0; i-- {
		if rotated[i].size < p.Size || !holds(rotated[i], p) {
			continue
		}
		for _, g := range rotated[i+1:] {
			if g.size > 0 && g.id != current.id && !a.isSource(g) {
				return found{generation: g, name: g.id, earlier: true}
			}
		}
		break
	}
	return current
}

// oldest returns the oldest generation there is.
func (a answerer) oldest(current found, rotated []generation) found {
	for _, g := range rotated {
		if g.size > 0 && g.id != current.id && isNumbered(g.rest) && !a.isSource(g) {
			return found{generation: g, name: g.id, earlier: true}
		}
	}
	return current
}

// isSource reports whether a file is followed by itself, such as one whose name only happens
// to begin with another's.
func (a answerer) isSource(g generation) bool {
	_, ok := a.files.get(strings.TrimPrefix(filepath.ToSlash(g.disk), "/"))
	return ok
}

func holds(g generation, p filewire.Proof) bool {
	file, err := g.open()
	if err != nil {
		return false
	}
	defer file.Close()
	return p.Holds(file)
}

// plain is a generation's name without how often it was cut.
func plain(name string) string {
	id, _, _ := strings.Cut(name, "+")
	return id
}
