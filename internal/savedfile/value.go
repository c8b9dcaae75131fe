package savedfile

// Value is an argument of a configuration: known, none, or unknown until the apply. The zero Value is none.
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

// Known returns a Value that is known.
func Known[T comparable](value T) Value[T] { return Value[T]{value: value, state: known} }

// Unknown returns a Value that only the apply will know.
func Unknown[T comparable]() Value[T] { return Value[T]{state: unknown} }

// IsNone reports whether the configuration leaves the argument out.
func (v Value[T]) IsNone() bool { return v.state == none }

// IsUnknown reports whether only the apply will know the argument.
func (v Value[T]) IsUnknown() bool { return v.state == unknown }

// Get returns the value, or the zero value of T if there is none or it is unknown.
func (v Value[T]) Get() T { return v.value }

// Is reports whether the value is known to be want.
func (v Value[T]) Is(want T) bool { return v.state == known && v.value == want }
