// Threads and time for measurements.
#ifndef THREADS_H
#define THREADS_H

#include <stdbool.h>

enum { max_threads = 64 };

// Work shared by `threads` threads; each calls it with its own number.
typedef void (*shared_work)(void *context, int thread, int threads);

double seconds(void);

// Whether times are those that threads had a processor, on average, instead of what a clock shows: on a machine that
// others use, the second says more of them.
extern bool counts_processor_time;

// How long the work takes, in seconds.
double time_of(int threads, shared_work work, void *context);

#endif
