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

// starts compares how long two programs take from their start to the handshake, in seconds.
type starts struct {
	Provider float64 `json:"provider_seconds"`
	// Empty is a provider of the same framework that has nothing.
	Empty float64 `json:"empty_seconds"`
}

// handshakes is how often each program is started: milliseconds are easily disturbed.
const handshakes = 21

func (b *bench) compareStarts(ctx context.Context, quick bool) (*starts, error) {
	times := handshakes
	if quick {
		times = 7
	}
	var provider, empty []float64
	measure := func(samples *[]float64, program string) step {
		return turn(samples, func(ctx context.Context) (float64, error) { return handshake(ctx, program) })
	}
	// The first start of a program reads it from the disk.
	var cold []float64
	if err := inTurn(ctx, measure(&cold, b.provider), measure(&cold, b.empty)); err != nil {
		return nil, err
	}
	for range times {
		if err := inTurn(ctx, measure(&provider, b.provider), measure(&empty, b.empty)); err != nil {
			return nil, err
		}
	}
	return &starts{Provider: median(provider), Empty: median(empty)}, nil
}

// handshake starts a provider as Terraform does and returns the seconds until it says where it listens.
func handshake(ctx context.Context, program string) (float64, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	command := exec.CommandContext(ctx, program)
	// What tells a provider that it is Terraform which starts it; the value is the same for every provider.
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
	_ = command.Wait() // killed
	if fields := strings.Split(strings.TrimSpace(line), "|"); err != nil || len(fields) < 5 {
		return 0, fmt.Errorf("no handshake from %s but %q: %w", program, line, err)
	}
	return seconds, nil
}
