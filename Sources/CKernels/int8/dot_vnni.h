// Unsigned times signed bytes, four products added to 32 bits at once.

typedef vb dot_weights;
typedef vi dot_sums;

QK_INLINE dot_weights dot_prepare(int bits, vb w) {
    (void)bits;
    return w;
}

// The weights' bias is taken off before anything is added.
QK_INLINE dot_sums dot_start(int bits, const qk_int8_block *x) {
    return vi_all(bits == 4 ? x->minus_8 : x->minus_128);
}

QK_INLINE dot_sums dot_add(int bits, dot_sums sums, dot_weights w, const int8_t *x) {
    (void)bits;
    return (vi)_mm512_dpbusd_epi32((__m512i)sums, (__m512i)w, (__m512i)quad_all(x));
}

QK_INLINE vi dot_finish(int bits, dot_sums sums, const qk_int8_block *x) {
    (void)bits, (void)x;
    return sums;
}
