// Slow-downs of known size, for showing that they are found (dupmark doctor --power); never in a benchmark.
//
// They are planted in the round, not in its iterations: a counter in the loop is a branch that one side's processor
// may guess wrong more often than the other's, and one wrong guess in 200 iterations of SSL_up_ref is itself 0.8 %.
// So both sides run the loop of a benchmark as it is, and only the planted one does more of it or then waits. Both are
// shares of the round as it is then: the same slow-down whether or not something else slows the machine down.
#pragma once

#include <cstdint>

#include "clock.h"

namespace dupmark {

// Nothing planted while both are 0.
struct Plant {
  double delay = 0;         // waited after the round, as a share of what it took
  uint64_t work_every = 0;  // one iteration more in so many

  uint64_t MoreIterations(uint64_t iterations) const { return work_every == 0 ? 0 : iterations / work_every; }

  // Waits, busily, after a round that took so long. Nanoseconds that it waited.
  double Wait(double round_ns) const {
    const double wanted = delay * round_ns;
    if (wanted <= 0) return 0;
    const int64_t start = NowNs();
    int64_t waited = 0;
    do {
      waited = NowNs() - start;
    } while (static_cast<double>(waited) < wanted);
    return static_cast<double>(waited);
  }
};

}  // namespace dupmark
