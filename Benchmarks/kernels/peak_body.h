// Included once per instruction set with LANES, CHAINS and FUSED set; NAME(x) makes names distinct.

typedef float NAME(vector) __attribute__((vector_size(4 * LANES)));

static double NAME(multiply_adds)(ptrdiff_t rounds) {
    NAME(vector) sums[CHAINS];
    NAME(vector) factor = (NAME(vector)){0} + 0.999f;
    NAME(vector) term = (NAME(vector)){0} + 0.001f;
    for (int i = 0; i < CHAINS; i++) {
        sums[i] = (NAME(vector)){0} + (float)i;
    }
    for (ptrdiff_t round = 0; round < rounds; round++) {
        // The barrier keeps the compiler from working out the sums ahead of time.
        __asm__ volatile("" : "+x"(factor), "+x"(term));
#pragma clang loop unroll(full)
        for (int repeat = 0; repeat < 8; repeat++) {
#pragma clang loop unroll(full)
            for (int i = 0; i < CHAINS; i++) {
#if FUSED
                sums[i] = __builtin_elementwise_fma(sums[i], factor, term);
#else
                sums[i] = sums[i] * factor + term;
#endif
            }
        }
    }
    float total = 0;
    for (int i = 0; i < CHAINS; i++) {
        total += sums[i][0];
    }
    volatile float sink = total;
    (void)sink;
    return 2.0 * LANES * CHAINS * 8 * (double)rounds;
}

static float NAME(read)(const float *x, ptrdiff_t n) {
    NAME(vector) sums[4] = {{0}};
    for (ptrdiff_t i = 0; i < n; i += 4 * LANES) {
#pragma clang loop unroll(full)
        for (int s = 0; s < 4; s++) {
            NAME(vector) v;
            __builtin_memcpy(&v, x + i + s * LANES, sizeof v);
            sums[s] += v;
        }
    }
    NAME(vector) sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    return sum[0] + sum[1];
}

#undef NAME
#undef LANES
#undef CHAINS
#undef FUSED
