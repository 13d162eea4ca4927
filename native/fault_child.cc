#include "fault_child.h"

#include <execinfo.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "gates.h"

namespace dupmark {

FaultAnswer* fault_answer = nullptr;

namespace {

// The first refused allocation also allocates error strings and the like: only what the last time left is a leak.
constexpr int kRepetitions = 3;

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
  if (attempts.refused > 0) Put(fault_answer->refused_at, sizeof fault_answer->refused_at, SiteText(attempts.file, attempts.line));
  if (allocations::WhyAborting() != nullptr) Put(fault_answer->why, sizeof fault_answer->why, allocations::WhyAborting());
  fault_answer->frame_count = backtrace(fault_answer->frames, kFaultFramesMax);
  signal(number, SIG_DFL);
  raise(number);
}

uint64_t LiveAt(const std::vector<allocations::Site>& sites, const allocations::Site& at) {
  const auto found = std::find_if(sites.begin(), sites.end(), [&](const allocations::Site& one) {
    return one.line == at.line && one.file == at.file;
  });
  return found == sites.end() ? 0 : found->live_allocations;
}

}  // namespace

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

FaultBench::~FaultBench() {
  if (template_ != nullptr) api_.SSL_free(template_);
  settings_.clear();
  if (ctx_ != nullptr) api_.SSL_CTX_free(ctx_);
  api_.ERR_clear_error();
}

Status FaultBench::Prepare() {
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

void FaultBench::Run(uint64_t nth, bool and_later) {
  for (int i = 0; i < kRepetitions; i++) fault_answer->leaked = Repeat(nth, and_later);
  if (fault_answer->leaked > 0) {
    const std::vector<allocations::Site> before = probe_.live_sites();
    Repeat(nth, and_later);
    NoteLeak(before);
  }
  if (fault_answer->succeeded != 0 && fault_answer->reached != 0) {
    SSL* ssl = Ready();
    SSL* made = Try(ssl, nth, and_later);
    fault_answer->phase = static_cast<int>(FaultPhase::kLook);
    if (made != nullptr) NoteLacking(made, nth, and_later);
    Drop(made, ssl);
  }
  fault_answer->finished = 1;
}

int64_t FaultBench::Repeat(uint64_t nth, bool and_later) const {
  const auto before = static_cast<int64_t>(probe_.read().live_allocations);
  SSL* ssl = Ready();
  Drop(Try(ssl, nth, and_later), ssl);
  return static_cast<int64_t>(probe_.read().live_allocations) - before;
}

SSL* FaultBench::Try(SSL* ssl, uint64_t nth, bool and_later) const {
  api_.ERR_clear_error();
  fault_answer->phase = static_cast<int>(FaultPhase::kCall);
  allocations::Attempts attempts;
  SSL* made = CallRefused(ssl, nth, and_later, &attempts);
  fault_answer->succeeded = made != nullptr;
  fault_answer->queued = api_.ERR_get_error() != 0;
  fault_answer->reached = attempts.refused > 0;
  Put(fault_answer->refused_at, sizeof fault_answer->refused_at, SiteText(attempts.file, attempts.line));
  return made;
}

void FaultBench::Drop(SSL* made, SSL* ssl) const {
  fault_answer->phase = static_cast<int>(FaultPhase::kFree);
  if (made != nullptr) api_.SSL_free(made);
  else if (ssl != nullptr) api_.SSL_free(ssl);
  api_.ERR_clear_error();
}

bool FaultBench::Apply(SSL* ssl) const {
  for (const auto& setting : settings_) {
    if (!setting->Apply(ssl)) return false;
  }
  return true;
}

SSL* FaultBench::Call(SSL* ssl) const {
  switch (wanted_.call) {
    case FaultCall::kNew: return api_.SSL_new(ctx_);
    case FaultCall::kDup: return api_.SSL_dup(template_);
    case FaultCall::kSet: return Apply(ssl) ? ssl : nullptr;
  }
  return nullptr;
}

SSL* FaultBench::CallRefused(SSL* ssl, uint64_t nth, bool and_later, allocations::Attempts* attempts) const {
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

SSL* FaultBench::Planted(SSL* made, SSL* ssl) const {
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

void FaultBench::MarkUsing() {
  for (const auto& setting : settings_) {
    SSL* ssl = api_.SSL_new(ctx_);
    setting->Verify(ssl);
    uses_up_.push_back(api_.SSL_get_rbio(ssl) != nullptr);
    api_.SSL_free(ssl);
  }
}

Observation FaultBench::Look(size_t k, SSL* made, uint64_t nth, bool and_later) const {
  if (!uses_up_[k] || settings_.size() == 1) return settings_[k]->Verify(made);
  return OnAnother(nth, and_later, [&](SSL* ssl) { return settings_[k]->Verify(ssl); });
}

void FaultBench::NoteLacking(SSL* made, uint64_t nth, bool and_later) const {
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
  Put(fault_answer->lacks, sizeof fault_answer->lacks, lacks);
  Put(fault_answer->let_in, sizeof fault_answer->let_in, let_in);
}

Observation FaultBench::Guard(size_t k, uint64_t nth, bool and_later) const {
  return OnAnother(nth, and_later, [&](SSL* ssl) { return settings_[k]->Guard(ssl); });
}

Observation FaultBench::OnAnother(uint64_t nth, bool and_later, const std::function<Observation(SSL*)>& see) const {
  SSL* ssl = Ready();
  allocations::Attempts attempts;
  SSL* made = CallRefused(ssl, nth, and_later, &attempts);
  const Observation seen = made == nullptr ? Observation{Observation::kUnobservable, "", nullptr} : see(made);
  if (made != nullptr) api_.SSL_free(made);
  else if (ssl != nullptr) api_.SSL_free(ssl);
  return seen;
}

std::vector<allocations::Site> FaultBench::Growth(const std::vector<allocations::Site>& before) const {
  std::vector<allocations::Site> grown;
  for (allocations::Site& site : probe_.live_sites()) {
    const uint64_t known = LiveAt(before, site);
    if (site.live_allocations <= known) continue;
    site.live_allocations -= known;
    grown.push_back(std::move(site));
  }
  return grown;
}

void FaultBench::NoteLeak(const std::vector<allocations::Site>& before) const {
  std::string text;
  uint64_t leaked = 0;
  for (const allocations::Site& site : Growth(before)) {
    const uint64_t anyway = LiveAt(left_anyway_, site);
    if (site.live_allocations <= anyway) continue;
    leaked += site.live_allocations - anyway;
    if (!text.empty()) text += ", ";
    text += SiteText(site.file.c_str(), site.line);
  }
  fault_answer->leaked = static_cast<int64_t>(leaked);
  Put(fault_answer->leaked_at, sizeof fault_answer->leaked_at, text);
}

}  // namespace dupmark
