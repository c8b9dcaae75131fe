// Package pluginserver serves a provider as Terraform's child process, and keeps the process's memory and time per
// resource constant. Each part names the measured gain.
package pluginserver
