#include "pinning.h"

#include <dirent.h>
#include <sched.h>
#include <sys/types.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace {

// sched_setaffinity acts on one thread; Node has started several by the time that anybody can ask.
int SetAffinityOfAllThreads(int pid, const cpu_set_t& cpus) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  DIR* threads = opendir(path);
  if (threads == nullptr) return errno;
  int result = 0;
  while (const dirent* entry = readdir(threads)) {
    const pid_t thread = static_cast<pid_t>(strtol(entry->d_name, nullptr, 10));
    if (thread <= 0) continue;  // "." and ".."
    // A thread that has ended meanwhile needs no pinning.
    if (sched_setaffinity(thread, sizeof cpus, &cpus) != 0 && errno != ESRCH) result = errno;
  }
  closedir(threads);
  return result;
}

}  // namespace

int dupmark_pin_process(int pid, int cpu) {
  if (cpu < 0 || cpu >= CPU_SETSIZE) return EINVAL;
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(cpu, &cpus);
  return SetAffinityOfAllThreads(pid, cpus);
}

int dupmark_pin_thread(pthread_t thread, int cpu) {
  if (cpu < 0 || cpu >= CPU_SETSIZE) return EINVAL;
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(cpu, &cpus);
  return pthread_setaffinity_np(thread, sizeof cpus, &cpus);
}

int dupmark_keep_off(int pid, int cpu) {
  if (cpu < 0 || cpu >= CPU_SETSIZE) return EINVAL;
  cpu_set_t cpus;
  if (sched_getaffinity(pid, sizeof cpus, &cpus) != 0) return errno;
  CPU_CLR(cpu, &cpus);
  if (CPU_COUNT(&cpus) == 0) return EINVAL;  // there is only this one
  return SetAffinityOfAllThreads(pid, cpus);
}
