// What lies in the first-level cache while many tokens meet two groups of rows: a stretch of k of the groups' weights and
// of the tokens' numbers, in the form that their products take. Only for pairs of products, dot_pairs.h.

enum {
    QK_UNPACKED_GROUPS = 2,
    QK_UNPACKED_LIMIT = 64,   // tokens at a time
    QK_UNPACKED_BLOCKS = 16,  // of k in a stretch of bytes; half of them of words: whole spans
};

typedef enum {
    UNPACKED_CODES,   // codes as they are, times numbers where they lie
    UNPACKED_SIGNED,  // weights of bytes, times unsigned numbers, which are 128 more than they should
    UNPACKED_WORDS,   // weights of 16 bits, times their whole scale if they have one, times numbers of 16 bits
} unpacked_form;

QK_INLINE unpacked_form unpacked_form_of(const qk_quant type) {
    if (multiplied_bits(type) == 8) {
        return UNPACKED_WORDS;
    }
    return packed_layout_of(type).bias > 0 ? UNPACKED_SIGNED : UNPACKED_CODES;
}

// Vectors of a group in a block: four consecutive k of every row, or two.
QK_INLINE int unpacked_steps(const qk_quant type) {
    return unpacked_form_of(type) == UNPACKED_WORDS ? 16 : 8;
}

QK_INLINE ptrdiff_t unpacked_stretch(const qk_quant type) {
    return QK_UNPACKED_BLOCKS * 8 / unpacked_steps(type);
}

// Whole scales and minima of a block, as words.
typedef struct {
    vm times[2];  // each half's twice
    vm minima;    // of a pair of blocks, in the first of them; or of both halves of one block
} unpacked_wholes;

// What a block has where scales are no whole numbers.
typedef struct {
    vf scale, minimum_8, eighth_zero;
} unpacked_factors;

typedef struct {
    vb codes[QK_UNPACKED_BLOCKS * 8 * QK_UNPACKED_GROUPS];  // [block][step][group]
    unpacked_wholes wholes[QK_UNPACKED_BLOCKS * QK_UNPACKED_GROUPS];
    unpacked_factors factors[QK_UNPACKED_BLOCKS * QK_UNPACKED_GROUPS];
    span_head heads[QK_UNPACKED_BLOCKS / QK_SPAN_BLOCKS * QK_UNPACKED_GROUPS];
    vu excess[QK_UNPACKED_BLOCKS / QK_SPAN_BLOCKS * QK_UNPACKED_GROUPS];  // what the 128s add to a span
} unpacked_weights;

typedef int8_t unpacked_numbers[QK_UNPACKED_LIMIT * QK_UNPACKED_BLOCKS * QK_BLOCK];

QK_INLINE vm pair_up(vi first, vi second) {
    return (vm)((first & 0xffff) | second << 16);
}

// A block's codes; `codes` has those of one group, QK_UNPACKED_GROUPS vectors apart.
QK_INLINE void unpack_codes(const qk_quant type, vm times, const char *packed, vb *codes) {
    enum { G = QK_UNPACKED_GROUPS };
    const packed_layout l = packed_layout_of(type);
#pragma clang loop unroll(full)
    for (int v = 0; v < 8; v++) {
        vb w = code_vector(type, packed, v / 4, v % 4);
        if (unpacked_form_of(type) != UNPACKED_WORDS) {
            codes[v * G] = w - (uint8_t)l.bias;
            continue;
        }
        // Of each four the first and the third, then the others.
        row_pairs even = (row_pairs)((vb_pairs)w & 255) - (int16_t)l.bias;
        row_pairs odd = (row_pairs)((vb_pairs)w >> 8) - (int16_t)l.bias;
        if (packed_whole_scales(l)) {
            // At most 127 · 32.
            even *= (row_pairs)times;
            odd *= (row_pairs)times;
        }
        codes[2 * v * G] = (vb)even;
        codes[(2 * v + 1) * G] = (vb)odd;
    }
}

// What numbers of 128 add to the whole sum of a block of signed weights.
QK_INLINE vu unpacked_excess(const qk_quant type, const vm times[2], const vb *codes) {
    const bool halves = packed_layout_of(type).halves;
    vu excess = {0};
#pragma clang loop unroll(full)
    for (int half = 0; half < (halves ? 2 : 1); half++) {
        // Four of 6 bits, or eight of 5, are at least -128.
        vb sum = {0};
#pragma clang loop unroll(full)
        for (int v = 0; v < (halves ? 4 : 8); v++) {
            sum += codes[(4 * half + v) * QK_UNPACKED_GROUPS];
        }
        vm ones = (vm)((vb){0} + 1);
        excess += (vu)word_products(add_pairs((vm){0}, ones, (vm)sum), times[half]) << 7;
    }
    return excess;
}

