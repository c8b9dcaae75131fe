//go:build unix && !linux

package artifact

func newPlacers() []placer { return []placer{linkNew} }
