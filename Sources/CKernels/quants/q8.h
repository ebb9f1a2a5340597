// Q8_0: 32 signed bytes and their scale. w = d · q.

typedef struct {
    f16_bytes d;
    int8_t q[32];
} block_q8_0;

QK_INLINE void unpack_q8_0(const block_q8_0 *block, float *restrict out) {
    float d = f16_value(block->d);
    for (int i = 0; i < 32; i++) {
        out[i] = d * (float)block->q[i];
    }
}