// A stretch of `count` blocks, from block `begin` on, of one group: `g` in `to`. Scales `ahead` bytes on are fetched.
QK_INLINE void unpack_group(const qk_quant type, const char *group, ptrdiff_t blocks, ptrdiff_t begin, ptrdiff_t count,
                            ptrdiff_t ahead, const int g, unpacked_weights *to) {
    enum { G = QK_UNPACKED_GROUPS };
    const packed_layout l = packed_layout_of(type);
    const ptrdiff_t code_bytes = packed_code_bytes(l, QK_LANES);
    const char *packed = group + packed_scale_bytes(l, blocks, QK_LANES) + begin * code_bytes;
    const char *scale = group + packed_unit_bytes(l, QK_LANES) + begin / l.span * packed_span_bytes(l, QK_LANES);
    vb *codes = to->codes + g;
    span_head head;
    vu excess = {0};
    for (ptrdiff_t b = 0; b < count; b++) {
        if (b % l.span == 0) {
            head = head_load(type, group, scale);
            scale += packed_head_bytes(l, QK_LANES);
        }
        if (b % QK_SPAN_BLOCKS == 0) {
            to->heads[b / QK_SPAN_BLOCKS * G + g] = head;
            excess = (vu){0};
        }
        const block_scales s = scales_load(type, head, scale);
        unpacked_wholes *wholes = to->wholes + b * G + g;
        const vm times[2] = {pair_up(s.half_scale[0], s.half_scale[0]), pair_up(s.half_scale[1], s.half_scale[1])};
        if (!packed_whole_scales(l)) {
            to->factors[b * G + g] = (unpacked_factors){s.scale, s.minimum_8, s.eighth_zero};
        } else if (unpacked_form_of(type) != UNPACKED_WORDS) {
            wholes->times[0] = times[0];
            if (l.halves) {
                wholes->times[1] = times[1];
            }
        }
        if (packed_whole_scales(l) && l.heads > 1) {
            if (l.halves) {
                wholes->minima = pair_up(s.half_minimum[0], s.half_minimum[1]);
            } else if (b % 2 == 0) {
                wholes->minima = pair_up(s.half_minimum[0], (vi){0});
            } else {
                wholes[-G].minima = (vm)((vi)wholes[-G].minima | s.half_minimum[0] << 16);
            }
        }
        unpack_codes(type, times[0], packed, codes);
        if (unpacked_form_of(type) == UNPACKED_SIGNED) {
            excess += unpacked_excess(type, times, codes);
            to->excess[b / QK_SPAN_BLOCKS * G + g] = excess;
        }
        __builtin_prefetch(scale + ahead);
        scale += l.bytes * QK_LANES;
        packed += code_bytes;
        codes += unpacked_steps(type) * G;
    }
}

_Static_assert(sizeof(vb) == QK_BLOCK, "a vector holds a token's numbers of a block");

QK_INLINE void unpack_block_numbers(const qk_quant type, const int8_t *quants, int8_t *numbers) {
    vb v = vb_load(quants);
    if (unpacked_form_of(type) == UNPACKED_SIGNED) {
        v ^= 128;
        __builtin_memcpy(numbers, &v, sizeof v);
        return;
    }
    // Taken apart as the weights are, one vector after the other.
    row_pairs even = (row_pairs)v << 8 >> 8;
    row_pairs odd = (row_pairs)v >> 8;
    __builtin_memcpy(numbers, &even, sizeof even);
    __builtin_memcpy(numbers + sizeof even, &odd, sizeof odd);
}

// A stretch of `count` blocks of all tokens, [token][block].
QK_INLINE void unpack_numbers(const qk_quant type, const qk_int8_block *x, ptrdiff_t x_stride, ptrdiff_t tokens,
                              ptrdiff_t count, int8_t *numbers) {
    for (ptrdiff_t t = 0; t < tokens; t++) {
        for (ptrdiff_t b = 0; b < count; b++) {
            unpack_block_numbers(type, x[t * x_stride + b].quants, numbers);
            numbers += 4 * unpacked_steps(type);
        }
    }
}
