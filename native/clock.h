// The clock that everything is timed with.
#pragma once

#include <time.h>

#include <cstdint>

namespace dupmark {

// Nanoseconds of CLOCK_MONOTONIC, read through the vDSO: no system call.
inline int64_t NowNs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int64_t>(now.tv_sec) * 1000000000 + now.tv_nsec;
}

// Nanoseconds of processor time that this thread has had. A system call.
inline int64_t ThreadCpuNs() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<int64_t>(now.tv_sec) * 1000000000 + now.tv_nsec;
}

// What one reading adds to an interval that ends with it: the least of many pairs of readings.
inline int64_t ClockCostNs() {
  int64_t least = INT64_MAX;
  for (int i = 0; i < 64; i++) {
    const int64_t start = NowNs();
    const int64_t cost = NowNs() - start;
    if (cost < least) least = cost;
  }
  return least;
}

}  // namespace dupmark
