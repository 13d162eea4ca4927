// Planted slow-downs of known size: see Plant in operations.h. Included by operations.cc only.
#pragma once

#include "clock.h"
#include "operations.h"

namespace dupmark {

// So many turns of an empty loop, which the compiler may not remove. Not inlined: where a loop this short lies decides
// how fast it is, and it must be as fast when it is used as when it was timed.
__attribute__((noinline)) inline void Spin(uint64_t spins) {
  for (uint64_t i = 0; i < spins; i++) asm volatile("" ::: "memory");
}

// How many turns last about `ns` on this CPU, by the fastest of several tries: a neighbour only ever slows one down.
inline uint64_t SpinsFor(double ns) {
  if (ns <= 0) return 0;
  constexpr uint64_t kTurns = 100000;
  int64_t least = INT64_MAX;
  for (int i = 0; i < 20; i++) {
    const int64_t start = NowNs();
    Spin(kTurns);
    const int64_t took = NowNs() - start;
    if (took < least) least = took;
  }
  return static_cast<uint64_t>(ns * static_cast<double>(kTurns) / static_cast<double>(least < 1 ? 1 : least));
}

template <class Steps>
struct PlantedSteps {
  Steps steps;
  uint64_t every;
  uint64_t spins;
  bool extra;
  uint64_t* since;  // frees since the last time; outlives the copies that the loops make of this
  SSL* Make() const { return steps.Make(); }
  // After the free, so that an extra creation finds the allocator as every other one does.
  void Drop(SSL* ssl) const {
    steps.Drop(ssl);
    if (++*since < every) return;
    *since = 0;
    Spin(spins);
    if (extra) {
      SSL* more = steps.Make();
      if (more != nullptr) steps.Drop(more);
    }
  }
};

}  // namespace dupmark
