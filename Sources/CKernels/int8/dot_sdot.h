// Signed times signed bytes, four products added to 32 bits at once. Codes of less than 8 bits are small enough to be
// taken for signed ones.

typedef int8x16_t dot_weights;
typedef vi dot_sums;

// Those of 8 bits, all of which have a bias of 128, become signed, and free of it, by their highest bit.
QK_INLINE dot_weights dot_prepare(const int bits, vb w) {
    return (dot_weights)(bits == 8 ? w ^ 128 : w);
}

QK_INLINE dot_sums dot_start(const int bits, vi initial) {
    return bits == 8 ? (vi){0} : initial;
}

QK_INLINE dot_sums dot_add(const int bits, const int step, dot_sums sums, dot_weights w, const int8_t *x) {
    (void)bits, (void)step;
    return (vi)vdotq_s32((int32x4_t)sums, w, (int8x16_t)quad_all(x));
}

QK_INLINE vi dot_finish(const int bits, dot_sums sums, vi initial) {
    (void)bits, (void)initial;
    return sums;
}

QK_INLINE vi add_times(const bool words, vi sums, vi totals, vi numbers) {
    (void)words;
    return sums + totals * numbers;
}
