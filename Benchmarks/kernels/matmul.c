// Matrix products at the layer shapes of a 1B LLaMA.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"
#include "threads.h"

typedef struct {
    const char *name;
    ptrdiff_t rows;
    ptrdiff_t k;
} layer_shape;

static const layer_shape shapes[] = {
    {"gate, up", 5632, 2048}, {"q, o", 2048, 2048}, {"k, v", 256, 2048}, {"down", 2048, 5632}, {"vocab", 32000, 2048},
};

typedef struct {
    qk_matmul multiply;
    layer_shape shape;
    ptrdiff_t tokens;
    ptrdiff_t copies;   // different weights, one after the other, so that none comes from a cache
    ptrdiff_t element;  // bytes
    const char *weights;
    const float *x;
    float *y;
} matmul_job;

static void run_matmul(void *context, int thread, int threads) {
    matmul_job *job = context;
    layer_shape s = job->shape;
    ptrdiff_t share = (s.rows / threads + 7) / 8 * 8;
    ptrdiff_t begin = thread * share;
    ptrdiff_t end = thread == threads - 1 ? s.rows : begin + share;
    for (ptrdiff_t copy = 0; copy < job->copies; copy++) {
        job->multiply(job->x, s.k, job->tokens, job->weights + copy * s.rows * s.k * job->element, s.k, s.k,
                      begin, end, job->y, s.rows);
    }
}

static void measure_one(machine *m, layer_shape shape, int type, ptrdiff_t tokens, const float *x, float *y) {
    static const char *const names[] = {"bf16", "f16", "f32"};
    matmul_job job = {.shape = shape, .tokens = tokens, .weights = m->data, .x = x, .y = y};
    job.element = type == 2 ? 4 : 2;
    job.multiply = type == 0   ? m->kernels->matmul_bf16
                   : type == 1 ? m->kernels->matmul_f16
                               : m->kernels->matmul_f32;
    double once = (double)(shape.rows * shape.k);
    // All of the data while memory is the limit, then about 20 billion operations.
    ptrdiff_t fit = m->bytes / (ptrdiff_t)(once * (double)job.element);
    ptrdiff_t wanted = (ptrdiff_t)(20e9 / (2 * once * (double)tokens)) + 1;
    job.copies = tokens < 16 || wanted > fit ? fit : wanted;

    // Limits and kernel take turns, so that all see the same machine.
    double took = 1e30;
    double bandwidth = 0;
    double peak = 0;
    for (int turn = 0; turn < 5; turn++) {
        bandwidth = best_of(bandwidth, measure_read(m, m->threads));
        peak = best_of(peak, measure_flops(m, m->threads));
        double time = time_of(m->threads, run_matmul, &job);
        took = time < took ? time : took;
    }
    double flops = 2 * once * (double)(tokens * job.copies) / took;
    double rate = once * (double)(job.copies * job.element) / took;
    printf("%-9s %-5s %6td %9.1f %6.1f%% %8.1f %6.1f%%\n", shape.name, names[type], tokens, flops * 1e-9,
           100 * flops / peak, rate * 1e-9, 100 * rate / bandwidth);
    fflush(stdout);
}

void measure_matmul(machine *m) {
    enum { max_tokens = 256, max_k = 5632, max_rows = 32000 };
    static const ptrdiff_t token_counts[] = {1, 2, 4, 8, 16, 32, 256};
    float *x = malloc((size_t)(max_tokens * max_k) * sizeof(float));
    float *y = calloc((size_t)(max_tokens * max_rows), sizeof(float));
    for (ptrdiff_t i = 0; i < max_tokens * max_k; i++) {
        x[i] = (float)(i * 7919 % 1000) * 1e-3f - 0.5f;
    }
    printf("%-9s %-5s %6s %9s %7s %8s %7s\n", "matmul", "type", "tokens", "GFLOP/s", "", "GB/s", "");
    for (int type = 0; type < 3; type++) {
        fill_random(m, type == 1);
        // All shapes in bf16, one in the other types.
        for (size_t i = 0; i < (type == 0 ? sizeof shapes / sizeof *shapes : 1); i++) {
            for (size_t c = 0; c < sizeof token_counts / sizeof *token_counts; c++) {
                measure_one(m, shapes[i], type, token_counts[c], x, y);
            }
        }
    }
    free(x);
    free(y);
}
