#include "faults.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

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
  void* frames[kFramesMax];
  volatile int frame_count;
};

Shared* shared = nullptr;

void OnCrash(int number) {
  shared->frame_count = backtrace(shared->frames, kFramesMax);
  signal(number, SIG_DFL);
  raise(number);
}

void Put(char* to, size_t size, const std::string& text) {
  snprintf(to, size, "%s", text.c_str());
}

// "libssl.so.3 SSL_dup+0x1f", as the symbols that the library exports allow.
std::string FrameText(void* address) {
  Dl_info info;
  if (dladdr(address, &info) == 0 || info.dli_fname == nullptr) return "?";
  const char* slash = strrchr(info.dli_fname, '/');
  std::string text = slash == nullptr ? info.dli_fname : slash + 1;
  char offset[64];
  const char* base = static_cast<const char*>(info.dli_sname == nullptr ? info.dli_fbase : info.dli_saddr);
  snprintf(offset, sizeof offset, "+0x%zx", static_cast<size_t>(static_cast<char*>(address) - base));
  return text + " " + (info.dli_sname == nullptr ? "" : info.dli_sname) + offset;
}

std::string SiteText(const char* file, int line) {
  if (file == nullptr) return "";
  while (strncmp(file, "../", 3) == 0) file += 3;
  return std::string(file) + ":" + std::to_string(line);
}

SSL_CTX* NewContextFor(const Api& api, const std::vector<Choice>& settings) {
  const Setting* first = settings.empty() ? nullptr : FindSetting(settings.front().setting);
  const bool dtls = first != nullptr && first->dtls && api.DTLS_method != nullptr;
  return api.SSL_CTX_new(dtls ? api.DTLS_method() : api.TLS_method());
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
    template_ = api_.SSL_new(ctx_);
    if (template_ == nullptr) return Failed(api_, "SSL_new");
    if (wanted_.call == FaultCall::kDup && !Apply(template_)) return Failed(api_, "a setting");
    // What a call that goes well lacks already (SSL_dup does not carry everything) is no finding here.
    expected_.assign(settings_.size(), true);
    for (int i = 0; i < 2; i++) {
      SSL* ssl = Ready();
      allocations::FailAllocation(0, false);
      SSL* made = Call(ssl);
      allocations_ = allocations::StopFailing().asked;
      if (made == nullptr) return Failed(api_, wanted_.name.c_str());
      if (i == 1) Look(made, &expected_);
      api_.SSL_free(made);
      api_.ERR_clear_error();
    }
    return Status::Ok();
  }

  uint64_t allocations() const { return allocations_; }

  // In the child.
  void Run(uint64_t nth, bool and_later) {
    for (int i = 0; i < kRepetitions; i++) {
      const bool last = i == kRepetitions - 1;
      const std::vector<allocations::Site> before =
          last ? probe_.live_sites() : std::vector<allocations::Site>();
      const auto live_before = static_cast<int64_t>(probe_.read().live_allocations);
      SSL* ssl = Ready();
      api_.ERR_clear_error();
      shared->phase = static_cast<int>(Phase::kCall);
      allocations::FailAllocation(nth, and_later);
      SSL* made = Planted(Call(ssl), ssl);
      const allocations::Attempts attempts = allocations::StopFailing();
      shared->succeeded = made != nullptr;
      shared->queued = api_.ERR_get_error() != 0;
      shared->reached = attempts.refused > 0;
      Put(shared->refused_at, sizeof shared->refused_at, SiteText(attempts.file, attempts.line));
      shared->phase = static_cast<int>(Phase::kLook);
      if (made != nullptr && attempts.refused > 0) Put(shared->lacks, sizeof shared->lacks, Lacking(made));
      shared->phase = static_cast<int>(Phase::kFree);
      if (made != nullptr) api_.SSL_free(made);
      else if (ssl != nullptr) api_.SSL_free(ssl);
      api_.ERR_clear_error();
      shared->leaked = static_cast<int64_t>(probe_.read().live_allocations) - live_before;
      if (last && shared->leaked > 0) NoteLeak(before);
    }
    shared->finished = 1;
  }

 private:
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

  void Look(SSL* ssl, std::vector<bool>* present) const {
    for (size_t i = 0; i < settings_.size(); i++) (*present)[i] = settings_[i]->Verify(ssl).present();
  }

  std::string Lacking(SSL* ssl) const {
    std::string lacks;
    for (size_t i = 0; i < settings_.size(); i++) {
      if (!expected_[i]) continue;
      const Observation seen = settings_[i]->Verify(ssl);
      if (seen.kind != Observation::kNotPresent) continue;
      if (!lacks.empty()) lacks += "; ";
      lacks += wanted_.settings[i].setting + ": " + seen.detail;
    }
    return lacks;
  }

  void NoteLeak(const std::vector<allocations::Site>& before) const {
    std::string text;
    for (const allocations::Site& site : probe_.live_sites()) {
      const auto known = std::find_if(before.begin(), before.end(), [&](const allocations::Site& one) {
        return one.line == site.line && one.file == site.file;
      });
      if (known != before.end() && known->live_allocations >= site.live_allocations) continue;
      if (!text.empty()) text += ", ";
      text += SiteText(site.file.c_str(), site.line);
    }
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
    // Of a crash in the call the child did not come to say where it was refused.
    for (int i = 0; i < shared->frame_count; i++) point->backtrace.push_back(FrameText(shared->frames[i]));
    return Status::Ok();
  }
  if (shared->finished == 0) return Status::Error("a child ended without an answer");
  point->leaked = shared->leaked;
  point->leaked_at = shared->leaked_at;
  point->lacks = shared->lacks;
  if (shared->succeeded != 0 && !point->lacks.empty()) point->kind = FaultKind::kSilentLack;
  else if (point->leaked > 0) point->kind = FaultKind::kLeaked;
  else if (shared->succeeded != 0) point->kind = FaultKind::kSurvived;
  else point->kind = shared->queued != 0 ? FaultKind::kRefused : FaultKind::kQuiet;
  return Status::Ok();
}

