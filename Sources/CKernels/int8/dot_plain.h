// Products of 16-bit numbers, to which weights are widened beforehand; four rows.

typedef uint8_t eight_unsigned __attribute__((vector_size(8)));
typedef int8_t eight_bytes __attribute__((vector_size(8)));
typedef int16_t eight_shorts __attribute__((vector_size(16)));

// Two rows each.
typedef struct {
    eight_shorts low, high;
} dot_weights;
typedef struct {
    vi low, high;
} dot_sums;

QK_INLINE dot_weights dot_prepare(const int bits, vb w) {
    (void)bits;
    eight_unsigned halves[2];
    __builtin_memcpy(halves, &w, sizeof halves);
    return (dot_weights){__builtin_convertvector(halves[0], eight_shorts),
                         __builtin_convertvector(halves[1], eight_shorts)};
}

QK_INLINE dot_sums dot_start(const int bits, vi initial) {
    (void)bits, (void)initial;
    return (dot_sums){0};
}

QK_INLINE vi add_pairs(vi sums, eight_shorts a, eight_shorts b) {
#if defined(__x86_64__)
    return sums + (vi)_mm_madd_epi16((__m128i)a, (__m128i)b);
#else
    vi even = __builtin_convertvector(__builtin_shufflevector(a, a, 0, 2, 4, 6), vi) *
              __builtin_convertvector(__builtin_shufflevector(b, b, 0, 2, 4, 6), vi);
    vi odd = __builtin_convertvector(__builtin_shufflevector(a, a, 1, 3, 5, 7), vi) *
             __builtin_convertvector(__builtin_shufflevector(b, b, 1, 3, 5, 7), vi);
    return sums + even + odd;
#endif
}

QK_INLINE dot_sums dot_add(const int bits, const int step, dot_sums sums, dot_weights w, const int8_t *x) {
    (void)bits, (void)step;
    eight_bytes twice;
    __builtin_memcpy(&twice, x, 4);
    __builtin_memcpy((char *)&twice + 4, x, 4);
    eight_shorts quad = __builtin_convertvector(twice, eight_shorts);
    return (dot_sums){add_pairs(sums.low, w.low, quad), add_pairs(sums.high, w.high, quad)};
}

QK_INLINE vi dot_finish(const int bits, dot_sums sums, vi initial) {
    (void)bits;
    vi even = __builtin_shufflevector(sums.low, sums.high, 0, 2, 4, 6);
    vi odd = __builtin_shufflevector(sums.low, sums.high, 1, 3, 5, 7);
    return even + odd + initial;
}

QK_INLINE vi add_times(const bool words, vi sums, vi totals, vi numbers) {
    (void)words;
    return sums + totals * numbers;
}
