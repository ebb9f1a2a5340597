// What sampling asks of a row of logits.

// The largest number, -inf for a row of NaN.
QK_INLINE float largest(const float *x, ptrdiff_t n) {
    vf best[4];
    for (int s = 0; s < 4; s++) {
        best[s] = vf_all(-__builtin_inff());
    }
    ptrdiff_t i = 0;
    for (; i + 4 * QK_LANES <= n; i += 4 * QK_LANES) {
        for (int s = 0; s < 4; s++) {
            best[s] = vf_max(vf_load(x + i + s * QK_LANES), best[s]);
        }
    }
    float result = vf_largest(vf_max(vf_max(best[0], best[1]), vf_max(best[2], best[3])));
    for (; i < n; i++) {
        result = x[i] > result ? x[i] : result;
    }
    return result;
}

static ptrdiff_t argmax(const float *x, ptrdiff_t n) {
    float best = largest(x, n);
    ptrdiff_t i = 0;
    for (; i + 4 * QK_LANES <= n; i += 4 * QK_LANES) {
        vi found = vf_load(x + i) == best;
        for (int s = 1; s < 4; s++) {
            found |= vf_load(x + i + s * QK_LANES) == best;
        }
        if (__builtin_reduce_or(found)) {
            break;
        }
    }
    for (; i < n; i++) {
        if (x[i] == best) {
            return i;
        }
    }
    return -1;
}

// ln x of a normal positive number; here so that no mathematics library is needed.
QK_INLINE double natural_log(double x) {
    uint64_t bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    // x = 2^exponent · m with m in [√½, √2): 0x3fe6a09e… is √½.
    uint64_t shifted = bits - 0x3fe6a09e667f3bcdULL;
    double exponent = (double)((int64_t)shifted >> 52);
    bits -= shifted & 0xfff0000000000000ULL;
    double m;
    __builtin_memcpy(&m, &bits, sizeof m);
    // ln m = 2 artanh s, |s| < 0.172: terms up to s^23 leave less than 1e-19.
    double s = (m - 1) / (m + 1);
    double square = s * s;
    double series = 0;
    for (int power = 23; power >= 1; power -= 2) {
        series = series * square + 1.0 / power;
    }
    return exponent * 0x1.62e42fefa39efp-1 + 2 * s * series;
}

static double log_sum_exp(const float *x, ptrdiff_t n) {
    float shift = largest(x, n);
    if (shift == __builtin_inff()) {
        return shift;
    }
    if (shift == -__builtin_inff()) {
        shift = 0;
    }
    // Lanes of a short stretch in float, stretches in double.
    enum { stretch = 16 * QK_LANES };
    double total = 0;
    for (ptrdiff_t begin = 0; begin < n; begin += stretch) {
        ptrdiff_t end = begin + stretch < n ? begin + stretch : n;
        vf sums = {0};
        ptrdiff_t i = begin;
        for (; i + QK_LANES <= end; i += QK_LANES) {
            sums += vf_exp(vf_load(x + i) - shift);
        }
        if (i < end) {
            vf terms = vf_exp(vf_load_part(x + i, end - i) - shift);
            sums += vf_select(vi_lanes() < (int32_t)(end - i), terms, (vf){0});
        }
        total += vf_sum(sums);
    }
    if (total != total) {
        return total;
    }
    return total == 0 ? -__builtin_inf() : shift + natural_log(total);
}

static bool has_non_finite(const float *x, ptrdiff_t n) {
    ptrdiff_t i = 0;
    for (; i + 4 * QK_LANES <= n; i += 4 * QK_LANES) {
        vi fine = vf_load(x + i) < __builtin_inff();
        for (int s = 1; s < 4; s++) {
            fine &= vf_load(x + i + s * QK_LANES) < __builtin_inff();
        }
        if (__builtin_reduce_or(~fine)) {
            return true;
        }
    }
    for (; i < n; i++) {
        if (!(x[i] < __builtin_inff())) {
            return true;
        }
    }
    return false;
}
