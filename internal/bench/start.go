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

func compareStarts(_ context.Context, b *bench) (commands, error) {
	return commands{apply: handshake(b.provider), otherApply: handshake(b.empty)}, nil
}

// handshake measures the time from a provider's start to the output of its address.
func handshake(program string) command {
	return func(ctx context.Context) (s sample, err error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		command := exec.CommandContext(ctx, program)
		// go-plugin's cookie is the same for every provider.
		command.Env = append(os.Environ(), "PLUGIN_PROTOCOL_VERSIONS=6",
			"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")
		out, err := command.StdoutPipe()
		if err != nil {
			return s, err
		}
		start := time.Now()
		if err := command.Start(); err != nil {
			return s, err
		}
		line, err := bufio.NewReader(out).ReadString('\n')
		s.seconds = time.Since(start).Seconds()
		cancel()
		_ = command.Wait() // it was killed
		s.cpuSeconds = (command.ProcessState.UserTime() + command.ProcessState.SystemTime()).Seconds()
		if err != nil || strings.Count(line, "|") < 4 {
			return s, fmt.Errorf("no handshake from %s but %q: %w", program, line, err)
		}
		return s, nil
	}
}
