// 4 bits: byte i holds element i in its low and element i + 16 in its high half.

// Q4_0: w = d · (q - 8)
typedef struct {
    f16_bytes d;
    uint8_t q[16];
} block_q4_0;

// Q4_1: w = d · q + m
typedef struct {
    f16_bytes d;
    f16_bytes m;
    uint8_t q[16];
} block_q4_1;

QK_INLINE void unpack_q4_0(const block_q4_0 *block, float *restrict out) {
    float d = f16_value(block->d);
    for (int i = 0; i < 16; i++) {
        out[i] = d * (float)((block->q[i] & 15) - 8);
        out[i + 16] = d * (float)((block->q[i] >> 4) - 8);
    }
}

QK_INLINE void unpack_q4_1(const block_q4_1 *block, float *restrict out) {
    float d = f16_value(block->d);
    float m = f16_value(block->m);
    for (int i = 0; i < 16; i++) {
        out[i] = d * (float)(block->q[i] & 15) + m;
        out[i + 16] = d * (float)(block->q[i] >> 4) + m;
    }
}
