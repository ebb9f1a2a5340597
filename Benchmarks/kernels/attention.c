// Paged attention: one token against a long context, and a chunk of a prompt.
#include <stdio.h>
#include <stdlib.h>

#include "measure.h"
#include "threads.h"

typedef struct {
    ptrdiff_t heads, kv_heads, head_dim, block_size, context, tokens;
} attention_shape;

static const attention_shape shapes[] = {
    {32, 4, 64, 16, 4096, 1},     {32, 8, 128, 16, 4096, 1},   {32, 32, 64, 16, 4096, 1},
    {32, 4, 64, 16, 1024, 1024},  {32, 4, 64, 16, 4096, 256},  {32, 8, 128, 16, 4096, 256},
    {32, 32, 64, 16, 4096, 256},  {32, 4, 64, 8, 4096, 256},   {32, 4, 64, 32, 4096, 256},
};

typedef struct {
    const machine *machine;
    attention_shape shape;
    ptrdiff_t layers;  // different caches, one after the other
    ptrdiff_t tile;    // tokens per job
    const int32_t *table;
    const float *q;
    float *out;
    float *partials;
} attention_run;

static void run_attention(void *context, int thread, int threads) {
    attention_run *run = context;
    attention_shape s = run->shape;
    ptrdiff_t group = s.heads / s.kv_heads;
    ptrdiff_t width = s.heads * s.head_dim;
    ptrdiff_t tiles = (s.tokens + run->tile - 1) / run->tile;
    ptrdiff_t block = qk_block_floats(s.kv_heads, s.head_dim, s.block_size);
    ptrdiff_t blocks = (s.context + s.block_size - 1) / s.block_size;
    for (ptrdiff_t item = thread; item < run->layers * tiles * s.kv_heads; item += threads) {
        ptrdiff_t head = item % s.kv_heads;
        ptrdiff_t token = item / s.kv_heads % tiles * run->tile;
        ptrdiff_t layer = item / s.kv_heads / tiles;
        ptrdiff_t at = token * width + head * group * s.head_dim;
        qk_attention_job job = {
            .q = run->q + at,
            .q_stride = width,
            .tokens = s.tokens - token < run->tile ? s.tokens - token : run->tile,
            .group = group,
            .head_dim = s.head_dim,
            .first_position = s.context - s.tokens + token,
            .scale = 0.125f,
            .layer = (const float *)run->machine->data + layer * blocks * block,
            .block_stride = block,
            .kv_heads = s.kv_heads,
            .kv_head = head,
            .block_table = run->table,
            .block_size = s.block_size,
            .range_begin = 0,
            .range_end = s.context,
            .partial = run->partials + thread * qk_partial_floats(run->tile * group, s.head_dim),
            .out = run->out + at,
            .out_stride = width,
        };
        run->machine->kernels->attend(&job);
    }
}

static void measure_one(machine *m, attention_shape s) {
    ptrdiff_t group = s.heads / s.kv_heads;
    ptrdiff_t blocks = (s.context + s.block_size - 1) / s.block_size;
    int32_t *table = malloc((size_t)blocks * sizeof(int32_t));
    // An order that no prefetcher guesses: a stride coprime to the number of blocks.
    for (ptrdiff_t i = 0; i < blocks; i++) {
        table[i] = (int32_t)(i * 89 % blocks);
    }
    attention_run run = {.machine = m, .shape = s, .table = table};
    run.tile = s.tokens == 1 ? 1 : group < 32 ? 32 / group : 1;
    ptrdiff_t cache = blocks * qk_block_floats(s.kv_heads, s.head_dim, s.block_size) * 4;
    run.layers = s.tokens == 1 ? m->bytes / cache : 1;
    run.q = (const float *)m->data + 4321;
    run.out = malloc((size_t)(s.tokens * s.heads * s.head_dim) * sizeof(float));
    run.partials = malloc((size_t)(qk_partial_floats(run.tile * group, s.head_dim) * m->threads) * sizeof(float));

    double took = 1e30;
    double bandwidth = 0;
    double peak = 0;
    for (int turn = 0; turn < 6; turn++) {
        bandwidth = best_of(bandwidth, measure_read(m, m->threads));
        peak = best_of(peak, measure_flops(m, m->threads));
        double time = time_of(m->threads, run_attention, &run);
        took = time < took ? time : took;
    }
    double seen = (double)(s.tokens * s.context) - 0.5 * (double)(s.tokens * (s.tokens - 1));
    double flops = 4.0 * (double)(run.layers * s.heads * s.head_dim) * seen / took;
    printf("%5td %5td %5td %6td %8td %7td %9.1f %6.1f%%", s.heads, s.kv_heads, s.head_dim, s.block_size, s.context,
           s.tokens, flops * 1e-9, 100 * flops / peak);
    if (s.tokens == 1) {
        double rate = (double)(run.layers * cache) / took;
        printf(" %8.1f %6.1f%%", rate * 1e-9, 100 * rate / bandwidth);
    }
    printf("\n");
    fflush(stdout);
    free(table);
    free(run.out);
    free(run.partials);
}

void measure_attention(machine *m) {
    fill_random(m, false);
    printf("attention\nheads    kv   dim  block  context  tokens   GFLOP/s             GB/s\n");
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        measure_one(m, shapes[i]);
    }
}
