package main

import "testing"

func TestResourceBytes(t *testing.T) {
	// The brackets and the white space between them are part of what is written for the resources.
	state := "{\n  \"version\": 4,\n  \"resources\": [\n    {\"a\": 1},\n    {\"b\": 2}\n  ],\n  \"check_results\": null\n}\n"
	got, err := resourceBytes([]byte(state), 2)
	if want := float64(len("[\n    {\"a\": 1},\n    {\"b\": 2}\n  ]")) / 2; err != nil || got != want {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	if _, err := resourceBytes([]byte(state[:40]), 2); err == nil {
		t.Error("half a state is no error")
	}
}
