// 4 bits that choose from 16 values, closer together near zero, where weights are.

static const float iq4_values[16] = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113,
};

// IQ4_NL: w = d · value; halves of bytes as in Q4_0.
typedef struct {
    f16_bytes d;
    uint8_t q[16];
} block_iq4_nl;

// IQ4_XS: 8 groups of 32, each laid out like an IQ4_NL block. w = (d · (scale - 32)) · value, where a scale has its low
// four bits in a half of a byte and its high two in a little-endian word.
typedef struct {
    f16_bytes d;
    uint8_t scales_high[2];
    uint8_t scales_low[4];
    uint8_t q[128];
} block_iq4_xs;

QK_INLINE int scale_iq4_xs(const block_iq4_xs *block, int group) {
    int low = block->scales_low[group / 2] >> group % 2 * 4 & 15;
    int high = word_of(block->scales_high) >> 2 * group & 3;
    return (low | high << 4) - 32;
}

// 16 bytes that choose 32 of `values`, times a scale.
QK_INLINE void unpack_chosen(const float values[16], float scale, const uint8_t q[16], float *restrict out) {
    for (int i = 0; i < 16; i++) {
        out[i] = scale * values[q[i] & 15];
        out[i + 16] = scale * values[q[i] >> 4];
    }
}

QK_INLINE void unpack_iq4_nl(const block_iq4_nl *block, float *restrict out) {
    unpack_chosen(iq4_values, f16_value(block->d), block->q, out);
}

QK_INLINE void unpack_iq4_xs(const block_iq4_xs *block, float *restrict out) {
    float d = f16_value(block->d);
    for (int group = 0; group < 8; group++) {
        float scale = d * (float)scale_iq4_xs(block, group);
        unpack_chosen(iq4_values, scale, block->q + 16 * group, out + 32 * group);
    }
}
