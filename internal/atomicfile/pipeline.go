package atomicfile

import (
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"sync"
	"sync/atomic"
)

const (
	// blockSize makes the hand-over between goroutines cheap, and fits into a second-level cache.
	blockSize = 256 << 10
	// queueBlocks is the number of blocks that wait for the slowest hash.
	queueBlocks = 3
)

type block struct {
	readers atomic.Int32
	used    int
	data    [blockSize]byte
}

var blocks = sync.Pool{New: func() any { return new(block) }}

func newBlock() *block {
	b, ok := blocks.Get().(*block)
	if !ok {
		b = new(block)
	}
	b.used = 0
	return b
}

func (b *block) done() {
	if b.readers.Add(-1) == 0 {
		blocks.Put(b)
	}
}

var errEnded = errors.New("atomicfile: write to a content that has ended")

// pipeline feeds content to several hashes, each on a goroutine of its own if there is more than one block.
type pipeline struct {
	hashes  []hash.Hash
	queues  []chan *block // empty while the content fits into one block
	workers sync.WaitGroup
	current *block
	size    int64
	ended   bool
}

func newPipeline(hashes ...hash.Hash) *pipeline { return &pipeline{hashes: hashes} }

func (p *pipeline) Write(b []byte) (int, error) {
	if p.ended {
		return 0, errEnded
	}
	for rest := b; len(rest) > 0; {
		block := p.reserve()
		n := copy(block.data[block.used:], rest)
		p.advance(n)
		rest = rest[n:]
	}
	return len(b), nil
}

// readAll adds all bytes of r, read straight into the blocks.
func (p *pipeline) readAll(r io.Reader) error {
	for {
		block := p.reserve()
		n, err := io.ReadFull(r, block.data[block.used:])
		p.advance(n)
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// reserve returns the current block with space for at least one byte. It queues a full block only when more bytes
// follow, because content of exactly one block is then hashed without goroutines.
func (p *pipeline) reserve() *block {
	if p.current != nil && p.current.used == blockSize {
		p.start()
		p.dispatch()
	}
	if p.current == nil {
		p.current = newBlock()
	}
	return p.current
}

func (p *pipeline) advance(n int) {
	p.current.used += n
	p.size += int64(n)
}

func (p *pipeline) start() {
	if len(p.queues) > 0 {
		return
	}
	for _, h := range p.hashes {
		queue := make(chan *block, queueBlocks)
		p.queues = append(p.queues, queue)
		p.workers.Go(func() {
			for b := range queue {
				h.Write(b.data[:b.used])
				b.done()
			}
		})
	}
}

func (p *pipeline) dispatch() {
	b := p.current
	p.current = nil
	b.readers.Store(int32(len(p.hashes)))
	for _, queue := range p.queues {
		queue <- b
	}
}

// end passes the remaining bytes to the hashes and waits for them. It is idempotent.
func (p *pipeline) end() {
	if p.ended {
		return
	}
	p.ended = true
	switch {
	case p.current == nil:
	case len(p.queues) > 0:
		p.dispatch()
	default:
		for _, h := range p.hashes {
			h.Write(p.current.data[:p.current.used])
		}
		blocks.Put(p.current)
		p.current = nil
	}
	for _, queue := range p.queues {
		close(queue)
	}
	p.queues = p.queues[:0]
	p.workers.Wait()
}

func (p *pipeline) reset() {
	p.end()
	for _, h := range p.hashes {
		h.Reset()
	}
	p.size, p.ended = 0, false
}

func (p *pipeline) hex() string {
	p.end()
	return hex.EncodeToString(p.hashes[0].Sum(nil))
}
