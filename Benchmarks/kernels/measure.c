#include "measure.h"

#include "peak.h"
#include "threads.h"

typedef struct {
    qk_isa isa;
    ptrdiff_t rounds;
    const float *data;
    ptrdiff_t count;
} limit_job;

static void run_multiply_adds(void *context, int thread, int threads) {
    (void)thread, (void)threads;
    limit_job *job = context;
    peak_multiply_adds(job->isa, job->rounds);
}

static void run_read(void *context, int thread, int threads) {
    limit_job *job = context;
    ptrdiff_t share = job->count / threads / 64 * 64;
    volatile float sink = peak_read(job->isa, job->data + thread * share, share);
    (void)sink;
}

double measure_flops(const machine *m, int threads) {
    limit_job job = {.isa = m->isa, .rounds = 500000};
    double operations = peak_multiply_adds(m->isa, 1) * (double)job.rounds * threads;
    return operations / time_of(threads, run_multiply_adds, &job);
}

double measure_read(const machine *m, int threads) {
    limit_job job = {.isa = m->isa, .data = (const float *)m->data, .count = m->bytes / 4};
    return (double)m->bytes / time_of(threads, run_read, &job);
}

void fill_random(machine *m, bool half) {
    uint16_t *out = (uint16_t *)m->data;
    uint32_t state = 1;
    for (ptrdiff_t i = 0; i < m->bytes / 2; i++) {
        state = state * 1664525u + 1013904223u;
        out[i] = (uint16_t)((state >> 31) << 15 | (half ? 0x3800 : 0x3c00) | (state >> 8 & 0x3ff));
    }
}
