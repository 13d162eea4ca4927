// Which allocator this process really runs on, so that a variation of it can be shown to have taken effect.
#pragma once

#include <string>

namespace dupmark {

struct AllocatorFacts {
  // The file that answers malloc.
  std::string home;
  // glibc's arenas so far; below 0 when another allocator answers.
  int arenas = -1;
  // Whether glibc keeps what a thread frees for that thread (tcache): 1 yes, 0 no, below 0 as above.
  int thread_cache = -1;
};

AllocatorFacts ReadAllocator();

}  // namespace dupmark
