package httpclient

import (
	"fmt"
	"time"
)

// Progress is how far the transfer of a body is.
type Progress struct {
	// Read is the number of bytes received, before decoding, and Total the announced number, or -1.
	Read, Total int64
	// Elapsed is the time since the start of the body, and Silent the time since its last byte.
	Elapsed, Silent time.Duration
}

// Progress returns how far the transfer is. It may be called while another goroutine reads the body.
func (b *Body) Progress() Progress { return b.counter.progress() }

// Rate returns the bytes received per second, on average.
func (p Progress) Rate() int64 {
	if p.Elapsed <= 0 {
		return 0
	}
	return int64(float64(p.Read) / p.Elapsed.Seconds())
}

// Remaining returns the time that the rest needs at the average rate, or 0 if it is unknown.
func (p Progress) Remaining() time.Duration {
	rate := p.Rate()
	if rate == 0 || p.Total <= p.Read {
		return 0
	}
	const longest = 1000 * 60 * 60 // seconds; a longer time does not fit into a Duration
	seconds := min(float64(p.Total-p.Read)/float64(rate), longest)
	return time.Duration(seconds * float64(time.Second))
}

// noticeableSilence is the silence that an error mentions.
const noticeableSilence = 5 * time.Second

// String continues a sentence that ends with "the timeout was reached".
func (p Progress) String() string {
	if p.Total >= 0 && p.Read >= p.Total {
		return fmt.Sprintf("after all %d bytes had arrived, but before they were unpacked and saved", p.Read)
	}
	text := fmt.Sprintf("after %d bytes of an unknown number (%s)", p.Read, rateText(p.Rate()))
	if p.Total >= 0 {
		text = fmt.Sprintf("after %d of %d bytes (%d %%, %s)", p.Read, p.Total, 100*p.Read/p.Total, rateText(p.Rate()))
	}
	if p.Silent >= noticeableSilence {
		return text + fmt.Sprintf(", %s after the last byte", RoundDuration(p.Silent))
	}
	if remaining := p.Remaining(); remaining > 0 {
		text += fmt.Sprintf("; at this rate the rest takes %s", RoundDuration(remaining))
	}
	return text
}

func rateText(rate int64) string {
	const kilo, mega = 1000, 1000 * 1000
	switch {
	case rate >= 10*mega:
		return fmt.Sprintf("%d MB/s", rate/mega)
	case rate >= 10*kilo:
		return fmt.Sprintf("%d kB/s", rate/kilo)
	}
	return fmt.Sprintf("%d bytes/s", rate)
}
