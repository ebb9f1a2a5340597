// Products with quantised weights at the layer shapes of a 1B LLaMA, in turn with bf16 and float32 ones.
#include <stdio.h>
#include <stdlib.h>

#include "measure.h"
#include "threads.h"

typedef struct {
    const char *name;
    ptrdiff_t rows;
    ptrdiff_t k;
} layer_shape;

static const layer_shape shapes[] = {
    {"q, o", 2048, 2048}, {"gate, up", 5632, 2048}, {"down", 2048, 5632}, {"vocab", 32000, 2048},
};

// Quantised types, then bf16 and float32, which have none.
typedef struct {
    const char *name;
    qk_quant quant;
    ptrdiff_t float_bytes;
} weight_type;

enum { quantized_types = 5, all_types = quantized_types + 2 };

static const weight_type types[all_types] = {
    {"q4_0", QK_Q4_0, 0}, {"q8_0", QK_Q8_0, 0}, {"q4_k", QK_Q4_K, 0}, {"q5_k", QK_Q5_K, 0}, {"q6_k", QK_Q6_K, 0},
    {"bf16", QK_Q8_0, 2}, {"f32", QK_Q8_0, 4},
};

typedef struct {
    const machine *m;
    layer_shape shape;
    ptrdiff_t tokens;
    ptrdiff_t copies;  // different weights, one after the other, so that none comes from a cache
    weight_type type;
    ptrdiff_t weight_bytes;
    const float *x;
    qk_int8_block *quantized;
    float *y;
} product;

// The part of n that a thread does, in whole groups.
static ptrdiff_t share_begin(ptrdiff_t n, ptrdiff_t group, int thread, int threads) {
    return thread == threads ? n : n * thread / threads / group * group;
}

static void run_product(void *context, int thread, int threads) {
    const product *p = context;
    const qk_kernels *floats = p->m->kernels;
    const qk_int8_kernels *bytes = p->m->int8;
    layer_shape s = p->shape;
    bool narrow = p->type.float_bytes == 0;
    ptrdiff_t groups = narrow ? qk_packed_groups(s.rows, bytes->group_rows) : s.rows;
    ptrdiff_t begin = share_begin(groups, narrow ? 1 : 8, thread, threads);
    ptrdiff_t end = share_begin(groups, narrow ? 1 : 8, thread + 1, threads);
    for (ptrdiff_t copy = 0; copy < p->copies; copy++) {
        const char *w = p->m->data + copy * p->weight_bytes;
        if (narrow) {
            bytes->matmul(p->type.quant, p->quantized, s.k / QK_BLOCK, p->tokens, w, s.rows, s.k, begin, end, p->y, s.rows);
        } else {
            qk_matmul multiply = p->type.float_bytes == 2 ? floats->matmul_bf16 : floats->matmul_f32;
            multiply(p->x, s.k, p->tokens, w, s.k, s.k, begin, end, p->y, s.rows);
        }
    }
}

static ptrdiff_t packed_bytes(const product *p, weight_type type) {
    ptrdiff_t rows = p->m->int8->group_rows;
    return qk_packed_groups(p->shape.rows, rows) * qk_packed_group_bytes(type.quant, p->shape.k, rows);
}

// Seconds for one copy of the weights.
static double time_product(product *p, weight_type type) {
    ptrdiff_t weights = p->shape.rows * p->shape.k;
    p->type = type;
    p->weight_bytes = type.float_bytes ? weights * type.float_bytes : packed_bytes(p, type);
    // As much as the data allows while memory is the limit, then about 10 billion operations.
    ptrdiff_t fit = p->m->bytes / p->weight_bytes;
    ptrdiff_t wanted = (ptrdiff_t)(10e9 / (2.0 * (double)(weights * p->tokens))) + 1;
    p->copies = p->tokens < 16 || wanted > fit ? fit : wanted;
    return time_of(p->m->threads, run_product, p) / (double)p->copies;
}

static void measure_shape(product *p) {
    enum { turns = 5 };
    double took[all_types] = {1e30, 1e30, 1e30, 1e30, 1e30, 1e30, 1e30};
    double bandwidth = 0;
    double peak = 0;
    // Limits and kernels take turns, so that all see the same machine.
    for (int turn = 0; turn < turns; turn++) {
        bandwidth = best_of(bandwidth, measure_read(p->m, p->m->threads));
        peak = best_of(peak, measure_flops(p->m, p->m->threads));
        for (int i = 0; i < all_types; i++) {
            double time = time_product(p, types[i]);
            took[i] = time < took[i] ? time : took[i];
        }
    }
    double operations = 2.0 * (double)(p->shape.rows * p->shape.k * p->tokens);
    for (int i = 0; i < quantized_types; i++) {
        double bytes = (double)packed_bytes(p, types[i]);
        printf("%-9s %-5s %6td %9.1f %6.1f%% %8.1f %6.1f%% %7.2fx %7.2fx\n", p->shape.name, types[i].name, p->tokens,
               operations / took[i] * 1e-9, 100 * operations / took[i] / peak, bytes / took[i] * 1e-9,
               100 * bytes / took[i] / bandwidth, took[quantized_types] / took[i],
               took[quantized_types + 1] / took[i]);
    }
    fflush(stdout);
}

void measure_int8(machine *m) {
    enum { max_tokens = 256, max_k = 5632, max_rows = 32000 };
    static const ptrdiff_t token_counts[] = {1, 8, 32, 256};
    float *x = malloc((size_t)(max_tokens * max_k) * sizeof(float));
    float *y = calloc((size_t)(max_tokens * max_rows), sizeof(float));
    qk_int8_block *quantized = malloc((size_t)(max_tokens * max_k / QK_BLOCK) * sizeof(qk_int8_block));
    for (ptrdiff_t i = 0; i < max_tokens * max_k; i++) {
        x[i] = (float)(i * 7919 % 1000) * 1e-3f - 0.5f;
    }
    m->int8->quantize_activations(x, max_k, max_tokens, max_k, quantized, max_k / QK_BLOCK);
    // Read as f16, as the scales are, the numbers are ±1 … 2.
    fill_random(m, false);
    printf("%s\n%-9s %-5s %6s %9s %7s %8s %7s %8s %8s\n", m->int8->name, "matmul", "type", "tokens", "Gop/s", "",
           "GB/s", "", "to bf16", "to f32");
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        for (size_t c = 0; c < sizeof token_counts / sizeof *token_counts; c++) {
            product p = {.m = m, .shape = shapes[i], .tokens = token_counts[c], .x = x, .quantized = quantized, .y = y};
            measure_shape(&p);
        }
    }
    free(x);
    free(y);
    free(quantized);
}
