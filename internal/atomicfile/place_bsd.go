//go:build unix && !linux

package atomicfile

func newPlacers() []placer { return []placer{linkNew} }
