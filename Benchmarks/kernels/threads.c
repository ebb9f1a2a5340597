#include "threads.h"

#include <pthread.h>
#include <stddef.h>
#include <time.h>

typedef struct {
    shared_work work;
    void *context;
    int thread;
    int threads;
} task;

static void *run_task(void *argument) {
    task *t = argument;
    t->work(t->context, t->thread, t->threads);
    return NULL;
}

double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double time_of(int threads, shared_work work, void *context) {
    pthread_t handles[max_threads];
    task tasks[max_threads];
    double start = seconds();
    for (int i = 1; i < threads; i++) {
        tasks[i] = (task){work, context, i, threads};
        pthread_create(&handles[i], NULL, run_task, &tasks[i]);
    }
    work(context, 0, threads);
    for (int i = 1; i < threads; i++) {
        pthread_join(handles[i], NULL);
    }
    return seconds() - start;
}
