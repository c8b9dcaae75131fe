//go:build unix && !linux && !darwin

package atomicfile

// processStart is not known here.
func processStart(int) string { return "" }
