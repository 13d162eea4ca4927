#define _GNU_SOURCE
#include "board.h"

#include <errno.h>
#include <linux/futex.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

_Static_assert(offsetof(struct dupmark_board, gone) == 64, "bench/worker/board.ts has this offset");
_Static_assert(offsetof(struct dupmark_board, done) == 96, "bench/worker/board.ts has this offset");
_Static_assert(offsetof(struct dupmark_board, gates) == 1024, "bench/worker/board.ts has this offset");
_Static_assert(offsetof(struct dupmark_board, schedule) == 4096, "bench/worker/board.ts has this offset");
_Static_assert(offsetof(struct dupmark_board, values) == 36864, "bench/worker/board.ts has this offset");

struct dupmark_board* dupmark_board_map(int fd) {
  struct stat status;
  if (fstat(fd, &status) != 0) return NULL;
  if (status.st_size < (off_t)sizeof(struct dupmark_board)) {
    errno = EINVAL; /* touching a page beyond the end would be a SIGBUS */
    return NULL;
  }
  void* address = mmap(NULL, sizeof(struct dupmark_board), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (address == MAP_FAILED) return NULL;
  struct dupmark_board* board = address;
  if (board->magic != DUPMARK_BOARD_MAGIC) {
    munmap(address, sizeof(struct dupmark_board));
    errno = EINVAL;
    return NULL;
  }
  return board;
}

void dupmark_board_unmap(struct dupmark_board* board) { munmap(board, sizeof(struct dupmark_board)); }

static uint32_t load(const uint32_t* word) { return __atomic_load_n(word, __ATOMIC_ACQUIRE); }

/* The words are shared between processes, so the futex calls must not be the private ones. */
static void wait_on(uint32_t* word, uint32_t seen) {
  /* The limit is only for what nobody rings a bell for: a stop, or the death of the worker whose turn it is. */
  const struct timespec limit = {.tv_sec = 0, .tv_nsec = 20 * 1000 * 1000};
  syscall(SYS_futex, word, FUTEX_WAIT, seen, &limit, NULL, 0);
}

static void wake(uint32_t* word) {
  __atomic_fetch_add(word, 1, __ATOMIC_RELEASE);
  syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static int is_gone(const struct dupmark_board* board, uint32_t slot) {
  return __atomic_load_n(&board->gone[board->schedule[slot]], __ATOMIC_ACQUIRE) != 0;
}

/* Moves the turn from `slot` to the next worker that is still there, unless somebody else did. */
static void pass(struct dupmark_board* board, uint32_t slot) {
  uint32_t next = slot + 1;
  while (next < board->slots && is_gone(board, next)) next++;
  uint32_t expected = slot;
  if (!__atomic_compare_exchange_n(&board->turn, &expected, next, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return;
  if (next < board->slots) wake(&board->gates[board->schedule[next]].rung);
}

/* Returns non-zero when the turn has come to `slot`, 0 when waiting has ended without it. */
static int await_turn(struct dupmark_board* board, uint32_t worker, uint32_t slot) {
  for (;;) {
    const uint32_t rung = load(&board->gates[worker].rung);
    const uint32_t turn = load(&board->turn);
    if (load(&board->stop) != 0 || turn > slot) return 0;
    if (turn == slot) return 1;
    if (is_gone(board, turn)) {
      pass(board, turn);
      continue;
    }
    wait_on(&board->gates[worker].rung, rung);
  }
}

enum dupmark_board_end dupmark_board_run(struct dupmark_board* board, uint32_t epoch, uint32_t worker,
                                         dupmark_round round, void* data) {
  if (load(&board->epoch) != epoch || worker >= DUPMARK_BOARD_WORKERS_MAX) return DUPMARK_BOARD_WRONG_EPOCH;
  for (uint32_t slot = 0; slot < board->slots; slot++) {
    if (board->schedule[slot] != worker) continue;
    if (!await_turn(board, worker, slot)) return DUPMARK_BOARD_STOPPED;
    const double value = round(data);
    if (value < 0) {
      dupmark_board_leave(board, worker);
      pass(board, slot);
      return DUPMARK_BOARD_FAILED;
    }
    const uint32_t done = board->done[worker];
    if (done >= DUPMARK_BOARD_ROUNDS_MAX) return DUPMARK_BOARD_FAILED;
    board->values[worker][done] = value;
    __atomic_store_n(&board->done[worker], done + 1, __ATOMIC_RELEASE);
    pass(board, slot);
  }
  return DUPMARK_BOARD_COMPLETE;
}

void dupmark_board_leave(struct dupmark_board* board, uint32_t worker) {
  if (worker < DUPMARK_BOARD_WORKERS_MAX) __atomic_store_n(&board->gone[worker], 1, __ATOMIC_RELEASE);
}
