// Package pluginserver serves a provider as Terraform's child process. It adds what the process needs beside the
// framework so that a resource costs the same memory and time however many there are; each part gives its measured
// number. It does not know what the provider does.
package pluginserver
