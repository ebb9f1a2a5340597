// 5 bits: the low four as in Q4_0, the fifth of element i in bit i of `high`, a little-endian word.

// Q5_0: w = d · (q - 16)
typedef struct {
    f16_bytes d;
    uint8_t high[4];
    uint8_t q[16];
} block_q5_0;

// Q5_1: w = d · q + m
typedef struct {
    f16_bytes d;
    f16_bytes m;
    uint8_t high[4];
    uint8_t q[16];
} block_q5_1;

// The 32 numbers, 0 to 31 each.
QK_INLINE void unpack_five_bits(const uint8_t high[4], const uint8_t q[16], int32_t out[32]) {
    uint32_t bits = word_of(high) | (uint32_t)word_of(high + 2) << 16;
    for (int i = 0; i < 16; i++) {
        out[i] = (int32_t)((q[i] & 15) | (bits >> i & 1) << 4);
        out[i + 16] = (int32_t)((q[i] >> 4) | (bits >> (i + 16) & 1) << 4);
    }
}

QK_INLINE void unpack_q5_0(const block_q5_0 *block, float *restrict out) {
    float d = f16_value(block->d);
    int32_t q[32];
    unpack_five_bits(block->high, block->q, q);
    for (int i = 0; i < 32; i++) {
        out[i] = d * (float)(q[i] - 16);
    }
}

QK_INLINE void unpack_q5_1(const block_q5_1 *block, float *restrict out) {
    float d = f16_value(block->d);
    float m = f16_value(block->m);
    int32_t q[32];
    unpack_five_bits(block->high, block->q, q);
    for (int i = 0; i < 32; i++) {
        out[i] = d * (float)q[i] + m;
    }
}
