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
	// The last column's name takes the bytes beyond whole rows.
	head = append(head, bytes.Repeat([]byte("_"), int(padding))...)
	return &pattern{head: append(head, '\n'), block: rows, size: size}
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
