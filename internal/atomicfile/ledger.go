package atomicfile

import "sync"

// Ledger records the paths that one run of one provider configuration wrote or adopted, so that two resources with one
// path are an error and a destroy leaves alone what another resource has just taken over. The zero Ledger is empty and
// ready; it is safe for concurrent use.
type Ledger struct {
	mu    sync.Mutex
	paths map[string]*Claim
	turns map[string]*sync.Mutex
}

// Lock waits for the turn at path and returns what ends it. Until then nobody else in this run who takes turns adopts,
// replaces or removes the file: what was found of it stays true.
func (l *Ledger) Lock(path string) (unlock func()) {
	key := canonicalPath(path)
	l.mu.Lock()
	if l.turns == nil {
		l.turns = map[string]*sync.Mutex{}
	}
	turn := l.turns[key]
	if turn == nil {
		turn = new(sync.Mutex)
		l.turns[key] = turn
	}
	l.mu.Unlock()
	turn.Lock()
	return turn.Unlock
}

// Claim is the right to write one path. It ends with Release, or stays for the rest of the run with Keep.
type Claim struct {
	ledger *Ledger
	key    string
	kept   bool
}

// Claim takes path for the caller, whatever its spelling. If another one in this run holds or wrote it, the error is a
// [*TargetError] and [ErrClaimed].
func (l *Ledger) Claim(path string) (*Claim, error) {
	key := canonicalPath(path)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.paths[key] != nil {
		return nil, &TargetError{Path: path, Problem: TargetClaimed}
	}
	if l.paths == nil {
		l.paths = map[string]*Claim{}
	}
	c := &Claim{ledger: l, key: key}
	l.paths[key] = c
	return c, nil
}

// Wrote reports whether path was claimed and kept in this run.
func (l *Ledger) Wrote(path string) bool {
	key := canonicalPath(path)
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.paths[key] != nil && l.paths[key].kept
}

// Keep records that the path was written or adopted: nobody else gets it in this run. After Release it does nothing.
func (c *Claim) Keep() {
	c.ledger.mu.Lock()
	defer c.ledger.mu.Unlock()
	if c.ledger.paths[c.key] == c {
		c.kept = true
	}
}

// Release gives the path back unless it was kept. It may be called any number of times.
func (c *Claim) Release() {
	c.ledger.mu.Lock()
	defer c.ledger.mu.Unlock()
	if c.ledger.paths[c.key] == c && !c.kept {
		delete(c.ledger.paths, c.key)
	}
}
