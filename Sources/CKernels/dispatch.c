// Which instruction sets this CPU has.
#include <string.h>

#include "tables.h"

#if defined(__aarch64__)
#if defined(__linux__)
#include <sys/auxv.h>
#endif

static bool has_dot_product(void) {
#if defined(__linux__)
    return getauxval(AT_HWCAP) & 1ul << 20;  // HWCAP_ASIMDDP
#else
    return true;  // every Mac that is arm64
#endif
}
#endif

bool qk_isa_available(qk_isa isa) {
    switch (isa) {
    case QK_ISA_PORTABLE:
        return true;
#if defined(__x86_64__)
    // These ask the operating system too: without its consent the wide registers are not saved.
    case QK_ISA_AVX2:
        __builtin_cpu_init();
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
    case QK_ISA_AVX512:
        return qk_isa_available(QK_ISA_AVX2) && __builtin_cpu_supports("avx512f") &&
               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vl");
#elif defined(__aarch64__)
    case QK_ISA_NEON:
        return true;
#endif
    default:
        return false;
    }
}

const qk_kernels *qk_kernels_for(qk_isa isa) {
    if (!qk_isa_available(isa)) {
        return NULL;
    }
    switch (isa) {
#if defined(__x86_64__)
    case QK_ISA_AVX2: return &qk_kernels_avx2;
    case QK_ISA_AVX512: return &qk_kernels_avx512;
#elif defined(__aarch64__)
    case QK_ISA_NEON: return &qk_kernels_neon;
#endif
    default: return &qk_kernels_portable;
    }
}

const qk_int8_kernels *qk_int8_kernels_named(const char *name) {
    if (strcmp(name, "portable") == 0) {
        return &qk_int8_portable;
    }
#if defined(__x86_64__)
    if (strcmp(name, "avx2") == 0 && qk_isa_available(QK_ISA_AVX2)) {
        return &qk_int8_avx2;
    }
    if (strcmp(name, "avx512") == 0 && qk_isa_available(QK_ISA_AVX512)) {
        return &qk_int8_avx512;
    }
    if (strcmp(name, "avx512vnni") == 0 && qk_isa_available(QK_ISA_AVX512) && __builtin_cpu_supports("avx512vnni")) {
        return &qk_int8_avx512vnni;
    }
#elif defined(__aarch64__)
    if (strcmp(name, "neon") == 0) {
        return &qk_int8_neon;
    }
    if (strcmp(name, "neondot") == 0 && has_dot_product()) {
        return &qk_int8_neondot;
    }
#endif
    return NULL;
}

const qk_int8_kernels *qk_int8_kernels_for(qk_isa isa) {
    switch (isa) {
    case QK_ISA_PORTABLE: return qk_int8_kernels_named("portable");
    case QK_ISA_AVX2: return qk_int8_kernels_named("avx2");
    case QK_ISA_AVX512: {
        const qk_int8_kernels *vnni = qk_int8_kernels_named("avx512vnni");
        return vnni ? vnni : qk_int8_kernels_named("avx512");
    }
    case QK_ISA_NEON: {
        const qk_int8_kernels *dot = qk_int8_kernels_named("neondot");
        return dot ? dot : qk_int8_kernels_named("neon");
    }
    default: return NULL;
    }
}
