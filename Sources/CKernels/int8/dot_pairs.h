// Unsigned times signed bytes, pairs of products added in 16 bits, where they may not grow too large: a pair is at most
// 2 · 127 · (2^bits - 1).

// Sums are added as they are written. The compiler knows that integers may be added in any order, and would do so, for
// which it needs more registers than there are.
#define QK_IN_ORDER(sum) __asm__("" : "+v"(sum))

// Weights of 8 bits are taken apart into two of 4.
typedef struct {
    vm low, high;  // high only with 8 bits
} dot_weights;
typedef struct {
    vm low, high;  // 16 bits each
    vi whole;      // only with 5 and 6 bits
} dot_sums;

QK_INLINE dot_weights dot_prepare(const int bits, vb w) {
    if (bits < 8) {
        return (dot_weights){.low = (vm)w};
    }
    return (dot_weights){(vm)(w & 15), (vm)((vb)((vb_pairs)w >> 4) & 15)};
}

QK_INLINE dot_sums dot_start(const int bits, vi initial) {
    (void)bits, (void)initial;
    return (dot_sums){0};
}

QK_INLINE vm add_pairs(vm sums, vm w, vm x) {
    sums = QK_M(add_epi16)(sums, QK_M(maddubs_epi16)(w, x));
    QK_IN_ORDER(sums);
    return sums;
}

QK_INLINE vm words_all(int16_t x) {
    return QK_M(set1_epi16)(x);
}

// Every lane's a[0] · b[0] + a[1] · b[1], of 16 bits each.
QK_INLINE vi word_products(vm a, vm b) {
    vi products = (vi)QK_M(madd_epi16)(a, b);
    QK_IN_ORDER(products);
    return products;
}

QK_INLINE vi add_words(vi sums, vm w, vm x) {
    sums += (vi)QK_M(madd_epi16)(w, x);
    QK_IN_ORDER(sums);
    return sums;
}

QK_INLINE dot_sums dot_add(const int bits, const int step, dot_sums sums, dot_weights w, const int8_t *x) {
    // Eight pairs of 4 bits are at most 30,480; four of 5 bits 31,496; two of 6 bits 32,004.
    const int room = bits == 6 ? 2 : bits == 5 ? 4 : 8;
    vm quad = (vm)quad_all(x);
    sums.low = add_pairs(sums.low, w.low, quad);
    if (bits == 8) {
        sums.high = add_pairs(sums.high, w.high, quad);
    }
    if (room < 8 && (step + 1) % room == 0) {
        sums.whole += word_products(sums.low, words_all(1));
        sums.low = (vm){0};
    }
    return sums;
}

QK_INLINE vi dot_finish(const int bits, dot_sums sums, vi initial) {
    if (bits == 8) {
        return word_products(sums.low, words_all(1)) + word_products(sums.high, words_all(16)) + initial;
    }
    return (bits > 4 ? sums.whole : word_products(sums.low, words_all(1))) + initial;
}

QK_INLINE vi add_times(const bool words, vi sums, vi totals, vi numbers) {
    return sums + (words ? word_products((vm)totals, (vm)(numbers & 0xffff)) : totals * numbers);
}

#undef QK_IN_ORDER
