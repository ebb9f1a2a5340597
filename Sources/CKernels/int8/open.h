// Blocks of 32 taken out of a file's blocks: codes in planes, and scales as they are stored.

typedef struct {
    uint32_t planes[8];
    uint32_t head[2];  // f16 or f32; in the first block of a span
    uint8_t bytes[2];
} open_block;

QK_INLINE uint16_t f16_bits(f16_bytes half) {
    return word_of(half.bytes);
}

// Codes of 4 bits that already lie as a plane does.
QK_INLINE void copy_nibbles(const uint8_t q[16], open_block *out) {
    __builtin_memcpy(out->planes, q, 16);
}

// Signed bytes, biased.
QK_INLINE void copy_bytes(const int8_t q[QK_BLOCK], open_block *out) {
    __builtin_memcpy(out->planes, q, QK_BLOCK);
    for (int j = 0; j < 8; j++) {
        out->planes[j] ^= 0x80808080;  // 128 more, modulo 256, is the other highest bit
    }
}

QK_INLINE void open_q8_0(const block_q8_0 *block, int part, open_block *out) {
    (void)part;
    out->head[0] = f16_bits(block->d);
    copy_bytes(block->q, out);
}

QK_INLINE void open_q4_0(const block_q4_0 *block, int part, open_block *out) {
    (void)part;
    out->head[0] = f16_bits(block->d);
    copy_nibbles(block->q, out);
}

QK_INLINE void open_q4_1(const block_q4_1 *block, int part, open_block *out) {
    (void)part;
    out->head[0] = f16_bits(block->d);
    out->head[1] = f16_bits(block->m);
    copy_nibbles(block->q, out);
}

QK_INLINE void open_five_bits(const uint8_t high[4], const uint8_t q[16], open_block *out) {
    int32_t wide[QK_BLOCK];
    uint8_t codes[QK_BLOCK];
    unpack_five_bits(high, q, wide);
    for (int i = 0; i < QK_BLOCK; i++) {
        codes[i] = (uint8_t)wide[i];
    }
    planes_of(5, codes, out->planes);
}

QK_INLINE void open_q5_0(const block_q5_0 *block, int part, open_block *out) {
    (void)part;
    out->head[0] = f16_bits(block->d);
    open_five_bits(block->high, block->q, out);
}

QK_INLINE void open_q5_1(const block_q5_1 *block, int part, open_block *out) {
    (void)part;
    out->head[0] = f16_bits(block->d);
    out->head[1] = f16_bits(block->m);
    open_five_bits(block->high, block->q, out);
}

QK_INLINE void open_q2_k(const block_q2_k *block, int part, open_block *out) {
    out->head[0] = f16_bits(block->d);
    out->head[1] = f16_bits(block->dmin);
    uint8_t codes[QK_BLOCK];
    for (int i = 0; i < QK_BLOCK; i++) {
        codes[i] = block->q[part / 4 * 32 + i] >> part % 4 * 2 & 3;
    }
    planes_of(2, codes, out->planes);
    __builtin_memcpy(out->bytes, block->scales + 2 * part, 2);
}

QK_INLINE void open_q3_k(const block_q3_k *block, int part, open_block *out) {
    out->head[0] = f16_bits(block->d);
    uint8_t codes[QK_BLOCK];
    for (int i = 0; i < QK_BLOCK; i++) {
        int low = block->q[part / 4 * 32 + i] >> part % 4 * 2 & 3;
        codes[i] = (uint8_t)(low | (block->high[i] >> part & 1) << 2);
    }
    planes_of(3, codes, out->planes);
    out->bytes[0] = (uint8_t)scale_q3_k(block->scales, 2 * part);
    out->bytes[1] = (uint8_t)scale_q3_k(block->scales, 2 * part + 1);
}

QK_INLINE void open_q4_k(const block_q4_k *block, int part, open_block *out) {
    out->head[0] = f16_bits(block->d);
    out->head[1] = f16_bits(block->dmin);
    uint8_t codes[QK_BLOCK];
    for (int i = 0; i < QK_BLOCK; i++) {
        codes[i] = block->q[part / 2 * 32 + i] >> part % 2 * 4 & 15;
    }
    planes_of(4, codes, out->planes);
    out->bytes[0] = (uint8_t)scale_q4_k(block->scales, part);
    out->bytes[1] = (uint8_t)minimum_q4_k(block->scales, part);
}

