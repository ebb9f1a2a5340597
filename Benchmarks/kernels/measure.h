// What the sections of the benchmark share.
#ifndef MEASURE_H
#define MEASURE_H

#include <stddef.h>

#include "CKernels.h"

typedef struct {
    qk_isa isa;
    const qk_kernels *kernels;
    int threads;
    char *data;       // random numbers, several times as much as any cache holds
    ptrdiff_t bytes;
    double flops;     // peak of `threads` threads, operations per second
} machine;

// Peak of multiply-adds, operations per second.
double measure_flops(qk_isa isa, int threads);

// One pass of reading all of the machine's data, in bytes per second.
double measure_read(const machine *m, int threads);

void measure_matmul(machine *m);
void measure_attention(machine *m);

// Numbers of magnitude 0.008 … 2 read as bf16 or float, or around 1 read as f16.
void fill_random(machine *m, bool half);

#endif
