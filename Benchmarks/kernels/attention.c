// Paged attention, cut into jobs as the backend `paged` does: single tokens against long contexts, in bytes of keys and
// values per second, and a chunk of a prompt, in operations per second and in turn with a float32 matrix product.
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "measure.h"
#include "threads.h"

enum { block_size = 16, tile_rows = 64, turns = 6 };

typedef struct {
    const char *name;
    ptrdiff_t heads, kv_heads, head_dim;
} attention_shape;

typedef struct {
    ptrdiff_t context, sequences, tokens;
} attention_load;

static const attention_shape shapes[] = {{"1b", 32, 4, 64}, {"7b", 32, 32, 128}};
static const attention_load loads[] = {{8192, 1, 1}, {32768, 1, 1}, {8192, 8, 1}, {8192, 1, 256}};
static const struct {
    const char *name;
    qk_kv_type type;
} types[] = {{"float32", QK_KV_F32}, {"bfloat16", QK_KV_BF16}, {"float16", QK_KV_F16}, {"int8", QK_KV_INT8}};

typedef struct {
    const machine *m;
    attention_shape shape;
    attention_load load;
    qk_kv_layout kv;
    ptrdiff_t layers;        // different caches, one after the other, so that none stays in a cache of the processor
    ptrdiff_t tile_tokens, tiles;
    ptrdiff_t ranges;        // of the context: 1 where there are many tiles
    const int32_t *tables;   // of all sequences
    const float *q;
    float *partials;         // of all jobs of a layer
    float *scratch;          // of all threads
    float *out;
    atomic_long next;        // the next job or merge that a thread takes
} attention_run;

static ptrdiff_t floats_of_partial(const attention_run *run) {
    return qk_partial_floats(run->tile_tokens * run->shape.heads / run->shape.kv_heads, run->shape.head_dim);
}

// Where the rows of tile `tile` of a sequence's head begin among queries and results.
static ptrdiff_t rows_of(const attention_run *run, ptrdiff_t sequence, ptrdiff_t tile, ptrdiff_t head) {
    ptrdiff_t width = run->shape.heads * run->shape.head_dim;
    return (sequence * run->load.tokens + tile * run->tile_tokens) * width + head * width / run->shape.kv_heads;
}

static ptrdiff_t tokens_of(const attention_run *run, ptrdiff_t tile) {
    ptrdiff_t rest = run->load.tokens - tile * run->tile_tokens;
    return rest < run->tile_tokens ? rest : run->tile_tokens;
}

static void run_job(attention_run *run, ptrdiff_t item, int thread) {
    attention_shape s = run->shape;
    ptrdiff_t range = item % run->ranges;
    ptrdiff_t head = item / run->ranges % s.kv_heads;
    ptrdiff_t tile = item / run->ranges / s.kv_heads % run->tiles;
    ptrdiff_t sequence = item / run->ranges / s.kv_heads / run->tiles % run->load.sequences;
    ptrdiff_t layer = item / run->ranges / s.kv_heads / run->tiles / run->load.sequences;
    ptrdiff_t blocks = run->load.context / block_size;
    ptrdiff_t rows = run->tile_tokens * s.heads / s.kv_heads;
    ptrdiff_t length = run->load.context / run->ranges;
    qk_attention_job job = {
        .q = run->q + rows_of(run, sequence, tile, head),
        .q_stride = s.heads * s.head_dim,
        .tokens = tokens_of(run, tile),
        .group = s.heads / s.kv_heads,
        .first_position = run->load.context - run->load.tokens + tile * run->tile_tokens,
        .scale = 0.125f,
        .layer = run->m->data,
        .kv = run->kv,
        .kv_head = head,
        .block_table = run->tables + (layer * run->load.sequences + sequence) * blocks,
        .range_begin = range * length,
        .range_end = (range + 1) * length,
        .scratch = run->scratch + thread * qk_attention_scratch_floats(rows, s.head_dim),
        .partial = run->partials + item % (run->ranges * s.kv_heads * run->tiles * run->load.sequences) *
                                       floats_of_partial(run),
        .out = run->ranges == 1 ? run->out + rows_of(run, sequence, tile, head) : NULL,
        .out_stride = s.heads * s.head_dim,
    };
    run->m->kernels->attend(&job);
}

static void run_merge(attention_run *run, ptrdiff_t item) {
    attention_shape s = run->shape;
    ptrdiff_t head = item % s.kv_heads;
    ptrdiff_t tile = item / s.kv_heads % run->tiles;
    ptrdiff_t sequence = item / s.kv_heads / run->tiles;
    ptrdiff_t stride = floats_of_partial(run);
    run->m->kernels->attention_merge(run->partials + item * run->ranges * stride, stride, run->ranges,
                                     tokens_of(run, tile), s.heads / s.kv_heads, s.head_dim, NULL,
                                     run->out + rows_of(run, sequence, tile, head), s.heads * s.head_dim);
}

static ptrdiff_t merges_of(const attention_run *run) {
    return run->load.sequences * run->tiles * run->shape.kv_heads;
}

static void run_jobs(void *context, int thread, int threads) {
    (void)threads;
    attention_run *run = context;
    long count = run->layers * merges_of(run) * run->ranges;
    for (long item; (item = atomic_fetch_add(&run->next, 1)) < count;) {
        run_job(run, item, thread);
    }
}

static void run_merges(void *context, int thread, int threads) {
    (void)thread, (void)threads;
    attention_run *run = context;
    for (long item; (item = atomic_fetch_add(&run->next, 1)) < merges_of(run);) {
        run_merge(run, item);
    }
}

