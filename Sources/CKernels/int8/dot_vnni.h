// Unsigned times signed bytes, four products added to 32 bits at once.

typedef vb dot_weights;
typedef vi dot_sums;

QK_INLINE dot_weights dot_prepare(const int bits, vb w) {
    (void)bits;
    return w;
}

QK_INLINE dot_sums dot_start(const int bits, vi initial) {
    (void)bits;
    return initial;
}

QK_INLINE dot_sums dot_add(const int bits, const int step, dot_sums sums, dot_weights w, const int8_t *x) {
    (void)bits, (void)step;
    return (vi)_mm512_dpbusd_epi32((__m512i)sums, (__m512i)w, (__m512i)quad_all(x));
}

QK_INLINE vi dot_finish(const int bits, dot_sums sums, vi initial) {
    (void)bits, (void)initial;
    return sums;
}

// Words are multiplied and added in one instruction.
QK_INLINE vi add_times(const bool words, vi sums, vi totals, vi numbers) {
    if (!words) {
        return sums + totals * numbers;
    }
    return (vi)_mm512_dpwssd_epi32((__m512i)sums, (__m512i)totals, (__m512i)(numbers & 0xffff));
}
