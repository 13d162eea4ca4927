// The loops themselves, over any pair of steps. Included by operations.cc only.
#pragma once

#include <vector>

#include "clock.h"
#include "operations.h"

namespace dupmark {

// `Steps` has Make() (null when it failed) and Drop(ssl), both inlined into the loops, so that an iteration has
// no call but OpenSSL's own.
template <class Steps>
class LoopsOf final : public Loops {
 public:
  LoopsOf(Steps steps, uint32_t live) : steps_(steps), handles_(live, nullptr) {}
  ~LoopsOf() override { Empty(); }

  SSL* Make() override { return steps_.Make(); }
  void Drop(SSL* ssl) override { steps_.Drop(ssl); }

  double TimeNs(Phase phase, uint64_t iterations) override {
    switch (phase) {
      case Phase::kBoth: return handles_.size() == 1 ? BothHot(iterations) : BothHeld(iterations);
      case Phase::kCreate: return Apart(iterations, /*create=*/true);
      case Phase::kFree: return Apart(iterations, /*create=*/false);
    }
    return -1;
  }

  bool RunLane(uint64_t iterations, Lane* lane) override {
    const Steps steps = steps_;
    std::atomic<uint64_t>& count = *lane->count;
    Finish& finish = *lane->finish;
    uint64_t done = 0;
    const auto once = [&steps, &count, &done] {
      SSL* ssl = steps.Make();
      if (ssl == nullptr) return false;
      steps.Drop(ssl);
      count.store(++done, std::memory_order_relaxed);
      return true;
    };
    const int64_t cpu_start = ThreadCpuNs();
    const int64_t start = NowNs();
    while (done < iterations) {
      if (!once()) return false;
    }
    lane->elapsed_ns = NowNs() - start;
    lane->cpu_ns = ThreadCpuNs() - cpu_start;
    finish.Arrive();
    while (!finish.over()) {
      if (!once()) return false;
    }
    return true;
  }

 private:
  double BothHot(uint64_t iterations) {
    const Steps steps = steps_;  // a local copy stays in registers
    const int64_t start = NowNs();
    for (uint64_t i = 0; i < iterations; i++) {
      SSL* ssl = steps.Make();
      if (ssl == nullptr) return -1;
      steps.Drop(ssl);
    }
    return static_cast<double>(NowNs() - start);
  }

  // A ring: each iteration frees the oldest handle and creates one in its place, so that as many stay alive.
  double BothHeld(uint64_t iterations) {
    if (!Fill()) return -1;
    const Steps steps = steps_;
    SSL** const ring = handles_.data();
    const size_t size = handles_.size();
    size_t oldest = oldest_;
    const int64_t start = NowNs();
    for (uint64_t i = 0; i < iterations; i++) {
      steps.Drop(ring[oldest]);
      ring[oldest] = steps.Make();
      if (ring[oldest] == nullptr) return -1;
      if (++oldest == size) oldest = 0;
    }
    const int64_t end = NowNs();
    oldest_ = oldest;
    return static_cast<double>(end - start);
  }

  // Creation or free alone: blocks of `live` creations and then as many frees, the clock read around the half
  // that is wanted, and what those readings cost taken off again.
  double Apart(uint64_t iterations, bool create) {
    Empty();
    const Steps steps = steps_;
    SSL** const block = handles_.data();
    const size_t size = handles_.size();
    const int64_t clock_cost = ClockCostNs();
    int64_t total = 0;
    for (uint64_t done = 0; done < iterations;) {
      const size_t count = iterations - done < size ? static_cast<size_t>(iterations - done) : size;
      const int64_t start = NowNs();
      for (size_t i = 0; i < count; i++) {
        block[i] = steps.Make();
        if (block[i] == nullptr) return -1;
      }
      const int64_t middle = NowNs();
      for (size_t i = 0; i < count; i++) steps.Drop(block[i]);
      const int64_t end = NowNs();
      total += (create ? middle - start : end - middle) - clock_cost;
      done += count;
      for (size_t i = 0; i < count; i++) block[i] = nullptr;  // freed: a later failure must not free them again
    }
    return static_cast<double>(total < 0 ? 0 : total);
  }

  bool Fill() {
    for (SSL*& handle : handles_) {
      if (handle == nullptr && (handle = steps_.Make()) == nullptr) return false;
    }
    return true;
  }

  void Empty() {
    for (SSL*& handle : handles_) {
      if (handle != nullptr) steps_.Drop(handle);
      handle = nullptr;
    }
    oldest_ = 0;
  }

  Steps steps_;
  std::vector<SSL*> handles_;
  size_t oldest_ = 0;
};

}  // namespace dupmark
