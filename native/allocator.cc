#include "allocator.h"

#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "bindings.h"
#include "oracles.h"

namespace dupmark {
namespace {

int CountArenas() {
  char* text = nullptr;
  size_t length = 0;
  FILE* memory = open_memstream(&text, &length);
  if (memory == nullptr) return -1;
  const int written = malloc_info(0, memory);
  fclose(memory);
  int arenas = 0;
  for (const char* at = text; written == 0 && at != nullptr && (at = strstr(at, "<heap nr=")) != nullptr; at++) arenas++;
  free(text);
  return written == 0 ? arenas : -1;
}

// What the thread's cache takes is still in use by the arena's own figures.
int HasThreadCache() {
  constexpr size_t kSmall = 40;
  void* volatile block = malloc(kSmall);
  if (block == nullptr) return -1;
  const uint64_t before = oracles::AllocatorBytes();
  free(block);
  return oracles::AllocatorBytes() == before ? 1 : 0;
}

}  // namespace

AllocatorFacts ReadAllocator() {
  AllocatorFacts facts;
  facts.home = HomeOf(reinterpret_cast<const void*>(&malloc));
  if (facts.home != HomeOf(reinterpret_cast<const void*>(&malloc_info))) return facts;
  facts.arenas = CountArenas();
  facts.thread_cache = HasThreadCache();
  return facts;
}

}  // namespace dupmark