bool Exists(const Api& api, const Setting& setting) {
  return api.OpenSSL_version_num() >= setting.exists_since && !setting.only_on_context;
}

// What one template can have together: each setting joins if it can be set beside those before it.
std::vector<Choice> Together(const Api& api, bool everyday) {
  std::vector<Choice> together;
  SSL_CTX* ctx = api.SSL_CTX_new(api.TLS_method());
  SSL* ssl = ctx == nullptr ? nullptr : api.SSL_new(ctx);
  bool session = false;
  for (const Setting& setting : Catalogue()) {
    if (ssl == nullptr) break;
    if (everyday && !setting.everyday) continue;
    if (!Exists(api, setting) || setting.dtls || setting.ChangesContext() || (setting.is_session && session)) continue;
    Availability availability;
    std::string reason;
    const std::unique_ptr<Prepared> prepared =
        PrepareSetting(api, ctx, setting, setting.levels.front(), &availability, &reason);
    if (prepared == nullptr || !prepared->Apply(ssl)) continue;
    session = session || setting.is_session;
    together.push_back({setting.id, setting.levels.front().name});
  }
  if (ssl != nullptr) api.SSL_free(ssl);
  if (ctx != nullptr) api.SSL_CTX_free(ctx);
  api.ERR_clear_error();
  return together;
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

std::vector<FaultCase> FaultCases(const Api& api) {
  std::vector<FaultCase> cases;
  cases.push_back({FaultCall::kNew, {}, "SSL_new"});
  const bool dup = api.SSL_dup != nullptr;
  if (dup) cases.push_back({FaultCall::kDup, {}, "SSL_dup"});
  for (const Setting& setting : Catalogue()) {
    if (!Exists(api, setting)) continue;
    for (const Level& one : setting.levels) {
      const char* const level = one.name;
      if (!MissingFunction(one).empty()) continue;
      const std::string choice = std::string("[") + setting.id + "=" + level + "]";
      // A setter is tried where the entry's own code notices a refused allocation: that of the others makes objects of
      // its own on each handle, and its faults would be blamed on OpenSSL. SSL_dup of a ready template is OpenSSL's alone.
      if (setting.everyday) cases.push_back({FaultCall::kSet, {{setting.id, level}}, "set" + choice});
      if (dup) cases.push_back({FaultCall::kDup, {{setting.id, level}}, "SSL_dup" + choice});
    }
  }
  cases.push_back({FaultCall::kSet, Together(api, /*everyday=*/true), "set[everything]"});
  if (dup) cases.push_back({FaultCall::kDup, Together(api, /*everyday=*/false), "SSL_dup[everything]"});
  return cases;
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
