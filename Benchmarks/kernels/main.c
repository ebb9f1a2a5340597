// Measures the kernels against the machine's own limits, all in one run.
//
//     kernels [--isa portable|avx2|avx512] [--int8 NAME] [--threads N] [--cpu-time] [--only matmul|int8|attention]
//
// --int8 takes another table for the weights of 4 and 8 bits than the set's fastest: avx512 has one without VNNI.
// Every number is the best of several turns, because other programs share the machine. Percentages are of the peak
// multiply-add rate and of the read bandwidth that the same threads reached in the same turns.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "measure.h"
#include "threads.h"

static qk_isa isa_named(const char *name) {
    return strcmp(name, "portable") == 0 ? QK_ISA_PORTABLE : strcmp(name, "avx2") == 0 ? QK_ISA_AVX2 : QK_ISA_AVX512;
}

int main(int argc, char **argv) {
    machine m = {.isa = QK_ISA_AVX512, .threads = 2, .bytes = 1l << 30};
    while (!qk_isa_available(m.isa)) {
        m.isa--;
    }
    const char *only = NULL;
    const char *int8 = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--isa") == 0 && i + 1 < argc) {
            m.isa = isa_named(argv[++i]);
        } else if (strcmp(argv[i], "--threads") == 0 && i + 1 < argc) {
            m.threads = atoi(argv[++i]);
        } else if (strcmp(argv[i], "--int8") == 0 && i + 1 < argc) {
            int8 = argv[++i];
        } else if (strcmp(argv[i], "--cpu-time") == 0) {
            counts_processor_time = true;
        } else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc) {
            only = argv[++i];
        } else {
            fprintf(stderr, "usage: kernels [--isa portable|avx2|avx512] [--int8 NAME] [--threads N] [--cpu-time] "
                            "[--only matmul|int8|attention]\n");
            return 64;
        }
    }
    m.kernels = qk_kernels_for(m.isa);
    m.int8 = int8 ? qk_int8_kernels_named(int8) : qk_int8_kernels_for(m.isa);
    m.data = aligned_alloc(1 << 21, (size_t)m.bytes);
    if (!m.kernels || !m.int8 || !m.data || m.threads < 1 || m.threads > max_threads) {
        fprintf(stderr, "not available on this machine\n");
        return 69;
    }
#if defined(MADV_HUGEPAGE)
    // As the engine's cache asks for.
    madvise(m.data, (size_t)m.bytes, MADV_HUGEPAGE);
#endif
    fill_random(&m, false);

    for (int threads = 1; threads <= m.threads; threads *= 2) {
        double bandwidth = 0;
        double peak = 0;
        for (int turn = 0; turn < 8; turn++) {
            bandwidth = best_of(bandwidth, measure_read(&m, threads));
            peak = best_of(peak, measure_flops(&m, threads));
        }
        printf("%s, %d thread(s): peak %.1f GFLOP/s, %.1f GB/s\n", m.kernels->name, threads, peak * 1e-9,
               bandwidth * 1e-9);
    }
    printf("\n");
    if (!only || strcmp(only, "matmul") == 0) {
        measure_matmul(&m);
        printf("\n");
    }
    if (!only || strcmp(only, "int8") == 0) {
        measure_int8(&m);
        printf("\n");
    }
    if (!only || strcmp(only, "attention") == 0) {
        measure_attention(&m);
    }
    free(m.data);
    return 0;
}
