// 256 elements in 16 groups of 16, each with a scale of its own under the block's.
//
// The low two bits of an element lie in `q`: each half of the block has 32 bytes, and byte i of them holds elements
// i, i + 32, i + 64 and i + 96 of the half, from its lowest bits on.

// Q2_K: w = (d · scale) · q - (dmin · minimum); scale in the low, minimum in the high half of a group's byte.
typedef struct {
    uint8_t scales[16];
    uint8_t q[64];
    f16_bytes d;
    f16_bytes dmin;
} block_q2_k;

// Q3_K: w = (d · (scale - 32)) · (q - 4); the third bit of element i + 32 · n is bit n of byte i of `high`.
typedef struct {
    uint8_t high[32];
    uint8_t q[64];
    uint8_t scales[12];
    f16_bytes d;
} block_q3_k;

QK_INLINE void unpack_q2_k(const block_q2_k *block, float *restrict out) {
    float d = f16_value(block->d);
    float dmin = f16_value(block->dmin);
    for (int group = 0; group < 16; group++) {
        float scale = d * (float)(block->scales[group] & 15);
        float minimum = dmin * (float)(block->scales[group] >> 4);
        const uint8_t *q = block->q + group / 8 * 32 + group % 2 * 16;
        int shift = group % 8 / 2 * 2;
        for (int i = 0; i < 16; i++) {
            out[group * 16 + i] = scale * (float)(q[i] >> shift & 3) - minimum;
        }
    }
}

// A group's 6 bits: four from the halves of the first eight bytes, two from the quarters of the last four.
QK_INLINE int scale_q3_k(const uint8_t scales[12], int group) {
    int low = scales[group % 8] >> group / 8 * 4 & 15;
    int high = scales[8 + group % 4] >> group / 4 * 2 & 3;
    return (low | high << 4) - 32;
}

QK_INLINE void unpack_q3_k(const block_q3_k *block, float *restrict out) {
    float d = f16_value(block->d);
    for (int group = 0; group < 16; group++) {
        float scale = d * (float)scale_q3_k(block->scales, group);
        const uint8_t *q = block->q + group / 8 * 32 + group % 2 * 16;
        const uint8_t *high = block->high + group % 2 * 16;
        int shift = group % 8 / 2 * 2;
        for (int i = 0; i < 16; i++) {
            int bits = (q[i] >> shift & 3) | (high[i] >> group / 2 & 1) << 2;
            out[group * 16 + i] = scale * (float)(bits - 4);
        }
    }
}