static double time_attention(attention_run *run) {
    atomic_store(&run->next, 0);
    double time = time_of(run->m->threads, run_jobs, run);
    if (run->ranges == 1) {
        return time;
    }
    atomic_store(&run->next, 0);
    // Merged once a layer, which takes as long each time.
    return time + (double)run->layers * time_of(run->m->threads, run_merges, run);
}

// Blocks in an order that no prefetcher guesses. What does not fit into the data begins again at its first block.
static int32_t *make_tables(const attention_run *run, ptrdiff_t count) {
    ptrdiff_t there = run->m->bytes / qk_kv_block_bytes(&run->kv);
    ptrdiff_t span = count < there ? count : there;
    int32_t *tables = malloc((size_t)count * sizeof *tables);
    uint64_t state = 1;
    for (ptrdiff_t i = 0; i < count; i++) {
        tables[i] = (int32_t)(i % span);
    }
    for (ptrdiff_t i = count - 1; i > 0; i--) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        ptrdiff_t j = (ptrdiff_t)((state >> 33) % (uint64_t)(i + 1));
        int32_t swapped = tables[i];
        tables[i] = tables[j];
        tables[j] = swapped;
    }
    return tables;
}

typedef struct {
    const machine *m;
    float *y;
    atomic_long next;
} product;

enum { product_tokens = 256, product_rows = 2048, product_k = 2048, product_share = 64 };

static void run_product(void *context, int thread, int threads) {
    (void)thread, (void)threads;
    product *p = context;
    const float *data = (const float *)p->m->data;
    for (long row; (row = atomic_fetch_add(&p->next, product_share)) < product_rows;) {
        p->m->kernels->matmul_f32(data, product_k, product_tokens, data + (1 << 24), product_k, product_k, row,
                                  row + product_share, p->y, product_rows);
    }
}

// Operations per second of a float32 product of 256 tokens.
static double measure_product(const machine *m) {
    product p = {.m = m, .y = malloc(sizeof(float) * product_tokens * product_rows)};
    atomic_init(&p.next, 0);
    double time = time_of(m->threads, run_product, &p);
    free(p.y);
    return 2.0 * product_tokens * product_rows * product_k / time;
}

static void measure_one(machine *m, attention_shape s, size_t type, attention_load load) {
    attention_run run = {.m = m, .shape = s, .load = load};
    ptrdiff_t group = s.heads / s.kv_heads;
    run.kv = (qk_kv_layout){types[type].type, s.kv_heads, s.head_dim, block_size, s.head_dim, false};
    run.tile_tokens = load.tokens == 1 ? 1 : tile_rows / group;
    run.tiles = (load.tokens + run.tile_tokens - 1) / run.tile_tokens;
    run.ranges = run.tiles == 1 ? load.context / QK_ATTENTION_RANGE : 1;
    ptrdiff_t blocks = load.sequences * load.context / block_size;
    double cache = (double)blocks * (double)qk_kv_block_bytes(&run.kv);
    run.layers = load.tokens > 1 || cache > m->bytes ? 1 : (ptrdiff_t)(m->bytes / cache);
    run.tables = make_tables(&run, run.layers * blocks);
    run.q = (const float *)m->data + 4321;
    run.out = malloc((size_t)(load.sequences * load.tokens * s.heads * s.head_dim) * sizeof(float));
    run.partials = malloc((size_t)(merges_of(&run) * run.ranges * floats_of_partial(&run)) * sizeof(float));

    run.scratch = malloc((size_t)(qk_attention_scratch_floats(run.tile_tokens * group, s.head_dim) * m->threads) *
                         sizeof(float));

    double took = 1e30;
    double bandwidth = 0;
    double peak = 0;
    double matrix = 0;
    for (int turn = 0; turn < turns; turn++) {
        double time = time_attention(&run);
        took = time < took ? time : took;
        bandwidth = best_of(bandwidth, measure_read(m, m->threads));
        peak = best_of(peak, measure_flops(m, m->threads));
        matrix = best_of(matrix, measure_product(m));
    }
    double seen = (double)(load.tokens * load.context) - 0.5 * (double)(load.tokens * (load.tokens - 1));
    double flops = 4.0 * (double)(run.layers * load.sequences * s.heads * s.head_dim) * seen / took;
    printf("%-6s %-9s %7td %5td %6td %9.1f %5.1f%%", s.name, types[type].name, load.context, load.sequences,
           load.tokens, flops * 1e-9, 100 * flops / peak);
    if (load.tokens == 1) {
        double rate = (double)run.layers * cache / took;
        printf("%21.1f %5.1f%%", rate * 1e-9, 100 * rate / bandwidth);
    } else {
        printf(" %12.2f", flops / matrix);
    }
    printf("\n");
    fflush(stdout);
    free((void *)run.tables);
    free(run.out);
    free(run.partials);
    free(run.scratch);
}

void measure_attention(machine *m) {
    fill_random(m, false);
    printf("attention, %s\nshape  cache     context  seqs tokens   GFLOP/s   peak    of matmul     GB/s  bandwidth\n",
           m->kernels->name);
    for (size_t shape = 0; shape < sizeof shapes / sizeof *shapes; shape++) {
        for (size_t type = 0; type < sizeof types / sizeof *types; type++) {
            for (size_t load = 0; load < sizeof loads / sizeof *loads; load++) {
                measure_one(m, shapes[shape], type, loads[load]);
            }
        }
    }
}
