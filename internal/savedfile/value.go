package savedfile

// Value is a configured argument: known, none, or unknown until the apply. The zero Value is none.
type Value[T comparable] struct {
	value T
	state valueState
}

type valueState uint8

const (
	none valueState = iota
	known
	unknown
)

// Known returns a known Value.
func Known[T comparable](value T) Value[T] { return Value[T]{value: value, state: known} }

// Unknown returns an unknown Value.
func Unknown[T comparable]() Value[T] { return Value[T]{state: unknown} }

// IsNone reports whether the argument is not set.
func (v Value[T]) IsNone() bool { return v.state == none }

// IsUnknown reports whether the argument is unknown until the apply.
func (v Value[T]) IsUnknown() bool { return v.state == unknown }

// Get returns the value, or the zero value of T if it is none or unknown.
func (v Value[T]) Get() T { return v.value }

// Is reports whether the value is known and equal to want.
func (v Value[T]) Is(want T) bool { return v.state == known && v.value == want }
