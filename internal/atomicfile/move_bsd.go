//go:build unix && !linux

package atomicfile

func renamers() []renamer { return []renamer{(*dir).linkNew} }
