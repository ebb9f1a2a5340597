// From a file's blocks to the packed order of layout.h and codes.h.

QK_INLINE float float_of_half(uint32_t bits) {
    return widen_f16_lanes((vh){(uint16_t)bits})[0];
}

// What makes whole numbers of a row's scales, the largest just below 2^bits: a power of two, 0 where all of them are 0, NaN
// where one is not finite.
QK_INLINE float units_per_one(const qk_quant type, const void *row, ptrdiff_t blocks, const int bits) {
    uint32_t largest = 0;
    for (ptrdiff_t b = 0; b < blocks; b++) {
        open_block block;
        open_part(type, row, b, &block);
        const uint32_t magnitude = block.head[0] & 0x7fff;
        largest = magnitude > largest ? magnitude : largest;
    }
    if (largest == 0 || largest >= 0x7c00) {
        return largest == 0 ? 0 : __builtin_nanf("");
    }
    const float scale = float_of_half(largest);
    uint32_t pattern;
    __builtin_memcpy(&pattern, &scale, sizeof pattern);
    // No f16 is subnormal as a float.
    const uint32_t exponent = pattern >> 23;
    const uint32_t inverse = (uint32_t)(2 * 127 + bits - 1) - exponent;
    pattern = inverse << 23;
    float units;
    __builtin_memcpy(&units, &pattern, sizeof units);
    return units;
}

// A scale as a whole number of units, to the nearest, ties to even.
QK_INLINE int16_t whole_scale(uint32_t half, float units) {
    const float magic = 0x1.8p23f;
    const float shifted = float_of_half(half) * units + magic;
    return units > 0 ? (int16_t)(shifted - magic) : 0;
}

QK_INLINE void pack_groups(const qk_quant type, const void *source, ptrdiff_t row_stride, ptrdiff_t rows, ptrdiff_t k,
                           ptrdiff_t group_begin, ptrdiff_t group_end, char *packed) {
    const packed_layout l = packed_layout_of(type);
    const ptrdiff_t blocks = k / QK_BLOCK;
    const ptrdiff_t scale_bytes = packed_scale_bytes(l, blocks, QK_LANES);
    const ptrdiff_t code_bytes = packed_code_bytes(l, QK_LANES);
    const ptrdiff_t used = blocks / l.span * packed_span_bytes(l, QK_LANES);
    for (ptrdiff_t group = group_begin; group < group_end; group++) {
        char *units = packed + group * (scale_bytes + blocks * code_bytes);
        char *scales = units + packed_unit_bytes(l, QK_LANES);
        char *codes = units + scale_bytes;
        __builtin_memset(scales + used, 0, (size_t)(codes - scales - used));
        float units_of[QK_LANES] = {0};
        for (ptrdiff_t r = 0; l.unit_bits > 0 && r < QK_LANES; r++) {
            if (group * QK_LANES + r < rows) {
                units_of[r] = units_per_one(type, (const char *)source + (group * QK_LANES + r) * row_stride, blocks,
                                            l.unit_bits);
            }
            const float unit = units_of[r] == 0 ? 0 : 1 / units_of[r];
            __builtin_memcpy(units + 4 * r, &unit, sizeof unit);
        }
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
                if (l.unit_bits > 0) {
                    const int16_t scale = whole_scale(block.head[0], units_of[r]);
                    __builtin_memcpy(block.bytes, &scale, sizeof scale);
                }
#pragma clang loop unroll(full)
                for (int i = 0; i < l.bytes; i++) {
                    bytes[l.halves || l.unit_bits > 0 ? 2 * r + i : i * QK_LANES + r] = (char)block.bytes[i];
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
