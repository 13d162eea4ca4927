/*
 * The board is a small file that all workers of a comparison map and by which they hand the turn to each other:
 * one runs its round, writes its value, and wakes the next. A hand-off costs two system calls and no JavaScript.
 *
 * The parent process lays the board out (bench/worker/board.ts has the same offsets) and reads the values; a
 * worker that dies leaves all values that it has written.
 *
 * Plain C, so that native/plain_loop.c, the yardstick for the whole core, needs nothing else of dupmark.
 */
#ifndef DUPMARK_BOARD_H
#define DUPMARK_BOARD_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  DUPMARK_BOARD_MAGIC = 0x31424d44, /* "DMB1" */
  DUPMARK_BOARD_WORKERS_MAX = 32,
  DUPMARK_BOARD_ROUNDS_MAX = 1024,
};

/* One cache line each: waking one worker must not touch another's line. */
struct dupmark_gate {
  uint32_t rung; /* futex word: raised when this worker is to look at the turn again */
  uint8_t pad[60];
};

struct dupmark_board {
  uint32_t magic;
  uint32_t epoch; /* raised by the parent for every batch */
  uint32_t slots; /* turns in this batch */
  uint32_t stop;  /* non-zero: give up waiting */
  uint32_t turn;  /* the slot that may run now */
  uint8_t pad0[44];
  uint8_t gone[DUPMARK_BOARD_WORKERS_MAX];  /* non-zero: this worker takes no more turns in this epoch */
  uint32_t done[DUPMARK_BOARD_WORKERS_MAX]; /* values written by each worker in this epoch */
  uint8_t pad1[1024 - 64 - 32 - 128];
  struct dupmark_gate gates[DUPMARK_BOARD_WORKERS_MAX]; /* at 1024 */
  uint8_t pad2[4096 - 1024 - 64 * DUPMARK_BOARD_WORKERS_MAX];
  /* at 4096: which worker runs in which slot */
  uint8_t schedule[DUPMARK_BOARD_WORKERS_MAX * DUPMARK_BOARD_ROUNDS_MAX];
  /* nanoseconds per iteration, by worker and round */
  double values[DUPMARK_BOARD_WORKERS_MAX][DUPMARK_BOARD_ROUNDS_MAX];
};

/* Runs one round and returns its nanoseconds per iteration, or a negative number when it failed. */
typedef double (*dupmark_round)(void* data);

enum dupmark_board_end {
  DUPMARK_BOARD_COMPLETE = 0,
  DUPMARK_BOARD_STOPPED = 1,     /* the parent said stop */
  DUPMARK_BOARD_FAILED = 2,      /* a round failed; this worker has left the batch */
  DUPMARK_BOARD_WRONG_EPOCH = 3, /* the board is not at the batch that was asked for */
};

/* Maps the board behind `fd`. Returns NULL, with errno, when it cannot be mapped or is no board. */
struct dupmark_board* dupmark_board_map(int fd);
void dupmark_board_unmap(struct dupmark_board* board);

/* Runs all turns that the schedule of this epoch gives to `worker`. */
enum dupmark_board_end dupmark_board_run(struct dupmark_board* board, uint32_t epoch, uint32_t worker,
                                         dupmark_round round, void* data);

/* Takes `worker` out of the current batch, so that nobody waits for it. */
void dupmark_board_leave(struct dupmark_board* board, uint32_t worker);

#ifdef __cplusplus
}
#endif
#endif
