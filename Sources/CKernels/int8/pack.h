// From a file's blocks to the packed order of layout.h and codes.h.

QK_INLINE void pack_groups(const qk_quant type, const void *source, ptrdiff_t row_stride, ptrdiff_t rows, ptrdiff_t k,
                           ptrdiff_t group_begin, ptrdiff_t group_end, char *packed) {
    const packed_layout l = packed_layout_of(type);
    const ptrdiff_t blocks = k / QK_BLOCK;
    const ptrdiff_t scale_bytes = packed_scale_bytes(l, blocks, QK_LANES);
    const ptrdiff_t code_bytes = packed_code_bytes(l, QK_LANES);
    const ptrdiff_t used = blocks / l.span * packed_span_bytes(l, QK_LANES);
    for (ptrdiff_t group = group_begin; group < group_end; group++) {
        char *scales = packed + group * (scale_bytes + blocks * code_bytes);
        char *codes = scales + scale_bytes;
        __builtin_memset(scales + used, 0, (size_t)(scale_bytes - used));
        for (ptrdiff_t b = 0; b < blocks; b++) {
            char *head = scales + b / l.span * packed_span_bytes(l, QK_LANES);
            char *bytes = head + packed_head_bytes(l, QK_LANES) + b % l.span * l.bytes * QK_LANES;
#pragma clang loop unroll(disable)
            for (ptrdiff_t r = 0; r < QK_LANES; r++) {
                ptrdiff_t row = group * QK_LANES + r;
                // Rows that are not there have scales of zero, or for powers of two the smallest.
                open_block block = {0};
                if (row < rows) {
                    open_part(type, (const char *)source + row * row_stride, b, &block);
                }
                if (b % l.span == 0) {
#pragma clang loop unroll(full)
                    for (int i = 0; i < l.heads; i++) {
                        const int size = l.wide ? 4 : 2;
                        __builtin_memcpy(head + (i * QK_LANES + r) * size, &block.head[i], (size_t)size);
                    }
                }
#pragma clang loop unroll(full)
                for (int i = 0; i < l.bytes; i++) {
                    bytes[l.halves ? 2 * r + i : i * QK_LANES + r] = (char)block.bytes[i];
                }
#pragma clang loop unroll(full)
                for (int j = 0; j < l.bits; j++) {
                    __builtin_memcpy(codes + b * code_bytes + (j * QK_LANES + r) * 4, &block.planes[j], 4);
                }
            }
        }
    }
}

static void pack(qk_quant type, const void *source, ptrdiff_t row_stride, ptrdiff_t rows, ptrdiff_t k,
                 ptrdiff_t group_begin, ptrdiff_t group_end, void *packed) {
    switch (type) {
#define QK_CASE(constant, name, elements, bytes)                                               \
    case constant:                                                                             \
        pack_groups(constant, source, row_stride, rows, k, group_begin, group_end, packed);    \
        break;
        QK_PACKED_TYPES(QK_CASE)
#undef QK_CASE
    default: break;  // has no packed form
    }
}
