// Package tftest is the test house of the provider: a real Terraform or OpenTofu that runs our build, a client of the
// plugin protocol for tests without one, and builders of values and configurations for both.
//
// It doesn't know the provider: tests pass the provider's server, and name the blocks that they build. The programs
// behind make demo and make bench use the CLI too.
package tftest
