// From GGUF's blocks to the packed order. A group of QK_LANES rows holds first all scales, [blocks][rows] in f16,
// filled up to a cache line; then the quants, [blocks][vectors][rows][4 bytes], so that a vector has four bytes of every row:
//     4 bits  four vectors; vector j has k = 4j … 4j + 3 in the low halves of its bytes, k + 16 in the high ones
//     8 bits  eight vectors; vector j has k = 4j … 4j + 3, plus 128

QK_INLINE ptrdiff_t packed_scale_bytes(ptrdiff_t blocks) {
    return (blocks * QK_LANES * 2 + 63) / 64 * 64;
}

QK_INLINE ptrdiff_t packed_quant_bytes(int bits) {
    return QK_BLOCK * QK_LANES * bits / 8;
}

QK_INLINE void pack_groups(int bits, const void *source, ptrdiff_t row_stride, ptrdiff_t rows, ptrdiff_t k,
                           ptrdiff_t group_begin, ptrdiff_t group_end, void *packed) {
    const ptrdiff_t block_bytes = bits == 4 ? QK_Q4_BLOCK_BYTES : QK_Q8_BLOCK_BYTES;
    const ptrdiff_t words = bits;  // of four bytes, in one row's block
    ptrdiff_t blocks = k / QK_BLOCK;
    ptrdiff_t group_bytes = qk_packed_group_bytes(k, QK_LANES, bits);
    for (ptrdiff_t group = group_begin; group < group_end; group++) {
        char *scales = (char *)packed + group * group_bytes;
        char *quants = scales + packed_scale_bytes(blocks);
        __builtin_memset(scales + blocks * QK_LANES * 2, 0, (size_t)(quants - scales - blocks * QK_LANES * 2));
        for (ptrdiff_t b = 0; b < blocks; b++) {
#pragma clang loop unroll(disable)
            for (ptrdiff_t r = 0; r < QK_LANES; r++) {
                ptrdiff_t row = group * QK_LANES + r;
                uint16_t scale = 0;
                // Whatever a row of zeros has for quants, its scale makes it zero.
                uint32_t block[8] = {0};
                if (row < rows) {
                    const char *from = (const char *)source + row * row_stride + b * block_bytes;
                    __builtin_memcpy(&scale, from, sizeof scale);
                    __builtin_memcpy(block, from + sizeof scale, (size_t)(4 * words));
                }
                __builtin_memcpy(scales + (b * QK_LANES + r) * 2, &scale, sizeof scale);
#pragma clang loop unroll(full)
                for (ptrdiff_t j = 0; j < words; j++) {
                    // 128 more, modulo 256, is the other highest bit.
                    uint32_t word = block[j] ^ (bits == 8 ? 0x80808080 : 0);
                    __builtin_memcpy(quants + ((b * words + j) * QK_LANES + r) * 4, &word, sizeof word);
                }
            }
        }
    }
}

static void pack_q4(const void *source, ptrdiff_t row_stride, ptrdiff_t rows, ptrdiff_t k,
                    ptrdiff_t group_begin, ptrdiff_t group_end, void *packed) {
    pack_groups(4, source, row_stride, rows, k, group_begin, group_end, packed);
}

static void pack_q8(const void *source, ptrdiff_t row_stride, ptrdiff_t rows, ptrdiff_t k,
                    ptrdiff_t group_begin, ptrdiff_t group_end, void *packed) {
    pack_groups(8, source, row_stride, rows, k, group_begin, group_end, packed);
}
