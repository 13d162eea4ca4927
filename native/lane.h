// What the threads of a team (team.h) and the loops that they run (loops.h) tell each other.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "clock.h"

namespace dupmark {

// Two cache lines, since processors fetch them in pairs: what is this far apart is not slowed by writes to the other.
inline constexpr size_t kLaneBytes = 128;

// The end of a round: whoever comes last adds up what all have done until then, and lets them stop.
class alignas(kLaneBytes) Finish {
 public:
  // `counts` are those of the `lanes` threads that take part.
  void Begin(std::atomic<uint64_t>* const* counts, uint32_t lanes) {
    counts_ = counts;
    lanes_ = lanes;
    operations_ = 0;
    ended_ns_ = 0;
    unfinished_.store(lanes, std::memory_order_relaxed);
    over_.store(false, std::memory_order_release);
  }

  void Arrive() {
    if (unfinished_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    ended_ns_ = NowNs();
    for (uint32_t i = 0; i < lanes_; i++) operations_ += counts_[i]->load(std::memory_order_relaxed);
    over_.store(true, std::memory_order_release);
  }

  // A thread has failed: nobody is to wait for it.
  void Abandon() { over_.store(true, std::memory_order_release); }

  bool over() const { return over_.load(std::memory_order_acquire); }
  int64_t ended_ns() const { return ended_ns_; }
  uint64_t operations() const { return operations_; }

 private:
  std::atomic<uint32_t> unfinished_{0};
  std::atomic<bool> over_{false};
  std::atomic<uint64_t>* const* counts_ = nullptr;
  uint32_t lanes_ = 0;
  uint64_t operations_ = 0;
  int64_t ended_ns_ = 0;
};

// One thread's part of a round.
struct alignas(kLaneBytes) Lane {
  // Operations so far: `own` below, or, to show what false sharing costs, one of several side by side in a cache line.
  std::atomic<uint64_t>* count = nullptr;
  Finish* finish = nullptr;
  // What `iterations` took, by the clock and of the thread's processor time.
  int64_t elapsed_ns = 0;
  int64_t cpu_ns = 0;
  // Apart from the fields above: this one is written in every iteration.
  alignas(kLaneBytes) std::atomic<uint64_t> own{0};
};

}  // namespace dupmark
