#include "oracles.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <mutex>

namespace dupmark::oracles {
namespace {

struct Counter {
  int index = -1;
  std::atomic<uint64_t> created{0};
  std::atomic<uint64_t> freed{0};
};

Counter counters[3];  // by OpenSSL's class: SSL, SSL_CTX, SSL_SESSION
std::mutex install_lock;
char tag;  // its address marks an object as dupmark's own

void OnFree(void*, void* data, CRYPTO_EX_DATA*, int, long, void* counter) {
  if (data == &tag) static_cast<Counter*>(counter)->freed.fetch_add(1, std::memory_order_relaxed);
}

// A copy of an own object is an own object. `from` is a pointer to the value, in every version.
int OnDup(CRYPTO_EX_DATA*, const CRYPTO_EX_DATA*, void** from, int, long, void* counter) {
  if (from != nullptr && *from == &tag) static_cast<Counter*>(counter)->created.fetch_add(1, std::memory_order_relaxed);
  return 1;
}

Counts Of(const Counter& counter) {
  // Freed first: a reader beside running threads must never see more freed than created.
  const uint64_t freed = counter.freed.load(std::memory_order_relaxed);
  return {counter.created.load(std::memory_order_relaxed), freed};
}

template <class Object>
bool Tag(int (*set)(Object*, int, void*), Object* object, Counter& counter) {
  if (counter.index < 0 || set == nullptr) return true;  // not counted in this version
  if (set(object, counter.index, &tag) != 1) return false;
  counter.created.fetch_add(1, std::memory_order_relaxed);
  return true;
}

}  // namespace

Status Install(const Api& api) {
  const std::lock_guard<std::mutex> guard(install_lock);
  if (counters[0].index >= 0) return Status::Ok();
  if (api.CRYPTO_get_ex_new_index == nullptr || api.SSL_set_ex_data == nullptr) {
    return Status::Error("this library has no ex_data callbacks, without which no handle can be counted");
  }
  const bool settable[] = {true, api.SSL_CTX_set_ex_data != nullptr, api.SSL_SESSION_set_ex_data != nullptr};
  for (int kind = 0; kind < 3; kind++) {
    if (!settable[kind]) continue;
    counters[kind].index = api.CRYPTO_get_ex_new_index(kind, 0, &counters[kind], nullptr, OnDup, OnFree);
    if (counters[kind].index < 0) return Failed(api, "CRYPTO_get_ex_new_index");
  }
  return Status::Ok();
}

bool Own(const Api& api, SSL* ssl) { return Tag(api.SSL_set_ex_data, ssl, counters[0]); }
bool Own(const Api& api, SSL_CTX* ctx) { return Tag(api.SSL_CTX_set_ex_data, ctx, counters[1]); }
bool Own(const Api& api, SSL_SESSION* session) { return Tag(api.SSL_SESSION_set_ex_data, session, counters[2]); }

Totals Read() { return {Of(counters[0]), Of(counters[1]), Of(counters[2])}; }
const std::atomic<uint64_t>& HandlesFreed() { return counters[0].freed; }

// mallinfo2 came with glibc 2.33; before it, mallinfo's int fields hold what a small process uses.
uint64_t AllocatorBytes() {
  struct Figures {
    size_t fields[10];  // struct mallinfo2: arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, …
  };
  static const auto mallinfo2_function = reinterpret_cast<Figures (*)()>(dlsym(RTLD_DEFAULT, "mallinfo2"));
  if (mallinfo2_function != nullptr) {
    const Figures figures = mallinfo2_function();
    return figures.fields[7] + figures.fields[4];
  }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  const struct mallinfo figures = mallinfo();
#pragma GCC diagnostic pop
  return static_cast<uint64_t>(figures.uordblks) + static_cast<uint64_t>(figures.hblkhd);
}

uint64_t ResidentBytes() {
  char text[128];
  const int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  const ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  if (length <= 0) return 0;
  text[length] = '\0';
  char* rest = nullptr;
  strtoull(text, &rest, 10);  // the size of the program; resident pages come second
  return strtoull(rest, nullptr, 10) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace dupmark::oracles
