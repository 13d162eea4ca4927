// A library for LD_PRELOAD: its constructor runs before main and before Node's own OpenSSL has allocated
// anything, so that OpenSSL still accepts the counting hooks. For the memory pass of targets whose OpenSSL is
// inside the node executable; never present while anything is timed.
#include <dlfcn.h>

#include "allocations.h"

namespace {

using dupmark::allocations::Probe;

bool installed = false;
const Probe probe{dupmark::allocations::Read, dupmark::allocations::LiveSites, dupmark::allocations::BeginRecording,
                  dupmark::allocations::EndRecording};

__attribute__((constructor)) void InstallHooks() {
  void* set = dlsym(RTLD_DEFAULT, "CRYPTO_set_mem_functions");
  if (set == nullptr) return;
  installed = dupmark::allocations::Install(reinterpret_cast<decltype(dupmark::Api::CRYPTO_set_mem_functions)>(set));
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const Probe* dupmark_preloaded_probe(void) {
  return installed ? &probe : nullptr;
}
