/*
 * The yardstick: the loop that anybody would write in C, with nothing of dupmark's core in it but the turns that
 * it takes on the board. What the addon measures must agree with this (dupmark doctor --validity).
 *
 * plain_loop LIBCRYPTO LIBSSL (new|dup|up-ref) ITERATIONS BOARD_FD EPOCH WORKER CPU|-1
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "board.h"
#include "idle_thread.h"
#include "pinning.h"

static void* (*ssl_new)(void*);
static void* (*ssl_dup)(void*);
static int (*ssl_up_ref)(void*);
static void (*ssl_free)(void*);
static void* ctx;
static void* template_handle;
static long iterations;

static double now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Each copies what it needs to locals, as a program that calls a linked library has constant addresses. */
static int loop_new(long n) {
  void* (*create)(void*) = ssl_new;
  void (*release)(void*) = ssl_free;
  void* from = ctx;
  for (long i = 0; i < n; i++) {
    void* ssl = create(from);
    if (ssl == NULL) return 0;
    release(ssl);
  }
  return 1;
}

static int loop_dup(long n) {
  void* (*create)(void*) = ssl_dup;
  void (*release)(void*) = ssl_free;
  void* from = template_handle;
  for (long i = 0; i < n; i++) {
    void* ssl = create(from);
    if (ssl == NULL) return 0;
    release(ssl);
  }
  return 1;
}

static int loop_up_ref(long n) {
  int (*take)(void*) = ssl_up_ref;
  void (*release)(void*) = ssl_free;
  void* handle = template_handle;
  for (long i = 0; i < n; i++) {
    if (take(handle) != 1) return 0;
    release(handle);
  }
  return 1;
}

static int (*loop)(long);

/* The same lead-in as the core's, so that all start a round with equally warm caches. */
static double timed_round(void* data) {
  (void)data;
  if (!loop(iterations / 16 + 1)) return -1;
  const double start = now_ns();
  if (!loop(iterations)) return -1;
  return (now_ns() - start) / (double)iterations;
}

static int fail(const char* what, const char* why) {
  fprintf(stderr, "plain_loop: %s: %s\n", what, why);
  return 2;
}

int main(int argc, char** argv) {
  if (argc != 9) return fail("usage", "LIBCRYPTO LIBSSL OPERATION ITERATIONS BOARD_FD EPOCH WORKER CPU");
  if (dupmark_start_idle_thread() != 0) return fail("thread", "cannot be started");
  void* libcrypto = dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL);
  void* libssl = libcrypto == NULL ? NULL : dlopen(argv[2], RTLD_NOW | RTLD_GLOBAL);
  if (libssl == NULL) return fail("dlopen", dlerror());
  const void* (*tls_method)(void);
  void* (*ssl_ctx_new)(const void*);
  *(void**)&tls_method = dlsym(libssl, "TLS_method");
  *(void**)&ssl_ctx_new = dlsym(libssl, "SSL_CTX_new");
  *(void**)&ssl_new = dlsym(libssl, "SSL_new");
  *(void**)&ssl_dup = dlsym(libssl, "SSL_dup");
  *(void**)&ssl_up_ref = dlsym(libssl, "SSL_up_ref");
  *(void**)&ssl_free = dlsym(libssl, "SSL_free");
  if (!tls_method || !ssl_ctx_new || !ssl_new || !ssl_dup || !ssl_up_ref || !ssl_free) {
    return fail("dlsym", "a function is missing");
  }
  ctx = ssl_ctx_new(tls_method());
  template_handle = ctx == NULL ? NULL : ssl_new(ctx);
  if (template_handle == NULL) return fail("SSL_new", "NULL");

  if (strcmp(argv[3], "new") == 0) loop = loop_new;
  else if (strcmp(argv[3], "dup") == 0) loop = loop_dup;
  else if (strcmp(argv[3], "up-ref") == 0) loop = loop_up_ref;
  else return fail("unknown operation", argv[3]);
  iterations = atol(argv[4]);
  if (iterations < 1) return fail("iterations", argv[4]);

  struct dupmark_board* board = dupmark_board_map(atoi(argv[5]));
  if (board == NULL) return fail("board", strerror(errno));
  const int cpu = atoi(argv[8]);
  if (cpu >= 0) {
    const int refused = dupmark_pin_process(getpid(), cpu);
    if (refused != 0) return fail("pinning", strerror(refused));
  }
  loop(iterations); /* warm */
  const enum dupmark_board_end end =
      dupmark_board_run(board, (uint32_t)atol(argv[6]), (uint32_t)atol(argv[7]), timed_round, NULL);
  return end == DUPMARK_BOARD_COMPLETE ? 0 : fail("rounds", "did not complete");
}
