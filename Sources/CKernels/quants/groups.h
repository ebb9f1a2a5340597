// Blocks that no file has: what the weights of GPTQ, AWQ, compressed-tensors and FP8 checkpoints are repacked into at
// loading. 32 elements each; wider groups, and rows and tensors with one scale, repeat it.

typedef struct {
    uint8_t bytes[4];
} f32_bytes;

// int4_group: w = scale · (q - zero), with halves of bytes as in Q4_0. GPTQ's zeros reach from 0 to 16.
typedef struct {
    f16_bytes scale;
    uint8_t zero;
    uint8_t q[16];
} block_int4_group;

// int4_group_f32: the same, for scales that are not f16.
typedef struct {
    f32_bytes scale;
    uint8_t zero;
    uint8_t q[16];
} block_int4_group_f32;

// int8_group: w = scale · q
typedef struct {
    f32_bytes scale;
    int8_t q[32];
} block_int8_group;

// int8_group_zero: w = scale · (q - zero)
typedef struct {
    f32_bytes scale;
    int8_t zero;
    int8_t q[32];
} block_int8_group_zero;

// fp8_group: w = scale · q, where q is E4M3: sign, 4 bits of exponent with a bias of 7, 3 of mantissa; no infinity, and
// NaN where all bits but the sign are set. Source: Micikevicius et al., FP8 Formats for Deep Learning, 2022.
typedef struct {
    f32_bytes scale;
    uint8_t q[32];
} block_fp8_group;

QK_INLINE float f32_value(f32_bytes bytes) {
    float value;
    __builtin_memcpy(&value, bytes.bytes, sizeof value);
    return value;
}

QK_INLINE void unpack_int4(float scale, int zero, const uint8_t q[16], float *restrict out) {
    for (int i = 0; i < 16; i++) {
        out[i] = scale * (float)((q[i] & 15) - zero);
        out[i + 16] = scale * (float)((q[i] >> 4) - zero);
    }
}

QK_INLINE void unpack_int4_group(const block_int4_group *block, float *restrict out) {
    unpack_int4(f16_value(block->scale), block->zero, block->q, out);
}

QK_INLINE void unpack_int4_group_f32(const block_int4_group_f32 *block, float *restrict out) {
    unpack_int4(f32_value(block->scale), block->zero, block->q, out);
}

QK_INLINE void unpack_int8(float scale, int zero, const int8_t q[32], float *restrict out) {
    for (int i = 0; i < 32; i++) {
        out[i] = scale * (float)(q[i] - zero);
    }
}

QK_INLINE void unpack_int8_group(const block_int8_group *block, float *restrict out) {
    unpack_int8(f32_value(block->scale), 0, block->q, out);
}

QK_INLINE void unpack_int8_group_zero(const block_int8_group_zero *block, float *restrict out) {
    unpack_int8(f32_value(block->scale), block->zero, block->q, out);
}

typedef uint8_t vbyte __attribute__((vector_size(QK_LANES)));

// Moved three bits up, a number is an f16 whose exponent has a bias of 15 instead of 7: 2^8 times too small.
QK_INLINE vf e4m3_values(const uint8_t *q) {
    vbyte codes;
    __builtin_memcpy(&codes, q, sizeof codes);
    vh wide = __builtin_convertvector(codes, vh);
    vh magnitude = (wide & 0x7f) << 7;
    vh nan = (vh)(magnitude == 0x3f80) & 0x7e00;
    return widen_f16_lanes(magnitude | nan | (wide & 0x80) << 8) * 256;
}

QK_INLINE void unpack_fp8_group(const block_fp8_group *block, float *restrict out) {
    vf scale = vf_all(f32_value(block->scale));
    for (int i = 0; i < 32; i += QK_LANES) {
        vf_store(out + i, scale * e4m3_values(block->q + i));
    }
}
