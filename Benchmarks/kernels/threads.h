// Threads and time for measurements.
#ifndef THREADS_H
#define THREADS_H

enum { max_threads = 64 };

// Work shared by `threads` threads; each calls it with its own number.
typedef void (*shared_work)(void *context, int thread, int threads);

double seconds(void);

// How long the work takes, in seconds.
double time_of(int threads, shared_work work, void *context);

#endif
