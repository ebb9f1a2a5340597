// Unsigned times signed bytes, pairs of products added in 16 bits, where they may not grow too large.

#if QK_LANES == 16
#define QK_M(name) _mm512_##name
typedef __m512i vm;
#else
#define QK_M(name) _mm256_##name
typedef __m256i vm;
#endif

// Sums are added as they are written. The compiler knows that integers may be added in any order, and would do so, for
// which it needs more registers than there are.
#define QK_IN_ORDER(sum) __asm__("" : "+v"(sum))

// Weights of 8 bits are taken apart into two of 4: a pair of products is then at most 2 · 15 · 127 = 3,810, and the
// eight pairs of a block, 30,480, add up in 16 bits.
typedef struct {
    vm low, high;  // high only with 8 bits
} dot_weights;
typedef dot_weights dot_sums;

QK_INLINE dot_weights dot_prepare(int bits, vb w) {
    if (bits == 4) {
        return (dot_weights){.low = (vm)w};
    }
    return (dot_weights){(vm)(w & 15), (vm)((vb)((vb_pairs)w >> 4) & 15)};
}

QK_INLINE dot_sums dot_start(int bits, const qk_int8_block *x) {
    (void)bits, (void)x;
    return (dot_sums){0};
}

QK_INLINE vm add_pairs(vm sums, vm w, vm x) {
    sums = QK_M(add_epi16)(sums, QK_M(maddubs_epi16)(w, x));
    QK_IN_ORDER(sums);
    return sums;
}

QK_INLINE dot_sums dot_add(int bits, dot_sums sums, dot_weights w, const int8_t *x) {
    vm quad = (vm)quad_all(x);
    sums.low = add_pairs(sums.low, w.low, quad);
    if (bits == 8) {
        sums.high = add_pairs(sums.high, w.high, quad);
    }
    return sums;
}

QK_INLINE vi dot_finish(int bits, dot_sums sums, const qk_int8_block *x) {
    vi low = (vi)QK_M(madd_epi16)(sums.low, QK_M(set1_epi16)(1));
    if (bits == 4) {
        return low + x->minus_8;
    }
    return low + (vi)QK_M(madd_epi16)(sums.high, QK_M(set1_epi16)(16)) + x->minus_128;
}

#undef QK_IN_ORDER
#undef QK_M
