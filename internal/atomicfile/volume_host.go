package atomicfile

import "os"

// hostName identifies the host where the system has nothing better.
func hostName() string {
	name, _ := os.Hostname()
	return name
}
