#include "soak.h"

#include <algorithm>
#include <cstdlib>

#include "clock.h"
#include "soak_walk.h"

namespace dupmark {
namespace {

// Enough that a ring of error entries, per-thread state and per-context caches are filled.
constexpr uint64_t kWarmCycles = 96;
// Of scenarios that take milliseconds a cycle, fewer must do.
constexpr uint64_t kWarmCyclesSlow = 12;

// Faults that need nothing of the scenario but a context.
void PlantAnywhere(const Stage& stage, Hands& hands, SoakPlant plant) {
  switch (plant) {
    case SoakPlant::kLostContext:
      hands.UpRefContext(stage.ctx, DUPMARK_SITE("planted SSL_CTX_up_ref"));
      break;
    case SoakPlant::kLostAllocation:
      if (stage.api.CRYPTO_malloc(64, "planted.c", 64) == nullptr) abort();
      break;
    case SoakPlant::kLostMalloc: {
      // As much as a handle: the slope's own unit.
      void* volatile lost = malloc(8192);
      (void)lost;
      break;
    }
    case SoakPlant::kCrash:
      stage.api.SSL_free(reinterpret_cast<SSL*>(uintptr_t{16}));
      break;
    default: break;
  }
}

}  // namespace

Status SoakScenario::Run(const Stage& stage, Hands& hands, Trap& trap, uint64_t cycles, uint64_t* done) {
  for (uint64_t i = 0; i < cycles; i++) {
    const SoakPlant plant = trap.Step() ? trap.plant() : SoakPlant::kNone;
    if (plant != SoakPlant::kNone) PlantAnywhere(stage, hands, plant);
    const Status status = Cycle(stage, hands, plant);
    (*done)++;
    if (hands.stopped()) return Status::Ok();
    if (!status.ok()) return status;
  }
  return Status::Ok();
}

const std::vector<SoakScenarioInfo>& SoakScenarios() {
  static const std::vector<SoakScenarioInfo> scenarios = [] {
    std::vector<SoakScenarioInfo> all;
    for (auto list : {UpRefScenarios, HandleScenarios, WalkScenarios}) {
      for (const SoakScenarioInfo& info : list()) all.push_back(info);
    }
    return all;
  }();
  return scenarios;
}

Availability Soak::Prepare(const SoakSpec& spec) {
  spec_ = spec;
  info_ = nullptr;
  for (const SoakScenarioInfo& info : SoakScenarios()) {
    if (spec.scenario == info.name) info_ = &info;
  }
  const auto refuse = [this](Availability availability, std::string reason) {
    reason_ = std::move(reason);
    return availability;
  };
  if (info_ == nullptr) return refuse(Availability::kFailed, "there is no soak scenario " + spec.scenario);
  if (!spec.settings.empty() && !info_->takes_settings) {
    return refuse(Availability::kFailed, spec.scenario + " takes no settings");
  }
  if (const char* missing = info_->missing(api_)) {
    return refuse(Availability::kAbsent, std::string("this library has no ") + missing);
  }
  if (!SettingsExist(&reason_)) return Availability::kAbsent;
  const Status installed = oracles::Install(api_);
  if (!installed.ok()) return refuse(Availability::kFailed, installed.message());
  for (int i = 0; i < 3; i++) {
    const std::unique_ptr<SoakScenario> scenario = info_->make();
    SegmentResult warmed;
    const Status status =
        RunOnStage(*scenario, PlantSpec(), 0, info_->slow ? kWarmCyclesSlow : kWarmCycles, &warmed);
    if (!status.ok()) return refuse(Availability::kFailed, status.message());
  }
  if (library_.probe() != nullptr) {
    known_sites_ = library_.probe()->live_sites();
    known_live_ = library_.probe()->read().live_allocations;
  }
  return Availability::kAvailable;
}

SegmentResult Soak::Segment(uint64_t first, uint64_t cycles) {
  const std::unique_ptr<SoakScenario> scenario = info_->make();
  return Measure(*scenario, spec_.plant, first, cycles);
}

SegmentResult Soak::Steps(const std::vector<WalkStep>& steps) {
  const std::unique_ptr<SoakScenario> scenario = MakeReplayedWalk(steps);
  return Measure(*scenario, PlantSpec(), 0, steps.size());
}

SegmentResult Soak::Measure(SoakScenario& scenario, const PlantSpec& plant, uint64_t first, uint64_t cycles) {
  SegmentResult result;
  const oracles::Totals before = oracles::Read();
  const auto heap_before = static_cast<int64_t>(oracles::AllocatorBytes());
  result.status = RunOnStage(scenario, plant, first, cycles, &result);
  result.heap_growth_bytes = static_cast<int64_t>(oracles::AllocatorBytes()) - heap_before;
  const oracles::Totals after = oracles::Read();
  result.handles = after.handles.live() - before.handles.live();
  result.contexts = after.contexts.live() - before.contexts.live();
  result.sessions = after.sessions.live() - before.sessions.live();
  result.handles_created = after.handles.created - before.handles.created;
  if (library_.probe() != nullptr) NoteGrowth(&result);
  result.allocator_bytes = oracles::AllocatorBytes();
  result.resident_bytes = oracles::ResidentBytes();
  return result;
}

// Whether this version has all settings, and they can be set on a handle.
bool Soak::SettingsExist(std::string* reason) const {
  for (const Choice& choice : spec_.settings) {
    const Setting* setting = FindSetting(choice.setting);
    const Level* level = setting == nullptr ? nullptr : setting->FindLevel(choice.level);
    if (level == nullptr) continue;  // PrepareSettings says so
    const std::string missing = MissingFunction(*level);
    if (api_.OpenSSL_version_num() < setting->exists_since) *reason = choice.setting + " does not exist in this version";
    else if (!missing.empty()) *reason = choice.setting + " needs " + missing + ", which this library lacks";
    else if (setting->dtls && api_.DTLS_method == nullptr) *reason = "this library has no DTLS_method";
    else continue;
    return false;
  }
  return true;
}

Status Soak::RunOnStage(SoakScenario& scenario, const PlantSpec& plant, uint64_t first, uint64_t cycles,
                        SegmentResult* result) {
  SSL_CTX* ctx = NewContextFor(api_, spec_.settings);
  if (ctx == nullptr || !oracles::Own(api_, ctx)) return Failed(api_, "SSL_CTX_new");
  std::vector<std::unique_ptr<Prepared>> settings;
  Status status = PrepareSettings(ctx, &settings);
  if (status.ok()) {
    const Stage stage{api_, ctx, settings, spec_.seed, first, spec_.threads};
    Hands hands(api_, /*alone=*/true);
    if (handle_bytes_ == 0) handle_bytes_ = MeasureHandleBytes(ctx);
    status = scenario.Begin(stage, hands);
    if (status.ok()) {
      Trap trap(plant, first);
      const int64_t start = NowNs();
      status = scenario.Run(stage, hands, trap, cycles, &result->cycles);
      result->elapsed_ns = static_cast<double>(NowNs() - start);
    }
    scenario.End(stage, hands);
    result->lost = hands.ledger.Outstanding();
    result->excess = hands.ledger.excess();
    result->mismatch = hands.mismatch;
  }
  settings.clear();
  api_.SSL_CTX_free(ctx);
  api_.ERR_clear_error();
  return status;
}

// Over many handles at once: a single one may fit into blocks that lie free in the heap's books already.
uint64_t Soak::MeasureHandleBytes(SSL_CTX* ctx) const {
  constexpr size_t kHandles = 64;
  std::vector<SSL*> handles(kHandles, nullptr);
  const uint64_t before = oracles::AllocatorBytes();
  for (SSL*& ssl : handles) ssl = api_.SSL_new(ctx);
  const uint64_t after = oracles::AllocatorBytes();
  for (SSL* ssl : handles) {
    if (ssl != nullptr) api_.SSL_free(ssl);
  }
  return after > before ? (after - before) / kHandles : 0;
}

Status Soak::PrepareSettings(SSL_CTX* ctx, std::vector<std::unique_ptr<Prepared>>* prepared) {
  for (const Choice& choice : spec_.settings) {
    Availability availability;
    std::string reason;
    std::unique_ptr<Prepared> one = PrepareSetting(api_, ctx, choice.setting, choice.level, &availability, &reason);
    if (one == nullptr) return Status::Error(reason);
    prepared->push_back(std::move(one));
  }
  return Status::Ok();
}

void Soak::NoteGrowth(SegmentResult* result) {
  result->counted = true;
  const allocations::Totals now = library_.probe()->read();
  result->allocations = static_cast<int64_t>(now.live_allocations) - static_cast<int64_t>(known_live_);
  known_live_ = now.live_allocations;
  if (result->allocations == 0) return;
  std::vector<allocations::Site> sites = library_.probe()->live_sites();
  for (const allocations::Site& site : sites) {
    const auto known = std::find_if(known_sites_.begin(), known_sites_.end(), [&](const allocations::Site& one) {
      return one.line == site.line && one.file == site.file;
    });
    const uint64_t live_before = known == known_sites_.end() ? 0 : known->live_allocations;
    const uint64_t bytes_before = known == known_sites_.end() ? 0 : known->live_bytes;
    result->bytes += static_cast<int64_t>(site.live_bytes) - static_cast<int64_t>(bytes_before);
    if (site.live_allocations <= live_before) continue;
    result->grown.push_back({site.file, site.line, site.live_allocations - live_before,
                             site.live_bytes > bytes_before ? site.live_bytes - bytes_before : 0});
  }
  known_sites_ = std::move(sites);
}

}  // namespace dupmark
