package rows

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The bounds of a number: longer ones are not compared.
const (
	numberPrecision = 512 // bits
	maxNumber       = 120 // characters
)

// decimal is compiled at its first use, as every pattern below provider: all of them would take 3 % of the start.
var decimal = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?$`)
})

// parseNumber parses a decimal number without separators of thousands. It ignores white space around it.
func parseNumber(text string) (number, bool) {
	text = strings.TrimSpace(text)
	if len(text) > maxNumber || !decimal().MatchString(text) {
		return number{}, false
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return number{small: n}, true
	}
	large, _, err := big.ParseFloat(text, 10, numberPrecision, big.ToNearestEven)
	return number{large: large}, err == nil
}

// The layouts of a date and of a time after it. Package time accepts fractions of a second in all of them.
var (
	isoTimes  = []string{"", " 15:04:05", "T15:04:05"}
	monTimes  = []string{"", " 15:04:05"}
	timeZones = []string{"", "Z07:00", " Z07:00", " -0700", "-0700"}
)

// parseTime parses a date, or a date and time, in RFC 3339 or in a report's format. Without an offset it is in UTC. It
// ignores case and white space around it.
func parseTime(text string) (time.Time, bool) {
	text = strings.ToUpper(strings.TrimSpace(text))
	if len(text) < len("2-Jan-2006") || len(text) > 50 {
		return time.Time{}, false
	}
	for _, zone := range []string{" UTC", " GMT"} {
		text = strings.TrimSuffix(text, zone)
	}
	date, times := "2-Jan-2006", monTimes
	if text[4] == '-' {
		date, times = "2006-01-02", isoTimes
	}
	for _, clock := range times {
		for _, zone := range timeZones {
			if clock == "" && zone != "" {
				continue
			}
			if t, err := time.Parse(date+clock+zone, text); err == nil {
				return t.UTC(), true
			}
		}
	}
	return time.Time{}, false
}
