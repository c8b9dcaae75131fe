//go:build unix && !linux && !darwin

package atomicfile

// processStart returns "", because these systems differ in it.
func processStart(int) string { return "" }
