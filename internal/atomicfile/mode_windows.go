package atomicfile

import "io/fs"

// A mode on Windows would be the read-only attribute, which only gets in the way of the next replacement.

func setOpenMode(tempFile, fs.FileMode) (ignored bool, err error) { return false, nil }

func (d *dir) setMode(string, fs.FileMode) (ignored bool, err error) { return false, nil }
