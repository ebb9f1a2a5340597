#include "threads.h"

#include <pthread.h>
#include <stddef.h>
#include <time.h>

typedef struct {
    shared_work work;
    void *context;
    int thread;
    int threads;
    double processor_time;
} task;

bool counts_processor_time = false;

static double now_of(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void *run_task(void *argument) {
    task *t = argument;
    double start = now_of(CLOCK_THREAD_CPUTIME_ID);
    t->work(t->context, t->thread, t->threads);
    t->processor_time = now_of(CLOCK_THREAD_CPUTIME_ID) - start;
    return NULL;
}

double seconds(void) {
    return now_of(CLOCK_MONOTONIC);
}

double time_of(int threads, shared_work work, void *context) {
    pthread_t handles[max_threads];
    task tasks[max_threads];
    double start = seconds();
    for (int i = 0; i < threads; i++) {
        tasks[i] = (task){work, context, i, threads, 0};
        if (i > 0) {
            pthread_create(&handles[i], NULL, run_task, &tasks[i]);
        }
    }
    run_task(&tasks[0]);
    double processor_time = tasks[0].processor_time;
    for (int i = 1; i < threads; i++) {
        pthread_join(handles[i], NULL);
        processor_time += tasks[i].processor_time;
    }
    return counts_processor_time ? processor_time / threads : seconds() - start;
}
