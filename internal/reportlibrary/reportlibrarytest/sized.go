package reportlibrarytest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
)

// sizedRows is how many different rows a sized report has before they repeat: about a megabyte, far beyond the window
// of deflate, so that it compresses like a report and not like a bomb.
const sizedRows = 8192

// SizedCSV is an orders report in CSV of exactly size bytes, the same for every call. It takes about a megabyte of
// memory whatever its size, and is read at the speed of memory. Below the size of its header it is a word.
func SizedCSV(size int64) Content {
	head := []byte("order_id,common_name,product,status,issued,serial_number,notes")
	rows, width := sizedBlock("%08d,host-%06d.example.com,ssl_basic,%s,2026-%02d-%02d,%016x,note\n")
	padding := (size - int64(len(head)) - 1) % int64(width)
	if size <= int64(len(head)) {
		return Bytes(word(size))
	}
	// The last column's name takes up what is no whole row.
	head = append(head, bytes.Repeat([]byte("_"), int(padding))...)
	return &pattern{head: append(head, '\n'), block: rows, size: size}
}

// SizedJSON is SizedCSV as a JSON array of objects. Below the size of one object it is an empty array, or for one byte
// a digit.
func SizedJSON(size int64) Content {
	format := `{"order_id":"%08d","common_name":"host-%06d.example.com","status":"%s","issued":"2026-%02d-%02d",` +
		`"serial_number":"%016x"}`
	rows, width := sizedBlock(format + ",\n")
	tail := append(bytes.Clone(rows[:width-2]), "\n]\n"...)
	const open = "[\n"
	switch {
	case size < 2:
		return Bytes([]byte("0")[:max(size, 0)])
	case size < int64(len(open)+len(tail)):
		return Bytes(append(append([]byte("["), bytes.Repeat([]byte(" "), int(size)-2)...), ']'))
	}
	padding := (size - int64(len(open)+len(tail))) % int64(width)
	head := append([]byte(open), bytes.Repeat([]byte(" "), int(padding))...)
	return &pattern{head: head, block: rows, tail: tail, size: size}
}

// sizedBlock is sizedRows rows of one width.
func sizedBlock(format string) (block []byte, width int) {
	random := rand.New(rand.NewPCG(1, 2))
	for i := range sizedRows {
		status := []string{"issued ", "expired", "revoked"}[random.IntN(3)]
		block = fmt.Appendf(block, format, i, random.IntN(1_000_000), status, 1+random.IntN(12), 1+random.IntN(28),
			random.Uint64())
	}
	return block, len(block) / sizedRows
}

func word(size int64) []byte { return bytes.Repeat([]byte("x"), int(max(size, 0))) }