QK_INLINE void open_q5_k(const block_q5_k *block, int part, open_block *out) {
    out->head[0] = f16_bits(block->d);
    out->head[1] = f16_bits(block->dmin);
    uint8_t codes[QK_BLOCK];
    for (int i = 0; i < QK_BLOCK; i++) {
        int low = block->q[part / 2 * 32 + i] >> part % 2 * 4 & 15;
        codes[i] = (uint8_t)(low | (block->high[i] >> part & 1) << 4);
    }
    planes_of(5, codes, out->planes);
    out->bytes[0] = (uint8_t)scale_q4_k(block->scales, part);
    out->bytes[1] = (uint8_t)minimum_q4_k(block->scales, part);
}

QK_INLINE void open_q6_k(const block_q6_k *block, int part, open_block *out) {
    out->head[0] = f16_bits(block->d);
    uint8_t codes[QK_BLOCK];
    const uint8_t *low = block->low + part / 4 * 64 + part % 2 * 32;
    const uint8_t *high = block->high + part / 4 * 32;
    for (int i = 0; i < QK_BLOCK; i++) {
        codes[i] = (uint8_t)((low[i] >> part % 4 / 2 * 4 & 15) | (high[i] >> part % 4 * 2 & 3) << 4);
    }
    planes_of(6, codes, out->planes);
    __builtin_memcpy(out->bytes, block->scales + 2 * part, 2);
}

QK_INLINE void open_iq4_nl(const block_iq4_nl *block, int part, open_block *out) {
    (void)part;
    out->head[0] = f16_bits(block->d);
    copy_nibbles(block->q, out);
}

QK_INLINE void open_iq4_xs(const block_iq4_xs *block, int part, open_block *out) {
    out->head[0] = f16_bits(block->d);
    copy_nibbles(block->q + 16 * part, out);
    out->bytes[0] = (uint8_t)scale_iq4_xs(block, part);
}

QK_INLINE void open_mxfp4(const block_mxfp4 *block, int part, open_block *out) {
    (void)part;
    copy_nibbles(block->q, out);
    out->bytes[0] = block->exponent;
}

QK_INLINE uint32_t f32_bits(f32_bytes bytes) {
    uint32_t bits;
    __builtin_memcpy(&bits, bytes.bytes, sizeof bits);
    return bits;
}

QK_INLINE void open_int4_group(const block_int4_group *block, int part, open_block *out) {
    (void)part;
    out->head[0] = f16_bits(block->scale);
    out->bytes[0] = block->zero;
    copy_nibbles(block->q, out);
}

QK_INLINE void open_int4_group_f32(const block_int4_group_f32 *block, int part, open_block *out) {
    (void)part;
    out->head[0] = f32_bits(block->scale);
    out->bytes[0] = block->zero;
    copy_nibbles(block->q, out);
}

QK_INLINE void open_int8_group(const block_int8_group *block, int part, open_block *out) {
    (void)part;
    out->head[0] = f32_bits(block->scale);
    copy_bytes(block->q, out);
}

QK_INLINE void open_int8_group_zero(const block_int8_group_zero *block, int part, open_block *out) {
    (void)part;
    out->head[0] = f32_bits(block->scale);
    out->bytes[0] = (uint8_t)block->zero;
    copy_bytes(block->q, out);
}

// Block b, of 32, of a row of blocks.
QK_INLINE void open_part(const qk_quant type, const void *row, ptrdiff_t b, open_block *out) {
    const packed_layout l = packed_layout_of(type);
    ptrdiff_t block = b / l.span;
    int part = (int)(b % l.span);
    switch (type) {
#define QK_CASE(constant, name, elements, bytes)                 \
    case constant:                                               \
        open_##name((const block_##name *)row + block, part, out); \
        break;
        QK_PACKED_TYPES(QK_CASE)
#undef QK_CASE
    default: break;  // has no packed form
    }
}
