// How each quantised type is packed. Included by kernels of every width and by packed.c.
//
// A group of rows has first its scales, then its codes. Codes come in blocks of 32, scales in spans of blocks:
//     span   one number a row for the scale, one more a row where there is a minimum; then for every block its bytes
//     bytes  one number after the other, [number][rows]; of types whose halves of a block differ, [rows][half]
// Codes of less than 8 bits lie in planes of 4, 2 and 1 bits; see codes.h.
//
// The scales of K-quants are whole numbers times one number of the span, so that blocks can be added up as integers. Those
// of Q4_0 and Q5_0 are made so: a row has as its unit a power of two, an f32 before all spans, of which its largest scale
// is at least 2^(unit_bits - 1) and less than 2^unit_bits; the others are rounded to whole numbers of it, 16 bits each.
// f16 has 11 bits, so scales of at least a quarter of the largest (with 12 bits, half of it) stay as they are.
#include <stdbool.h>

typedef struct {
    int bits;     // of a code; 0 for types that have no packed form
    int span;     // blocks that share a head
    int heads;    // numbers of a row in a head
    bool wide;    // those are f32, not f16
    int bytes;    // bytes of scale of a row in a block
    int bias;     // the code of weight 0
    bool halves;  // each half of a block has a scale of its own
    bool chosen;  // codes choose from 16 values; the bias is theirs
    bool zero;    // a block's byte is the code of 0
    int unit_bits;  // of scales in units of their row; their two bytes are one number
} packed_layout;

static inline __attribute__((always_inline)) packed_layout packed_layout_of(qk_quant type) {
    switch (type) {
    case QK_Q8_0: return (packed_layout){.bits = 8, .span = 1, .heads = 1, .bias = 128};
    case QK_Q4_0: return (packed_layout){.bits = 4, .span = 1, .bytes = 2, .bias = 8, .unit_bits = 13};
    case QK_Q4_1: return (packed_layout){.bits = 4, .span = 1, .heads = 2};
    case QK_Q5_0: return (packed_layout){.bits = 5, .span = 1, .bytes = 2, .bias = 16, .unit_bits = 12};
    case QK_Q5_1: return (packed_layout){.bits = 5, .span = 1, .heads = 2};
    case QK_Q2_K: return (packed_layout){.bits = 2, .span = 8, .heads = 2, .bytes = 2, .halves = true};
    case QK_Q3_K: return (packed_layout){.bits = 3, .span = 8, .heads = 1, .bytes = 2, .bias = 4, .halves = true};
    case QK_Q4_K: return (packed_layout){.bits = 4, .span = 8, .heads = 2, .bytes = 2};
    case QK_Q5_K: return (packed_layout){.bits = 5, .span = 8, .heads = 2, .bytes = 2};
    case QK_Q6_K: return (packed_layout){.bits = 6, .span = 8, .heads = 1, .bytes = 2, .bias = 32, .halves = true};
    case QK_IQ4_NL: return (packed_layout){.bits = 4, .span = 1, .heads = 1, .bias = 128, .chosen = true};
    case QK_IQ4_XS: return (packed_layout){.bits = 4, .span = 8, .heads = 1, .bytes = 1, .bias = 128, .chosen = true};
    case QK_MXFP4: return (packed_layout){.bits = 4, .span = 1, .bytes = 1, .bias = 128, .chosen = true};
    case QK_INT4_GROUP: return (packed_layout){.bits = 4, .span = 1, .heads = 1, .bytes = 1, .zero = true};
    case QK_INT4_GROUP_F32:
        return (packed_layout){.bits = 4, .span = 1, .heads = 1, .wide = true, .bytes = 1, .zero = true};
    case QK_INT8_GROUP: return (packed_layout){.bits = 8, .span = 1, .heads = 1, .wide = true, .bias = 128};
    case QK_INT8_GROUP_ZERO:
        return (packed_layout){.bits = 8, .span = 1, .heads = 1, .wide = true, .bytes = 1, .bias = 128, .zero = true};
    default: return (packed_layout){.span = 1};
    }
}

// Whether blocks of a span are added up as integers. By their sizes they then stay below 2^31: Q4_0 comes nearest, with
// 256 · 8 · 127 · 8191.
static inline __attribute__((always_inline)) bool packed_whole_scales(packed_layout l) {
    return l.span == QK_SPAN_BLOCKS || l.unit_bits > 0;
}

// Bytes of `rows` rows' units.
static inline __attribute__((always_inline)) ptrdiff_t packed_unit_bytes(packed_layout l, ptrdiff_t rows) {
    return l.unit_bits > 0 ? 4 * rows : 0;
}

// Bytes of `rows` rows' head.
static inline __attribute__((always_inline)) ptrdiff_t packed_head_bytes(packed_layout l, ptrdiff_t rows) {
    return l.heads * (l.wide ? 4 : 2) * rows;
}

// Bytes of `rows` rows' scales in one span, and in k / QK_BLOCK blocks with their units, up to a whole cache line.
static inline __attribute__((always_inline)) ptrdiff_t packed_span_bytes(packed_layout l, ptrdiff_t rows) {
    return packed_head_bytes(l, rows) + l.span * l.bytes * rows;
}

static inline __attribute__((always_inline)) ptrdiff_t packed_scale_bytes(packed_layout l, ptrdiff_t blocks,
                                                                          ptrdiff_t rows) {
    return (packed_unit_bytes(l, rows) + blocks / l.span * packed_span_bytes(l, rows) + 63) / 64 * 64;
}

// Bytes of `rows` rows' codes in one block.
static inline __attribute__((always_inline)) ptrdiff_t packed_code_bytes(packed_layout l, ptrdiff_t rows) {
    return QK_BLOCK * l.bits / 8 * rows;
}
