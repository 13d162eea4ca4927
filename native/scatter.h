// Where the heap puts things decides some of what an operation takes, and what a process did before decides where that
// is: a request of a few more characters made SSL_new 0.5 % dearer, in every process alike. Address randomisation moves a
// heap as a whole; this stirs what is in it, so that such a difference is one of chance, which more processes average out.
#pragma once

#include <cstdint>
#include <cstdlib>

namespace dupmark {

// Takes blocks of sizes that the seed decides, and gives about half of them back, in places that it decides as well. The
// others are kept for good: about 16 KiB. More of them do not stir better: with 512 no difference is less of the memory's
// making, and all of them vary more (docs/decisions/heap-layout.md).
inline void ScatterHeap(uint64_t seed) {
  constexpr int kBlocks = 32;
  constexpr uint64_t kBytesMost = 2048;
  void* blocks[kBlocks];
  // SplitMix64 (Steele, Lea and Flood, 2014).
  const auto next = [&seed] {
    seed += 0x9e3779b97f4a7c15;
    uint64_t mixed = seed;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  };
  for (void*& block : blocks) block = malloc(1 + next() % kBytesMost);
  for (void* block : blocks) {
    if (next() % 2 == 0) free(block);
  }
}

}  // namespace dupmark
