package rows

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Condition compares one cell of a row.
type Condition struct {
	Column   string
	Operator string
	Value    *string  // the operand; nil for operators without one
	Values   []string // the operands of the operator in
}

// Arguments tells which arguments an operator has besides the column.
type Arguments int

// The arguments of an operator.
const (
	NoValue Arguments = iota + 1
	OneValue
	ManyValues
)

// test reports whether a cell meets a condition. readable is false if the cell does not have the operator's type.
type test func(cell string) (holds, readable bool)

// operator creates the test of a condition with complete arguments. An error is about the value.
type operator struct {
	name      string
	arguments Arguments
	compile   func(c Condition) (test, error)
}

var operators = []operator{
	{"equals", OneValue, func(c Condition) (test, error) {
		return textTest(func(cell string) bool { return cell == *c.Value }), nil
	}},
	{"not_equals", OneValue, func(c Condition) (test, error) {
		return textTest(func(cell string) bool { return cell != *c.Value }), nil
	}},
	{"in", ManyValues, func(c Condition) (test, error) {
		set := make(map[string]struct{}, len(c.Values))
		for _, value := range c.Values {
			set[value] = struct{}{}
		}
		return textTest(func(cell string) bool { _, ok := set[cell]; return ok }), nil
	}},
	{"contains", OneValue, func(c Condition) (test, error) {
		if *c.Value == "" {
			return nil, errors.New("an empty text is in every cell")
		}
		return textTest(func(cell string) bool { return strings.Contains(cell, *c.Value) }), nil
	}},
	{"matches", OneValue, func(c Condition) (test, error) {
		pattern, err := regexp.Compile(*c.Value)
		if err != nil {
			return nil, err
		}
		return textTest(pattern.MatchString), nil
	}},
	{"before", OneValue, func(c Condition) (test, error) { return dateTest(c, time.Time.Before) }},
	{"after", OneValue, func(c Condition) (test, error) { return dateTest(c, time.Time.After) }},
	{"less_than", OneValue, func(c Condition) (test, error) { return numberTest(c, -1) }},
	{"greater_than", OneValue, func(c Condition) (test, error) { return numberTest(c, 1) }},
	{"is_empty", NoValue, func(Condition) (test, error) {
		return textTest(func(cell string) bool { return strings.TrimSpace(cell) == "" }), nil
	}},
}

// Operators returns the names of all operators.
func Operators() (names []string) {
	for _, o := range operators {
		names = append(names, o.name)
	}
	return names
}

// ArgumentsOf returns the arguments of an operator, 0 for an unknown one.
func ArgumentsOf(name string) Arguments {
	if i := operatorIndex(name); i >= 0 {
		return operators[i].arguments
	}
	return 0
}

func operatorIndex(name string) int {
	return slices.IndexFunc(operators, func(o operator) bool { return o.name == name })
}

// ConditionError reports an invalid condition.
type ConditionError struct {
	Argument string // column, operator, value or values
	Reason   string // a sentence without a full stop at the end
}

func (e *ConditionError) Error() string { return e.Argument + ": " + e.Reason }

// Check returns a *ConditionError for an unknown operator, a missing or extra argument, or a value of another type than
// the operator's.
func (c Condition) Check() error {
	_, err := c.compile()
	return err
}

func (c Condition) compile() (test, error) {
	i := operatorIndex(c.Operator)
	if i < 0 {
		return nil, &ConditionError{"operator", fmt.Sprintf("%q is not an operator; the operators are %s", c.Operator,
			strings.Join(Operators(), ", "))}
	}
	o := operators[i]
	if err := c.checkArguments(o.arguments); err != nil {
		return nil, err
	}
	t, err := o.compile(c)
	if err != nil {
		return nil, &ConditionError{"value", fmt.Sprintf("%q does not fit the operator %s: %v", *c.Value, c.Operator, err)}
	}
	return t, nil
}

func (c Condition) checkArguments(arguments Arguments) error {
	wrong := func(argument, format string) error {
		return &ConditionError{argument, fmt.Sprintf(format, c.Operator)}
	}
	switch {
	case arguments == OneValue && c.Value == nil:
		return wrong("value", "the operator %s needs value")
	case arguments == ManyValues && len(c.Values) == 0:
		return wrong("values", "the operator %s needs values with at least one text")
	case arguments != OneValue && c.Value != nil:
		return wrong("value", "the operator %s takes no value")
	case arguments != ManyValues && c.Values != nil:
		return wrong("values", "the operator %s takes no values")
	}
	return nil
}

func textTest(holds func(cell string) bool) test {
	return func(cell string) (bool, bool) { return holds(cell), true }
}

func dateTest(c Condition, compare func(cell, value time.Time) bool) (test, error) {
	value, ok := parseTime(*c.Value)
	if !ok {
		return nil, errors.New("a date or time looks like 2026-01-31, 2026-01-31 09:15:48, 31-Jan-2026 or " +
			"2026-01-31T09:15:48Z")
	}
	return func(cell string) (bool, bool) {
		at, ok := parseTime(cell)
		return ok && compare(at, value), ok
	}, nil
}

func numberTest(c Condition, sign int) (test, error) {
	value, ok := parseNumber(*c.Value)
	if !ok {
		return nil, errors.New("a number looks like 12, -3.5 or 1e6")
	}
	return func(cell string) (bool, bool) {
		n, ok := parseNumber(cell)
		return ok && n.compare(value) == sign, ok
	}, nil
}

type number struct {
	small int64 // valid if large is nil
	large *big.Float
}

func (n number) compare(other number) int {
	if n.large == nil && other.large == nil {
		switch {
		case n.small < other.small:
			return -1
		case n.small > other.small:
			return 1
		}
		return 0
	}
	return n.float().Cmp(other.float())
}

func (n number) float() *big.Float {
	if n.large != nil {
		return n.large
	}
	return new(big.Float).SetPrec(numberPrecision).SetInt64(n.small)
}
