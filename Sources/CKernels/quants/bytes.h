// What blocks are made of. Their structures consist of bytes alone, because blocks lie unaligned in files.

typedef struct {
    uint8_t bytes[2];
} f16_bytes;

QK_INLINE uint16_t word_of(const uint8_t *p) {
    uint16_t word;
    __builtin_memcpy(&word, p, sizeof word);
    return word;
}

QK_INLINE float f16_value(f16_bytes half) {
    // Through a vector, which knows how to do it on every instruction set.
    return widen_f16_lanes((vh){word_of(half.bytes)})[0];
}
