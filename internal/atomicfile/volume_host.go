package atomicfile

import "os"

// hostName identifies the host if the system lacks a better identifier.
func hostName() string {
	name, _ := os.Hostname()
	return name
}
