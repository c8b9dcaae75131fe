package atomicfile

import "io/fs"

// A mode on Windows is the read-only attribute, which would prevent the next replacement.

func setOpenMode(tempFile, fs.FileMode) (ignored bool, err error) { return false, nil }

func (d *dir) setMode(string, fs.FileMode) (ignored bool, err error) { return false, nil }
