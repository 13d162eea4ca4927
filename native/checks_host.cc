// A library for LD_PRELOAD that runs native/checks.cc inside a node executable, in the place of Node's own main: its OpenSSL
// has then allocated nothing, so that it takes the memory hooks, and the process has one thread, so that it can fork.
#include <dlfcn.h>

int RunChecks(int argc, char** argv);

extern "C" __attribute__((visibility("default"))) int __libc_start_main(void*, int argc, char** argv, void* init,
                                                                         void* fini, void* end, void* stack) {
  using Start = int (*)(int (*)(int, char**), int, char**, void*, void*, void*, void*);
  const auto start = reinterpret_cast<Start>(dlsym(RTLD_NEXT, "__libc_start_main"));
  return start(RunChecks, argc, argv, init, fini, end, stack);
}
