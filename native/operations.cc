#include "operations.h"

#include <algorithm>

#include "handshake.h"
#include "loops.h"
#include "steps.h"

namespace dupmark {
namespace {

template <class Steps>
std::unique_ptr<Loops> LoopsFor(Steps steps, uint32_t live) {
  return std::make_unique<LoopsOf<Steps>>(steps, live);
}

// Datagram settings need a handle of their kind; the others do not mind.
bool IsDatagram(const std::vector<Choice>& settings) {
  for (const Choice& choice : settings) {
    const Setting* entry = FindSetting(choice.setting);
    if (entry != nullptr && entry->dtls) return true;
  }
  return false;
}

// The function that an operation cannot do without and that some builds lack.
const char* MissingFor(Operation operation, const Api& api) {
  switch (operation) {
    case Operation::kDup: return api.SSL_dup == nullptr ? "SSL_dup" : nullptr;
    case Operation::kDupStarted:
      if (api.SSL_dup == nullptr) return "SSL_dup";
      return api.SSL_do_handshake == nullptr ? "SSL_do_handshake" : nullptr;
    case Operation::kUpRef: return api.SSL_up_ref == nullptr ? "SSL_up_ref" : nullptr;
    case Operation::kClear: return api.SSL_clear == nullptr ? "SSL_clear" : nullptr;
    case Operation::kNewBio: return api.SSL_set_bio == nullptr || api.BIO_s_mem == nullptr ? "SSL_set_bio" : nullptr;
    default: return nullptr;
  }
}

}  // namespace

SSL_CTX* NewContextFor(const Api& api, const std::vector<Choice>& settings) {
  return api.SSL_CTX_new(IsDatagram(settings) && api.DTLS_method != nullptr ? api.DTLS_method() : api.TLS_method());
}

bool ParseOperation(const std::string& name, Operation* operation) {
  static constexpr struct {
    const char* name;
    Operation operation;
  } kNames[] = {{"noop", Operation::kNoop},        {"new", Operation::kNew},
                {"new-configure", Operation::kNewConfigure}, {"new-inherit", Operation::kNewInherit},
                {"dup", Operation::kDup},
                {"dup-started", Operation::kDupStarted},     {"up-ref", Operation::kUpRef},
                {"clear", Operation::kClear},      {"new-bio", Operation::kNewBio}};
  for (const auto& entry : kNames) {
    if (name != entry.name) continue;
    *operation = entry.operation;
    return true;
  }
  return false;
}

bool ParsePhase(const std::string& name, Phase* phase) {
  if (name == "both") *phase = Phase::kBoth;
  else if (name == "create") *phase = Phase::kCreate;
  else if (name == "free") *phase = Phase::kFree;
  else return false;
  return true;
}

Scenario::~Scenario() {
  loops_.reset();  // frees the handles that are still held, before what they were made from
  settings_.clear();
  if (template_ != nullptr) api_.SSL_free(template_);
  if (ctx_ != nullptr) api_.SSL_CTX_free(ctx_);
}

Availability Scenario::Absent(std::string reason) {
  reason_ = std::move(reason);
  return Availability::kAbsent;
}

Availability Scenario::Fail(std::string reason) {
  reason_ = std::move(reason);
  return Availability::kFailed;
}

Availability Scenario::Refused(std::string reason) {
  return FactsOf(spec_.method).quic ? Absent("not with a QUIC handle of this version: " + reason)
                                    : Fail(std::move(reason));
}

SSL* Scenario::NewHandle() const {
  return FactsOf(spec_.method).listener ? api_.SSL_new_listener(ctx_, 0) : api_.SSL_new(ctx_);
}

Availability Scenario::Prepare(const ScenarioSpec& spec) {
  spec_ = spec;
  if (const char* missing = MissingFor(spec.operation, api_)) {
    return Absent(std::string("this library has no ") + missing);
  }
  // Datagram settings need a handle of their kind; the others do not mind.
  const Method method = spec.method == Method::kTls && IsDatagram(spec_.settings) ? Method::kDtls : spec.method;
  const MethodFacts& facts = FactsOf(method);
  if (api_.*facts.get == nullptr) return Absent(std::string("this library has no ") + facts.function);
  if (facts.listener && api_.SSL_new_listener == nullptr) return Absent("this library has no SSL_new_listener");
  if (facts.quic && spec.operation == Operation::kDupStarted) {
    return Absent("the handshake of a QUIC handle begins on a network, which dupmark does not use");
  }
  ctx_ = api_.SSL_CTX_new((api_.*facts.get)());
  if (ctx_ == nullptr) return Fail(Failed(api_, "SSL_CTX_new").message());
  for (auto step : {&Scenario::PrepareSettings, &Scenario::PrepareTemplate, &Scenario::VerifySettings,
                    &Scenario::MakeLoops}) {
    const Availability availability = (this->*step)();
    if (availability != Availability::kAvailable) return availability;
  }
  return Availability::kAvailable;
}

Availability Scenario::PrepareBeside(const Scenario& first, bool same_handle) {
  spec_ = first.spec_;
  if (api_.SSL_CTX_up_ref == nullptr) return Absent("this library has no SSL_CTX_up_ref");
  if (api_.SSL_CTX_up_ref(first.ctx_) != 1) return Fail(Failed(api_, "SSL_CTX_up_ref").message());
  ctx_ = first.ctx_;
  // The context has been made ready for them: only the handles' part is left.
  for (const Chosen& one : first.settings_) {
    settings_.push_back({one.entry, std::make_unique<Prepared>(*one.prepared)});
  }
  applied_ = first.applied_;
  if (same_handle) {
    if (api_.SSL_up_ref == nullptr) return Absent("this library has no SSL_up_ref");
    if (api_.SSL_up_ref(first.template_) != 1) return Fail(Failed(api_, "SSL_up_ref").message());
    template_ = first.template_;
  } else {
    const Availability availability = PrepareTemplate();
    if (availability != Availability::kAvailable) return availability;
  }
  return MakeLoops();
}

Availability Scenario::PrepareSettings() {
  for (const Choice& choice : spec_.settings) {
    Availability availability;
    std::string reason;
    std::unique_ptr<Prepared> prepared =
        PrepareSetting(api_, ctx_, choice.setting, choice.level, &availability, &reason);
    if (prepared == nullptr) return availability == Availability::kAbsent ? Absent(reason) : Fail(reason);
    settings_.push_back({FindSetting(choice.setting), std::move(prepared)});
  }
  applied_ = settings_.size();
  return spec_.operation == Operation::kNewInherit ? InheritSettings() : Availability::kAvailable;
}

// Makes the settings on the SSL_CTX, once. What no SSL_CTX can have stays for each handle, as a program would do.
Availability Scenario::InheritSettings() {
  for (const Chosen& one : settings_) {
    if (one.entry->only_on_context) continue;  // preparing it has set it
    if (!one.prepared->CanInherit()) set_on_handles_.push_back(one.entry->id);
    else if (!one.prepared->Inherit(ctx_)) {
      return Fail(Failed(api_, (std::string("setting ") + one.entry->id + " on the SSL_CTX").c_str()).message());
    }
  }
  if (!settings_.empty() && set_on_handles_.size() == settings_.size()) {
    std::string ids;
    for (const std::string& id : set_on_handles_) ids += (ids.empty() ? "" : ", ") + id;
    return Absent("cannot be set on the context: " + ids);
  }
  std::stable_partition(settings_.begin(), settings_.end(), [](const Chosen& one) {
    return !one.entry->only_on_context && !one.prepared->CanInherit();
  });
  applied_ = set_on_handles_.size();
  return Availability::kAvailable;
}

Status Scenario::Configure(SSL* ssl) const {
  for (size_t i = 0; i < applied_; i++) {
    const Chosen& one = settings_[i];
    if (!one.prepared->Apply(ssl)) return Failed(api_, (std::string("applying ") + one.entry->id).c_str());
  }
  return Status::Ok();
}

// The handle that is duplicated, cleared or referred to. `new` and its like have one too, so that every
// scenario of a set of settings has proved that they can be applied.
Availability Scenario::PrepareTemplate() {
  template_ = NewHandle();
  if (template_ == nullptr) return Fail(Failed(api_, "SSL_new").message());
  Status status = Configure(template_);
  if (status.ok() && spec_.operation == Operation::kDupStarted) status = BeginHandshake(api_, template_);
  return status.ok() ? Availability::kAvailable : Fail(status.message());
}

// Each setting is looked at on handles of its own, since looking may use a handle up: a configured one must have
// it (or the scenario would time something else), a duplicate may have lost it.
Availability Scenario::VerifySettings() {
  if (spec_.proved) return Availability::kAvailable;
  for (const auto& [entry, prepared] : settings_) {
    SSL* configured = NewHandle();
    if (configured == nullptr) return Fail(Failed(api_, "SSL_new").message());
    const Status status = Configure(configured);
    const Observation seen = status.ok() ? prepared->Verify(configured)
                                         : Observation{Observation::kNotPresent, status.message(), nullptr};
    api_.SSL_free(configured);
    if (seen.kind == Observation::kUnobservable) continue;
    if (!seen.present()) return Fail(std::string(entry->id) + " was applied but is not there: " + seen.detail);
    if (spec_.operation != Operation::kDup) continue;

    SSL* duplicate = api_.SSL_dup(template_);
    if (duplicate == nullptr) return Fail(Failed(api_, "SSL_dup").message());
    const Observation carried = prepared->Verify(duplicate);
    api_.SSL_free(duplicate);
    if (!carried.present()) lost_.push_back(std::string(entry->id) + ": " + carried.detail);
  }
  DrainErrors(api_);  // looking may leave entries behind
  return Availability::kAvailable;
}

Availability Scenario::MakeLoops() {
  const Chosen* const first = settings_.data();
  const Chosen* const last = first + applied_;
  switch (spec_.operation) {
    case Operation::kNoop:
      loops_ = LoopsFor(NoopSteps{template_}, spec_.live);
      break;
    case Operation::kNew:
      if (FactsOf(spec_.method).listener) {
        loops_ = LoopsFor(NewListenerSteps{api_.SSL_new_listener, api_.SSL_free, ctx_}, spec_.live);
        break;
      }
      loops_ = LoopsFor(NewSteps{api_.SSL_new, api_.SSL_free, ctx_}, spec_.live);
      break;
    case Operation::kNewConfigure:
    case Operation::kNewInherit:
      loops_ = LoopsFor(NewConfigureSteps{api_.SSL_new, api_.SSL_free, ctx_, first, last}, spec_.live);
      break;
    case Operation::kDup:
    case Operation::kDupStarted:
      loops_ = LoopsFor(DupSteps{api_.SSL_dup, api_.SSL_free, template_}, spec_.live);
      break;
    case Operation::kUpRef:
      loops_ = LoopsFor(UpRefSteps{api_.SSL_up_ref, api_.SSL_free, template_}, spec_.live);
      break;
    case Operation::kClear:
      loops_ = LoopsFor(ClearSteps{api_.SSL_clear, template_}, spec_.live);
      break;
    case Operation::kNewBio:
      loops_ = LoopsFor(NewBioSteps{api_.SSL_new, api_.SSL_free, api_.SSL_set_bio, api_.BIO_new, api_.BIO_free,
                                    api_.BIO_s_mem(), ctx_},
                        spec_.live);
      break;
  }
  SSL* made = loops_->Make();
  if (made == nullptr) return Refused(Failed(api_, "the first creation").message());
  const bool same = made == template_;
  loops_->Drop(made);
  if (spec_.operation == Operation::kDupStarted && !same) {
    return Fail("SSL_dup of a handle whose handshake has begun gave another handle, not the same one");
  }
  if (spec_.operation == Operation::kDup && same) return Fail("SSL_dup gave the same handle back, not a new one");
  return Availability::kAvailable;
}

double Scenario::RoundNs(uint64_t iterations) {
  // After a hand-off the caches hold another worker's code and data; a sixteenth brings this one's back. docs/method.md
  // has what it changes (little, where the second-level cache holds all workers).
  const uint64_t lead_in = iterations / 16 + 1;
  if (loops_->TimeNs(spec_.phase, lead_in) < 0) {
    reason_ = Failed(api_, "a creation").message();
    return -1;
  }
  const double ns = loops_->TimeNs(spec_.phase, iterations + spec_.plant.MoreIterations(iterations));
  if (ns < 0) {
    reason_ = Failed(api_, "a creation").message();
    return -1;
  }
  return (ns + spec_.plant.Wait(ns)) / static_cast<double>(iterations);
}

uint64_t Scenario::Calibrate(double round_ns) {
  constexpr uint64_t kIterationsMax = uint64_t{1} << 32;
  uint64_t iterations = 1;
  double ns = 0;
  while (iterations < kIterationsMax) {
    ns = loops_->TimeNs(spec_.phase, iterations);
    if (ns < 0) {
      reason_ = Failed(api_, "a creation").message();
      return 0;
    }
    if (ns >= round_ns / 2) break;
    iterations *= 2;
  }
  const double wanted = static_cast<double>(iterations) * round_ns / (ns > 0 ? ns : round_ns);
  return wanted < 1 ? 1 : static_cast<uint64_t>(wanted);
}

bool Scenario::RunLane(uint64_t iterations, Lane* lane) {
  if (loops_->RunLane(iterations, lane)) return true;
  reason_ = Failed(api_, "a creation").message();
  return false;
}

SSL* Scenario::Create() {
  SSL* ssl = loops_->Make();
  if (ssl == nullptr) reason_ = Failed(api_, "a creation").message();
  return ssl;
}

void Scenario::Destroy(SSL* ssl) { loops_->Drop(ssl); }

bool Scenario::Repeat(uint64_t iterations) {
  if (loops_->TimeNs(spec_.phase, iterations) >= 0) return true;
  reason_ = Failed(api_, "a creation").message();
  return false;
}

Status Scenario::MeasureMemory(MemoryFigures* figures) {
  const allocations::Probe* probe = library_.probe();
  if (probe == nullptr) return Status::Error("the counting hooks are not installed in this process");
  // The first creations also fill what is made on demand (error strings, per-context caches).
  constexpr int kWarm = 3;
  constexpr int kRepetitions = 5;
  for (int i = 0; i < kWarm + kRepetitions; i++) {
    MemoryFigures now;
    for (const allocations::Site& site : probe->live_sites()) {
      MemoryAmounts& line = now.by_line[{site.file, site.line}];
      line.retained_allocations -= site.live_allocations;
      line.retained_bytes -= site.live_bytes;
    }
    const allocations::Totals before = probe->read();
    probe->begin_recording();
    SSL* ssl = loops_->Make();
    const std::vector<allocations::Made> made_lines = probe->end_recording();
    const allocations::Totals made = probe->read();
    if (ssl == nullptr) return Failed(api_, "a creation");
    for (const allocations::Made& line : made_lines) {
      MemoryAmounts& amounts = now.by_line[{line.file, line.line}];
      amounts.allocations = line.allocations;
      amounts.requested_bytes = line.bytes;
    }
    for (const allocations::Site& site : probe->live_sites()) {
      MemoryAmounts& line = now.by_line[{site.file, site.line}];
      line.retained_allocations += site.live_allocations;
      line.retained_bytes += site.live_bytes;
    }
    loops_->Drop(ssl);
    for (auto line = now.by_line.begin(); line != now.by_line.end();) {
      line = line->second == MemoryAmounts{} ? now.by_line.erase(line) : std::next(line);
    }
    now.total = {made.allocations - before.allocations, made.requested_bytes - before.requested_bytes,
                 made.live_allocations - before.live_allocations, made.live_bytes - before.live_bytes};
    if (i > kWarm && (!(now.total == figures->total) || now.by_line != figures->by_line)) {
      return Status::Error("not the same in every repetition: " + std::to_string(figures->total.requested_bytes) +
                           " and " + std::to_string(now.total.requested_bytes) + " bytes");
    }
    *figures = std::move(now);
  }
  return Status::Ok();
}

}  // namespace dupmark
