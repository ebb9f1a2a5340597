// 256 elements in 8 groups of 32, each with 6 bits of scale and 6 of minimum under the block's.
// w = (d · scale) · q - (dmin · minimum)
//
// Two groups share 32 bytes of `q`: the first has the low halves, the second the high ones.

// Q4_K
typedef struct {
    f16_bytes d;
    f16_bytes dmin;
    uint8_t scales[12];
    uint8_t q[128];
} block_q4_k;

// Q5_K: the fifth bit of element i of a group is the group's bit of byte i of `high`.
typedef struct {
    f16_bytes d;
    f16_bytes dmin;
    uint8_t scales[12];
    uint8_t high[32];
    uint8_t q[128];
} block_q5_k;

// The first four groups have their 6 bits in bytes of their own: scales, then minima. Those of the last four are put
// together from a half of the last four bytes and the two bits that the first eight have left.
QK_INLINE int scale_q4_k(const uint8_t s[12], int group) {
    return group < 4 ? s[group] & 63 : (s[group + 4] & 15) | (s[group - 4] >> 6) << 4;
}

QK_INLINE int minimum_q4_k(const uint8_t s[12], int group) {
    return group < 4 ? s[group + 4] & 63 : s[group + 4] >> 4 | (s[group] >> 6) << 4;
}

QK_INLINE void unpack_q4_k(const block_q4_k *block, float *restrict out) {
    float d = f16_value(block->d);
    float dmin = f16_value(block->dmin);
    for (int group = 0; group < 8; group++) {
        float scale = d * (float)scale_q4_k(block->scales, group);
        float minimum = dmin * (float)minimum_q4_k(block->scales, group);
        const uint8_t *q = block->q + group / 2 * 32;
        int shift = group % 2 * 4;
        for (int i = 0; i < 32; i++) {
            out[group * 32 + i] = scale * (float)(q[i] >> shift & 15) - minimum;
        }
    }
}

QK_INLINE void unpack_q5_k(const block_q5_k *block, float *restrict out) {
    float d = f16_value(block->d);
    float dmin = f16_value(block->dmin);
    for (int group = 0; group < 8; group++) {
        float scale = d * (float)scale_q4_k(block->scales, group);
        float minimum = dmin * (float)minimum_q4_k(block->scales, group);
        const uint8_t *q = block->q + group / 2 * 32;
        int shift = group % 2 * 4;
        for (int i = 0; i < 32; i++) {
            int bits = (q[i] >> shift & 15) | (block->high[i] >> group & 1) << 4;
            out[group * 32 + i] = scale * (float)bits - minimum;
        }
    }
}
