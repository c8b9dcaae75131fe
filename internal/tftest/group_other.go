//go:build !unix

package tftest

import "os/exec"

func separate(*exec.Cmd) {}

func killGroup(*exec.Cmd) {}
