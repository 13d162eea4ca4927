// Keeps processes on chosen CPUs. Plain C linkage, so that native/plain_loop.c can use it too.
#ifndef DUPMARK_PINNING_H
#define DUPMARK_PINNING_H

#include <pthread.h>

#ifdef __cplusplus
extern "C" {
#endif

// Lets all threads of process `pid` run only on `cpu`. Returns 0, or an errno value when the system refuses.
int dupmark_pin_process(int pid, int cpu);

// The same for one thread of this process.
int dupmark_pin_thread(pthread_t thread, int cpu);

// Lets all threads of process `pid` run on any CPU that this process started with, but `cpu`.
int dupmark_keep_off(int pid, int cpu);

#ifdef __cplusplus
}
#endif
#endif
