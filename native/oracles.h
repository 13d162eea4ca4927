// Exact oracles by public API: how many SSL, SSL_CTX and SSL_SESSION of dupmark's own were created and really freed,
// as OpenSSL's own ex_data callbacks tell. They work on every version, also on the OpenSSL inside node.
#pragma once

#include <atomic>
#include <cstdint>

#include "status.h"

namespace dupmark::oracles {

struct Counts {
  uint64_t created;
  uint64_t freed;
  int64_t live() const { return static_cast<int64_t>(created - freed); }
};

struct Totals {
  Counts handles;
  Counts contexts;
  Counts sessions;
};

// Registers the callbacks, once per process however often it is called: OpenSSL never gives an index back, and the
// callbacks' code must stay mapped. A class whose functions this version lacks is not counted.
Status Install(const Api& api);

// Counts an object as dupmark's own. The callbacks are process-wide and would count Node's as well.
bool Own(const Api& api, SSL* ssl);
bool Own(const Api& api, SSL_CTX* ctx);
bool Own(const Api& api, SSL_SESSION* session);

Totals Read();
// For loops of a few nanoseconds: read where it lies, without a call.
const std::atomic<uint64_t>& HandlesFreed();

// What this process holds, by the C library and by the kernel.
uint64_t AllocatorBytes();
uint64_t ResidentBytes();

}  // namespace dupmark::oracles
