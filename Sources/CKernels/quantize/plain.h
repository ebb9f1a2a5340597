// Blocks of 32 with one scale, rounded in one go: bit for bit what Python's gguf makes of the same floats.

QK_INLINE int32_t at_most(int32_t q, int32_t top) {
    return q < top ? q : top;
}

// q = ⌊x · inverse + middle + 1/2⌋, from 0 to top.
QK_INLINE void round_about(const float *x, float inverse, float middle, int32_t top, int32_t q[32]) {
    for (int i = 0; i < 32; i++) {
        q[i] = at_most((int32_t)(x[i] * inverse + middle), top);
    }
}

QK_INLINE void pack_halves(const int32_t q[32], uint8_t out[16]) {
    for (int i = 0; i < 16; i++) {
        out[i] = (uint8_t)((q[i] & 15) | (q[i + 16] & 15) << 4);
    }
}

QK_INLINE void pack_fifth_bits(const int32_t q[32], uint8_t out[4]) {
    for (int byte = 0; byte < 4; byte++) {
        int32_t bits = 0;
        for (int i = 0; i < 8; i++) {
            bits |= q[byte * 8 + i] >> 4 << i;
        }
        out[byte] = (uint8_t)bits;
    }
}

// The extreme becomes the lowest number, of which there is one more than of the highest.
QK_INLINE f16_bytes quantize_signed(const float *x, int bits, int32_t q[32]) {
    int32_t middle = 1 << (bits - 1);
    float d = extreme_of(x, 32) / (float)-middle;
    round_about(x, inverse_of(d), (float)middle + 0.5f, 2 * middle - 1, q);
    return half_of(d);
}

QK_INLINE void quantize_from_minimum(const float *x, int bits, f16_bytes *d, f16_bytes *m, int32_t q[32]) {
    v16 low = v16_load(x);
    v16 high = v16_load(x + 16);
    float smallest = v16_smallest(v16_min(low, high));
    float step = (v16_largest(v16_max(low, high)) - smallest) / (float)((1 << bits) - 1);
    float inverse = inverse_of(step);
    for (int i = 0; i < 32; i++) {
        q[i] = at_most((int32_t)((x[i] - smallest) * inverse + 0.5f), (1 << bits) - 1);
    }
    *d = half_of(step);
    *m = half_of(smallest);
}

static void pack_q4_0(const float *x, block_q4_0 *block) {
    int32_t q[32];
    block->d = quantize_signed(x, 4, q);
    pack_halves(q, block->q);
}

static void pack_q4_1(const float *x, block_q4_1 *block) {
    int32_t q[32];
    quantize_from_minimum(x, 4, &block->d, &block->m, q);
    pack_halves(q, block->q);
}

static void pack_q5_0(const float *x, block_q5_0 *block) {
    int32_t q[32];
    block->d = quantize_signed(x, 5, q);
    pack_halves(q, block->q);
    pack_fifth_bits(q, block->high);
}

static void pack_q5_1(const float *x, block_q5_1 *block) {
    int32_t q[32];
    quantize_from_minimum(x, 5, &block->d, &block->m, q);
    pack_halves(q, block->q);
    pack_fifth_bits(q, block->high);
}

static void pack_q8_0(const float *x, block_q8_0 *block) {
    float d = __builtin_fabsf(extreme_of(x, 32)) / 127;
    float inverse = inverse_of(d);
    for (int i = 0; i < 32; i++) {
        // Halves away from zero.
        float scaled = __builtin_fabsf(x[i] * inverse);
        int32_t whole = (int32_t)scaled;
        int32_t rounded = whole + (int32_t)(2 * (scaled - (float)whole));
        block->q[i] = (int8_t)(x[i] < 0 ? -rounded : rounded);
    }
    block->d = half_of(d);
}
