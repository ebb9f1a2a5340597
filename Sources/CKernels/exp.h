// e^x, 2^x and what is made of them, lane by lane.

// x = n · ln 2 + r with |r| ≤ ln 2 / 2; e^r by a polynomial of degree 6 fitted for relative error (4e-9); then 2^n.
QK_INLINE vf vf_exp(vf x) {
    // Beyond these e^x is 0 or infinite in float. NaN compares false and passes.
    x = vf_select(x < -105.0f, vf_all(-105.0f), x);
    x = vf_select(x > 89.0f, vf_all(89.0f), x);

    // Adding 1.5 · 2^23 leaves the nearest integer in the low bits.
    vf shifted = vf_fma(x, vf_all(0x1.715476p+0f), vf_all(0x1.8p+23f));
    vf n = shifted - 0x1.8p+23f;
    // ln 2 in two parts, the first with so few bits that n · 355/512 is exact.
    vf r = vf_fma(n, vf_all(-355.0f / 512.0f), x);
    r = vf_fma(n, vf_all(0x1.bd0106p-13f), r);

    vf q = vf_all(0x1.6a2434p-10f);
    q = vf_fma(q, r, vf_all(0x1.1239e2p-7f));
    q = vf_fma(q, r, vf_all(0x1.5558f2p-5f));
    q = vf_fma(q, r, vf_all(0x1.555492p-3f));
    q = vf_fma(q, r, vf_all(0x1.fffffcp-2f));
    vf p = vf_fma(q, r * r, r) + 1.0f;

    // Two factors, so that subnormal results are rounded once and 2^128 is never formed.
    vi exponent = (vi)shifted - 0x4b400000;
    vi first = exponent >> 1;
    vi second = exponent - first;
    return p * (vf)((first + 127) << 23) * (vf)((second + 127) << 23);
}

// 2^x for x ≤ 0, within 2 units in the last place; 0 where that would be no normal float. x = n + r with |r| ≤ 1/2; 2^r
// by a polynomial of degree 6 fitted for relative error (2e-8 with rounded coefficients), exactly 1 at r = 0.
QK_INLINE vf vf_exp2_falling(vf x) {
    // 2^-127 comes out as 0. NaN compares false and passes.
    x = vf_select(x < -127.0f, vf_all(-127.0f), x);
    vf shifted = x + 0x1.8p+23f;
    vf r = x - (shifted - 0x1.8p+23f);
    vf q = vf_all(0x1.41fbbcp-13f);
    q = vf_fma(q, r, vf_all(0x1.5f3e54p-10f));
    q = vf_fma(q, r, vf_all(0x1.3b2d4cp-7f));
    q = vf_fma(q, r, vf_all(0x1.c6aee8p-5f));
    q = vf_fma(q, r, vf_all(0x1.ebfbdcp-3f));
    q = vf_fma(q, r, vf_all(0x1.62e430p-1f));
    vf p = vf_fma(q, r, vf_all(1.0f));
    // n is in the low bits; those above it are shifted out.
    return p * (vf)(((vi)shifted << 23) + (127 << 23));
}

// tanh x, within 2e-7: 1 - 2 / (e^2x + 1), which ends at -1 and 1.
QK_INLINE vf vf_tanh(vf x) {
    return vf_all(1.0f) - vf_all(2.0f) / (vf_exp(x + x) + 1.0f);
}

// The error function, within 3e-7. Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26.
QK_INLINE vf vf_erf(vf x) {
    vf magnitude = (vf)((vi)x & 0x7fffffff);
    vf t = vf_all(1.0f) / vf_fma(magnitude, vf_all(0.3275911f), vf_all(1.0f));
    vf sum = vf_all(1.061405429f);
    sum = vf_fma(sum, t, vf_all(-1.453152027f));
    sum = vf_fma(sum, t, vf_all(1.421413741f));
    sum = vf_fma(sum, t, vf_all(-0.284496736f));
    sum = vf_fma(sum, t, vf_all(0.254829592f));
    vf result = vf_all(1.0f) - sum * t * vf_exp(-magnitude * magnitude);
    return (vf)((vi)result | ((vi)x & (vi)vf_all(-0.0f)));
}
