// What the sections of the benchmark share.
#ifndef MEASURE_H
#define MEASURE_H

#include <stddef.h>

#include "CKernels.h"

typedef struct {
    qk_isa isa;
    const qk_kernels *kernels;
    const qk_int8_kernels *int8;
    int threads;
    char *data;       // random numbers, several times what any cache holds
    ptrdiff_t bytes;
} machine;

// One sample of the peak of multiply-adds, in operations per second.
double measure_flops(const machine *m, int threads);

// One pass of reading all of the machine's data, in bytes per second.
double measure_read(const machine *m, int threads);

void measure_matmul(machine *m);
void measure_int8(machine *m);
void measure_attention(machine *m);

// The larger of two.
static inline double best_of(double a, double b) {
    return a > b ? a : b;
}

// Numbers of magnitude 0.008 … 2 read as bf16 or float, or around 1 read as f16.
void fill_random(machine *m, bool half);

#endif
