package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// starts are medians of the time from a program's start to its handshake, in seconds.
type starts struct{ provider, empty float64 }

// handshakes is how often each program is started: milliseconds are easily disturbed.
const handshakes = 21

func (b *bench) compareStarts(ctx context.Context) (*starts, error) {
	var provider, empty []float64
	for range handshakes + 1 {
		if err := appendResult(&provider)(handshake(ctx, b.provider)); err != nil {
			return nil, err
		}
		if err := appendResult(&empty)(handshake(ctx, b.empty)); err != nil {
			return nil, err
		}
	}
	// The first start of each reads the program from disk.
	return &starts{median(provider[1:]), median(empty[1:])}, nil
}

// handshake starts a provider as Terraform does, and returns the seconds until it prints its address.
func handshake(ctx context.Context, program string) (float64, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	command := exec.CommandContext(ctx, program)
	// go-plugin's cookie, the same for every provider.
	command.Env = append(os.Environ(), "PLUGIN_PROTOCOL_VERSIONS=6",
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")
	out, err := command.StdoutPipe()
	if err != nil {
		return 0, err
	}
	start := time.Now()
	if err := command.Start(); err != nil {
		return 0, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	seconds := time.Since(start).Seconds()
	cancel()
	_ = command.Wait() // it was killed
	if err != nil || strings.Count(line, "|") < 4 {
		return 0, fmt.Errorf("no handshake from %s but %q: %w", program, line, err)
	}
	return seconds, nil
}
