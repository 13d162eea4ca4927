// Counts what OpenSSL allocates, through the memory functions it lets a program set, by OpenSSL's own file and
// line. Used in passes of their own and by the witness; never installed while anything is timed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "openssl_abi.h"

namespace dupmark::allocations {

// Totals since the hooks were installed. A realloc counts as one allocation of its new size.
struct Totals {
  uint64_t allocations;
  uint64_t requested_bytes;
  uint64_t live_allocations;
  uint64_t live_bytes;
};

// One OpenSSL source line and what it allocated that is still live.
struct Site {
  std::string file;
  int line;
  uint64_t live_allocations;
  uint64_t live_bytes;
};

// One OpenSSL source line and what it allocated while a recording was on, live or not.
struct Made {
  std::string file;
  int line;
  uint64_t allocations;
  uint64_t bytes;
};

// Makes `set` (a library's CRYPTO_set_mem_functions) use the counting hooks. False when the library refuses,
// which it does once it has allocated anything.
bool Install(decltype(Api::CRYPTO_set_mem_functions) set);

// Gives the library its own functions back, after which it runs exactly as if it had never been hooked.
// OpenSSL allows this for as long as every allocation so far went through the hooks.
bool Remove(const Api& api);

Totals Read();
std::vector<Site> LiveSites();

// Forgets the former recording and begins one.
void BeginRecording();
// Ends the recording: what was allocated meanwhile, by file and line, a realloc counting as in Totals.
std::vector<Made> EndRecording();
// Makes the hooks refuse allocation number `nth` from now on (1 is the next one) and, with `and_later`, all after it;
// 0 refuses none and only counts. A realloc counts as one. For processes of one thread.
void FailAllocation(uint64_t nth, bool and_later);

// Whether allocations count for FailAllocation now: leaves out what happens between the calls under test. Gives the former
// answer, to go back to.
bool CountForFailing(bool on);

// From now on a block that is freed or grown twice ends the process at once (abort), new memory is filled with 0xa5 and
// freed memory with 0xdb, so that what is wrong with memory shows where it goes wrong. For processes of one thread.
void BeStrict();
// Why the process is about to end: null unless it is a block that was freed or grown twice.
const char* WhyAborting();

// What happened between FailAllocation and StopFailing.
struct Attempts {
  uint64_t asked;
  uint64_t refused;
  const char* file;  // of the first that was refused; null when none was
  int line;
};
Attempts StopFailing();

// Where figures are read: this binary's own hooks, or those of a preloaded library that was in time for an
// OpenSSL that is part of the executable.
struct Probe {
  Totals (*read)();
  std::vector<Site> (*live_sites)();
  void (*begin_recording)();
  std::vector<Made> (*end_recording)();
};

// The name under which native/preload.cc exports `const Probe* (*)(void)`.
inline constexpr char kPreloadedProbe[] = "dupmark_preloaded_probe";

}  // namespace dupmark::allocations
