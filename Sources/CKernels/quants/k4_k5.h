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

// A group of 32: its scale, its minimum, and where its low four bits lie.
typedef struct {
    float scale;
    float minimum;
    const uint8_t *q;
    int shift;
} group_q4_k;

QK_INLINE group_q4_k group_of(f16_bytes d, f16_bytes dmin, const uint8_t scales[12], const uint8_t *q, int group) {
    return (group_q4_k){
        .scale = f16_value(d) * (float)scale_q4_k(scales, group),
        .minimum = f16_value(dmin) * (float)minimum_q4_k(scales, group),
        .q = q + group / 2 * 32,
        .shift = group % 2 * 4,
    };
}

QK_INLINE void unpack_q4_k(const block_q4_k *block, float *restrict out) {
    for (int group = 0; group < 8; group++) {
        group_q4_k g = group_of(block->d, block->dmin, block->scales, block->q, group);
        for (int i = 0; i < 32; i++) {
            out[group * 32 + i] = g.scale * (float)(g.q[i] >> g.shift & 15) - g.minimum;
        }
    }
}

QK_INLINE void unpack_q5_k(const block_q5_k *block, float *restrict out) {
    for (int group = 0; group < 8; group++) {
        group_q4_k g = group_of(block->d, block->dmin, block->scales, block->q, group);
        for (int i = 0; i < 32; i++) {
            int bits = (g.q[i] >> g.shift & 15) | (block->high[i] >> group & 1) << 4;
            out[group * 32 + i] = g.scale * (float)bits - g.minimum;
        }
    }
}
