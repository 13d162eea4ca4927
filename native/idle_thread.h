/*
 * glibc spares a process that has never had a second thread the locks in malloc, which makes SSL_new some 4 %
 * cheaper than in any server with threads, or in Node. The native programs that are compared with the addon keep
 * one thread that does nothing, so that all run on the same malloc.
 */
#ifndef DUPMARK_IDLE_THREAD_H
#define DUPMARK_IDLE_THREAD_H

#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

static inline void* dupmark_idle(void* unused) {
  (void)unused;
  while (pause() != 0) continue;
  return NULL;
}

/* Returns 0, or why there is no thread (an errno value). */
static inline int dupmark_start_idle_thread(void) {
  pthread_t thread;
  const int error = pthread_create(&thread, NULL, dupmark_idle, NULL);
  return error != 0 ? error : pthread_detach(thread);
}

#endif
