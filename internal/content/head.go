package content

// headSize is how much of a body is examined before any of it is delivered, in bytes.
const headSize = 64 << 10
