#include "faults.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <link.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "gates.h"

namespace dupmark {
namespace {

// A fork of a small process and three calls take milliseconds: a child that takes this long hangs.
constexpr unsigned kHangSeconds = 10;
constexpr unsigned kPlantedHangSeconds = 1;
// The first refused allocation also allocates error strings and the like: only what the last time left is a leak.
constexpr int kRepetitions = 3;
constexpr int kFramesMax = 24;

enum class Phase : int { kCall, kLook, kFree };

// What the child says, in memory that it shares with the parent.
struct Shared {
  volatile int finished;
  volatile int phase;
  volatile int succeeded;
  volatile int queued;  // whether the error queue had an entry
  volatile int reached;  // whether the call came as far as the allocation that was to be refused
  volatile int64_t leaked;
  char refused_at[160];
  char leaked_at[160];
  char lacks[320];
  char let_in[320];
  char why[80];
  void* frames[kFramesMax];
  volatile int frame_count;
};

Shared* shared = nullptr;

void Put(char* to, size_t size, const std::string& text) {
  snprintf(to, size, "%s", text.c_str());
}

std::string SiteText(const char* file, int line) {
  if (file == nullptr) return "";
  while (strncmp(file, "../", 3) == 0) file += 3;
  return std::string(file) + ":" + std::to_string(line);
}

void OnCrash(int number) {
  const allocations::Attempts attempts = allocations::StopFailing();
  if (attempts.refused > 0) Put(shared->refused_at, sizeof shared->refused_at, SiteText(attempts.file, attempts.line));
  if (allocations::WhyAborting() != nullptr) Put(shared->why, sizeof shared->why, allocations::WhyAborting());
  shared->frame_count = backtrace(shared->frames, kFramesMax);
  signal(number, SIG_DFL);
  raise(number);
}

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

// A case made ready: everything that is not the call itself.
class Bench {
 public:
  Bench(const Library& library, const FaultCase& wanted, const std::string& plant)
      : api_(library.api()), probe_(*library.probe()), wanted_(wanted), plant_(plant) {}
  ~Bench() {
    if (template_ != nullptr) api_.SSL_free(template_);
    settings_.clear();
    if (ctx_ != nullptr) api_.SSL_CTX_free(ctx_);
    api_.ERR_clear_error();
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  Status Prepare() {
    ctx_ = NewContextFor(api_, wanted_.settings);
    if (ctx_ == nullptr) return Failed(api_, "SSL_CTX_new");
    for (const Choice& choice : wanted_.settings) {
      Availability availability;
      std::string reason;
      std::unique_ptr<Prepared> prepared =
          PrepareSetting(api_, ctx_, choice.setting, choice.level, &availability, &reason);
      if (prepared == nullptr) return Status::Error(reason);
      settings_.push_back(std::move(prepared));
    }
    for (size_t i = 0; wanted_.call == FaultCall::kNew && i < settings_.size(); i++) {
      if (!gates::ApplyToContext(*settings_[i], ctx_)) return Failed(api_, "a setting of the SSL_CTX");
    }
    template_ = api_.SSL_new(ctx_);
    if (template_ == nullptr) return Failed(api_, "SSL_new");
    if (wanted_.call == FaultCall::kDup && !Apply(template_)) return Failed(api_, "a setting");
    MarkUsing();
    // What a call that goes well lacks already (SSL_dup does not carry everything) is no finding here.
    expected_.assign(settings_.size(), true);
    for (int i = 0; i < 2; i++) {
      SSL* ssl = Ready();
      allocations::Attempts attempts;
      SSL* made = CallRefused(ssl, 0, false, &attempts);
      allocations_ = attempts.asked;
      if (made == nullptr) return Failed(api_, wanted_.name.c_str());
      if (i == 1) {
        for (size_t k = 0; k < settings_.size(); k++) expected_[k] = Look(k, made, 0, false).present();
      }
      api_.SSL_free(made);
      api_.ERR_clear_error();
    }
    const std::vector<allocations::Site> before = probe_.live_sites();
    Repeat(0, false);
    left_anyway_ = Growth(before);
    return Status::Ok();
  }

  uint64_t allocations() const { return allocations_; }

  // In the child.
  void Run(uint64_t nth, bool and_later) {
    for (int i = 0; i < kRepetitions; i++) shared->leaked = Repeat(nth, and_later);
    if (shared->leaked > 0) {
      const std::vector<allocations::Site> before = probe_.live_sites();
      Repeat(nth, and_later);
      NoteLeak(before);
    }
    if (shared->succeeded != 0 && shared->reached != 0) {
      SSL* ssl = Ready();
      SSL* made = Try(ssl, nth, and_later);
      shared->phase = static_cast<int>(Phase::kLook);
      if (made != nullptr) NoteLacking(made, nth, and_later);
      Drop(made, ssl);
    }
    shared->finished = 1;
  }

 private:
  // The call and the free; what is left of it.
  int64_t Repeat(uint64_t nth, bool and_later) const {
    const auto before = static_cast<int64_t>(probe_.read().live_allocations);
    SSL* ssl = Ready();
    Drop(Try(ssl, nth, and_later), ssl);
    return static_cast<int64_t>(probe_.read().live_allocations) - before;
  }

  // The call with an allocation refused, and what it said.
  SSL* Try(SSL* ssl, uint64_t nth, bool and_later) const {
    api_.ERR_clear_error();
    shared->phase = static_cast<int>(Phase::kCall);
    allocations::Attempts attempts;
    SSL* made = CallRefused(ssl, nth, and_later, &attempts);
    shared->succeeded = made != nullptr;
    shared->queued = api_.ERR_get_error() != 0;
    shared->reached = attempts.refused > 0;
    Put(shared->refused_at, sizeof shared->refused_at, SiteText(attempts.file, attempts.line));
    return made;
  }

  void Drop(SSL* made, SSL* ssl) const {
    shared->phase = static_cast<int>(Phase::kFree);
    if (made != nullptr) api_.SSL_free(made);
    else if (ssl != nullptr) api_.SSL_free(ssl);
    api_.ERR_clear_error();
  }

  bool Apply(SSL* ssl) const {
    for (const auto& setting : settings_) {
      if (!setting->Apply(ssl)) return false;
    }
    return true;
  }

  // The handle that a setter works on; null where the call makes its own.
  SSL* Ready() const { return wanted_.call == FaultCall::kSet ? api_.SSL_new(ctx_) : nullptr; }

  // The handle that the call gives, or null when it failed.
  SSL* Call(SSL* ssl) const {
    switch (wanted_.call) {
      case FaultCall::kNew: return api_.SSL_new(ctx_);
      case FaultCall::kDup: return api_.SSL_dup(template_);
      case FaultCall::kSet: return Apply(ssl) ? ssl : nullptr;
    }
    return nullptr;
  }

  // The same with an allocation refused (none for 0): of the call itself, and of nothing that the setting's code does beside.
  SSL* CallRefused(SSL* ssl, uint64_t nth, bool and_later, allocations::Attempts* attempts) const {
    allocations::FailAllocation(nth, and_later);
    if (wanted_.call == FaultCall::kSet) {
      allocations::CountForFailing(false);
      gates::Watch(ssl);
    }
    SSL* made = Call(ssl);
    gates::Watch(nullptr);
    *attempts = allocations::StopFailing();
    return attempts->refused > 0 ? Planted(made, ssl) : made;
  }

  // What the call gave, with the fault that is planted, as if OpenSSL had it.
  SSL* Planted(SSL* made, SSL* ssl) const {
    if (plant_.empty() || made != nullptr) return made;
    if (plant_ == "silent-lack") return ssl;
    if (plant_ == "quiet") api_.ERR_clear_error();
    if (plant_ == "crashed") raise(SIGSEGV);
    if (plant_ == "hung") pause();
    if (plant_ == "leaked") {
      allocations::StopFailing();
      if (api_.CRYPTO_malloc(24, "planted.c", 24) == nullptr) abort();
    }
    return made;
  }

  // Which looks use the handle up (connect it with a peer): the others can share one.
  void MarkUsing() {
    for (const auto& setting : settings_) {
      SSL* ssl = api_.SSL_new(ctx_);
      setting->Verify(ssl);
      uses_up_.push_back(api_.SSL_get_rbio(ssl) != nullptr);
      api_.SSL_free(ssl);
    }
  }

  // Whether `made`, or another one made in the same way where the look uses it up, has setting number `k`.
  Observation Look(size_t k, SSL* made, uint64_t nth, bool and_later) const {
    if (!uses_up_[k] || settings_.size() == 1) return settings_[k]->Verify(made);
    return OnAnother(nth, and_later, [&](SSL* ssl) { return settings_[k]->Verify(ssl); });
  }

  void NoteLacking(SSL* made, uint64_t nth, bool and_later) const {
    std::string lacks;
    std::string let_in;
    for (size_t k = 0; k < settings_.size(); k++) {
      if (!expected_[k]) continue;
      const Observation seen = Look(k, made, nth, and_later);
      if (seen.kind != Observation::kNotPresent) continue;
      if (!lacks.empty()) lacks += "; ";
      lacks += wanted_.settings[k].setting + ": " + seen.detail;
      if (!let_in.empty() || !settings_[k]->CanGuard()) continue;
      // Only what is refused by a handle that lacks nothing proves anything.
      if (Guard(k, 0, false).present()) {
        const Observation guarded = Guard(k, nth, and_later);
        if (guarded.kind == Observation::kNotPresent) let_in = guarded.detail;
      }
    }
    Put(shared->lacks, sizeof shared->lacks, lacks);
    Put(shared->let_in, sizeof shared->let_in, let_in);
  }

  Observation Guard(size_t k, uint64_t nth, bool and_later) const {
    return OnAnother(nth, and_later, [&](SSL* ssl) { return settings_[k]->Guard(ssl); });
  }

  // Looks at another handle that is made in the same way.
  template <class See>
  Observation OnAnother(uint64_t nth, bool and_later, See see) const {
    SSL* ssl = Ready();
    allocations::Attempts attempts;
    SSL* made = CallRefused(ssl, nth, and_later, &attempts);
    const Observation seen = made == nullptr ? Observation{Observation::kUnobservable, "", nullptr} : see(made);
    if (made != nullptr) api_.SSL_free(made);
    else if (ssl != nullptr) api_.SSL_free(ssl);
    return seen;
  }

  static uint64_t LiveAt(const std::vector<allocations::Site>& sites, const allocations::Site& at) {
    const auto found = std::find_if(sites.begin(), sites.end(), [&](const allocations::Site& one) {
      return one.line == at.line && one.file == at.file;
    });
    return found == sites.end() ? 0 : found->live_allocations;
  }

  // What lives now beyond what lived `before`.
  std::vector<allocations::Site> Growth(const std::vector<allocations::Site>& before) const {
    std::vector<allocations::Site> grown;
    for (allocations::Site& site : probe_.live_sites()) {
      const uint64_t known = LiveAt(before, site);
      if (site.live_allocations <= known) continue;
      site.live_allocations -= known;
      grown.push_back(std::move(site));
    }
    return grown;
  }

  // Without what a call that goes well leaves behind too: that is a leak, but none of the refused allocation.
  void NoteLeak(const std::vector<allocations::Site>& before) const {
    std::string text;
    uint64_t leaked = 0;
    for (const allocations::Site& site : Growth(before)) {
      const uint64_t anyway = LiveAt(left_anyway_, site);
      if (site.live_allocations <= anyway) continue;
      leaked += site.live_allocations - anyway;
      if (!text.empty()) text += ", ";
      text += SiteText(site.file.c_str(), site.line);
    }
    shared->leaked = static_cast<int64_t>(leaked);
    Put(shared->leaked_at, sizeof shared->leaked_at, text);
  }

  const Api& api_;
  const allocations::Probe& probe_;
  const FaultCase& wanted_;
  const std::string& plant_;
  SSL_CTX* ctx_ = nullptr;
  SSL* template_ = nullptr;
  std::vector<std::unique_ptr<Prepared>> settings_;
  std::vector<bool> expected_;
  std::vector<bool> uses_up_;
  std::vector<allocations::Site> left_anyway_;
  uint64_t allocations_ = 0;
};

void WatchForCrashes(unsigned hang_seconds) {
  // On a stack of its own: the crash may be that the stack is full.
  static char stack[64 * 1024];
  stack_t other{};
  other.ss_sp = stack;
  other.ss_size = sizeof stack;
  sigaltstack(&other, nullptr);
  struct sigaction action {};
  action.sa_handler = OnCrash;
  action.sa_flags = SA_ONSTACK | SA_RESETHAND | SA_NODEFER;
  for (const int number : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL}) sigaction(number, &action, nullptr);
  alarm(hang_seconds);
}

Status RunPoint(Bench& bench, unsigned hang_seconds, FaultPoint* point) {
  memset(shared, 0, sizeof *shared);
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
  point->phase = kPhases[shared->phase];
  point->refused_at = shared->refused_at;
  if (WIFSIGNALED(status)) {
    point->signal = WTERMSIG(status);
    point->kind = point->signal == SIGALRM ? FaultKind::kHung : FaultKind::kCrashed;
    point->why = shared->why;
    // Without the frames of the handler, of the signal and of the hooks that raised it, and of what called OpenSSL.
    int first = 0;
    while (first < shared->frame_count && !IsTargets(FrameText(shared->frames[first]))) first++;
    int last = shared->frame_count;
    while (last > first && !IsTargets(FrameText(shared->frames[last - 1]))) last--;
    if (first == last) {
      first = 0;
      last = shared->frame_count;
    }
    for (int i = first; i < last; i++) point->backtrace.push_back(FrameText(shared->frames[i]));
    return Status::Ok();
  }
  if (shared->finished == 0) return Status::Error("a child ended without an answer");
  point->leaked = shared->leaked;
  point->leaked_at = shared->leaked_at;
  point->lacks = shared->lacks;
  point->let_in = shared->let_in;
  if (shared->succeeded != 0 && !point->lacks.empty()) point->kind = FaultKind::kSilentLack;
  else if (point->leaked > 0) point->kind = FaultKind::kLeaked;
  else if (shared->succeeded != 0) point->kind = FaultKind::kSurvived;
  else point->kind = shared->queued != 0 ? FaultKind::kRefused : FaultKind::kQuiet;
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
  if (shared == nullptr) {
    void* memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
      fail(std::string("mmap: ") + strerror(errno));
      return report;
    }
    shared = static_cast<Shared*>(memory);
    void* frame[1];
    backtrace(frame, 1);  // loads libgcc now, and not in a child that has crashed
  }
  gates::Install(library);
  Bench bench(library, wanted, options.plant);
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
