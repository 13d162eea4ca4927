#include "faults.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <link.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "fault_child.h"
#include "gates.h"

namespace dupmark {
namespace {

// A fork of a small process and three calls take milliseconds: a child that takes this long hangs.
constexpr unsigned kHangSeconds = 10;
constexpr unsigned kPlantedHangSeconds = 1;

// "libssl.so.3 SSL_dup+0x1f", as the symbols that the library exports allow: a function that it does not export is
// "libssl.so.3 +0x3c21f", and not the one that happens to stand before it.
std::string FrameText(void* address) {
  Dl_info info;
  ElfW(Sym)* symbol = nullptr;
  if (dladdr1(address, &info, reinterpret_cast<void**>(&symbol), RTLD_DL_SYMENT) == 0 || info.dli_fname == nullptr) return "?";
  const char* slash = strrchr(info.dli_fname, '/');
  std::string text = slash == nullptr ? info.dli_fname : slash + 1;
  const auto* at = static_cast<const char*>(address);
  const auto* function = static_cast<const char*>(info.dli_saddr);
  const bool inside = info.dli_sname != nullptr && symbol != nullptr && at < function + symbol->st_size;
  char offset[64];
  snprintf(offset, sizeof offset, "+0x%zx", static_cast<size_t>(at - (inside ? function : static_cast<const char*>(info.dli_fbase))));
  return text + " " + (inside ? info.dli_sname : "") + offset;
}

// Whether a frame is in the library under test: of its own, or of a node executable.
bool IsTargets(const std::string& frame) {
  for (const char* other : {"dupmark_checks", "libc.so", "libc-", "?"}) {
    if (frame.rfind(other, 0) == 0) return false;
  }
  return true;
}

Status RunPoint(FaultBench& bench, unsigned hang_seconds, FaultPoint* point) {
  memset(fault_answer, 0, sizeof *fault_answer);
  fflush(stdout);
  const pid_t child = fork();
  if (child < 0) return Status::Error(std::string("cannot fork: ") + strerror(errno));
  if (child == 0) {
    WatchForCrashes(hang_seconds);
    allocations::BeStrict();
    bench.Run(point->nth, point->and_later);
    _exit(0);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  static constexpr const char* kPhases[] = {"the call", "looking at the handle", "freeing the handle"};
  point->phase = kPhases[fault_answer->phase];
  point->refused_at = fault_answer->refused_at;
  if (WIFSIGNALED(status)) {
    point->signal = WTERMSIG(status);
    point->kind = point->signal == SIGALRM ? FaultKind::kHung : FaultKind::kCrashed;
    point->why = fault_answer->why;
    // Without the frames of the handler, of the signal and of the hooks that raised it, and of what called OpenSSL.
    int first = 0;
    while (first < fault_answer->frame_count && !IsTargets(FrameText(fault_answer->frames[first]))) first++;
    int last = fault_answer->frame_count;
    while (last > first && !IsTargets(FrameText(fault_answer->frames[last - 1]))) last--;
    if (first == last) {
      first = 0;
      last = fault_answer->frame_count;
    }
    for (int i = first; i < last; i++) point->backtrace.push_back(FrameText(fault_answer->frames[i]));
    return Status::Ok();
  }
  if (fault_answer->finished == 0) return Status::Error("a child ended without an answer");
  point->leaked = fault_answer->leaked;
  point->leaked_at = fault_answer->leaked_at;
  point->lacks = fault_answer->lacks;
  point->let_in = fault_answer->let_in;
  if (fault_answer->succeeded != 0 && !point->lacks.empty()) point->kind = FaultKind::kSilentLack;
  else if (point->leaked > 0) point->kind = FaultKind::kLeaked;
  else if (fault_answer->succeeded != 0) point->kind = FaultKind::kSurvived;
  else point->kind = fault_answer->queued != 0 ? FaultKind::kRefused : FaultKind::kQuiet;
  return Status::Ok();
}

}  // namespace

const char* Name(FaultKind kind) {
  switch (kind) {
    case FaultKind::kRefused: return "refused";
    case FaultKind::kSurvived: return "survived";
    case FaultKind::kQuiet: return "quiet";
    case FaultKind::kLeaked: return "leaked";
    case FaultKind::kSilentLack: return "silent-lack";
    case FaultKind::kCrashed: return "crashed";
    case FaultKind::kHung: return "hung";
  }
  return "";
}

std::vector<GuardReport> TryGuards(const Api& api) {
  std::vector<GuardReport> reports;
  for (const Setting& setting : Catalogue()) {
    for (const Level& level : setting.levels) {
      const Choice choice{setting.id, level.name};
      SSL_CTX* ctx = NewContextFor(api, {choice});
      Availability availability;
      std::string reason;
      const auto prepared = PrepareSetting(api, ctx, setting, level, &availability, &reason);
      if (prepared != nullptr && prepared->CanGuard()) {
        SSL* with = api.SSL_new(ctx);
        SSL* without = api.SSL_new(ctx);
        if (prepared->Apply(with)) {
          reports.push_back({choice.setting + "=" + choice.level, prepared->Guard(with), prepared->Guard(without)});
        }
        api.SSL_free(with);
        api.SSL_free(without);
      }
      api.SSL_CTX_free(ctx);
    }
  }
  return reports;
}

FaultReport InjectFaults(const Library& library, const FaultCase& wanted, const FaultOptions& options) {
  FaultReport report;
  const auto fail = [&report](std::string reason) {
    report.availability = Availability::kFailed;
    report.reason = std::move(reason);
  };
  if (library.probe() == nullptr) {
    fail("the hooks are not installed");
    return report;
  }
  if (fault_answer == nullptr) {
    void* memory = mmap(nullptr, sizeof(FaultAnswer), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
      fail(std::string("mmap: ") + strerror(errno));
      return report;
    }
    fault_answer = static_cast<FaultAnswer*>(memory);
    void* frame[1];
    backtrace(frame, 1);  // loads libgcc now, and not in a child that has crashed
  }
  gates::Install(library);
  FaultBench bench(library, wanted, options.plant);
  const Status prepared = bench.Prepare();
  if (!prepared.ok()) {
    fail(prepared.message());
    return report;
  }
  report.allocations = bench.allocations();
  for (uint64_t nth = 1; nth <= report.allocations; nth++) {
    if (options.only_nth != 0 && nth != options.only_nth) continue;
    for (const bool and_later : {false, true}) {
      FaultPoint point;
      point.nth = nth;
      point.and_later = and_later;
      const Status status =
          RunPoint(bench, options.plant == "hung" ? kPlantedHangSeconds : kHangSeconds, &point);
      if (!status.ok()) {
        fail(status.message());
        return report;
      }
      report.points.push_back(std::move(point));
    }
  }
  return report;
}

}  // namespace dupmark
