// The native soak engine: repeats a scenario's cycle as often as asked, in segments. Everything that a segment makes
// is given back at its end, so that the exact oracles can be read with nothing alive, and so that any segment can be
// run again alone from its first cycle: that is what a replay and a bisection are.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ledger.h"
#include "operations.h"
#include "oracles.h"
#include "soak_plants.h"

namespace dupmark {

struct SoakSpec {
  std::string scenario;
  std::vector<Choice> settings;
  uint64_t seed = 1;
  PlantSpec plant;
  uint32_t threads = 4;
};

// OpenSSL disagreed with the model: a handle still lived after its last reference was given back, or was freed
// before that.
struct CountMismatch {
  bool found = false;
  bool freed_early = false;
  SiteId reference = 0;
  SiteId at = 0;
};

// What one thread does: every reference it takes or gives back goes through its ledger and the model.
class Hands {
 public:
  // `alone`: no other thread frees handles meanwhile, so that each free can be checked against the callbacks.
  Hands(const Api& api, bool alone) : api_(api), alone_(alone) {}

  // Null, or false, with the error queue filled when OpenSSL fails.
  SSL* New(SSL_CTX* ctx, SiteId site);
  SSL* Dup(SSL* ssl, SiteId site);
  bool UpRef(SSL* ssl, SiteId site);
  // Does nothing when no reference covers it: see stopped().
  void Free(SSL* ssl, SiteId reference, SiteId at);

  // Objects that only have a ledger: counted by their own functions.
  SSL_SESSION* TakeSession(SSL* ssl, SiteId site);
  void FreeSession(SSL_SESSION* session, SiteId reference, SiteId at);
  bool UpRefContext(SSL_CTX* ctx, SiteId site);
  BIO* NewBio(SiteId site);
  void FreeBio(BIO* bio, SiteId reference, SiteId at);

  // Whether anything was seen after which going on could crash.
  bool stopped() const { return ledger.excess().found || mismatch.found; }

  const Api& api() const { return api_; }

  Ledger ledger;
  ReferenceModel model;
  CountMismatch mismatch;

 private:
  const Api& api_;
  bool alone_;
};

// What a segment works with: a context of its own with the settings prepared on it.
struct Stage {
  const Api& api;
  SSL_CTX* ctx;
  const std::vector<std::unique_ptr<Prepared>>& settings;
  uint64_t seed;
  uint64_t first_cycle;
  uint32_t threads;

  bool Configure(SSL* ssl) const {
    for (const auto& setting : settings) {
      if (!setting->Apply(ssl)) return false;
    }
    return true;
  }
};

// A scenario of the soak. One object lives for one segment.
class SoakScenario {
 public:
  virtual ~SoakScenario() = default;
  virtual Status Begin(const Stage&, Hands&) { return Status::Ok(); }
  // Runs cycles until `cycles` are done or `hands` has stopped; `done` counts them.
  virtual Status Run(const Stage& stage, Hands& hands, Trap& trap, uint64_t cycles, uint64_t* done);
  // Gives everything back that Begin took.
  virtual void End(const Stage&, Hands&) {}

 protected:
  // One cycle; `planted` when the deliberate fault is due in it.
  virtual Status Cycle(const Stage&, Hands&, SoakPlant) { return Status::Ok(); }
};

struct SoakScenarioInfo {
  const char* name;
  const char* about;
  bool takes_settings;
  // What the scenario cannot do without, as a missing symbol, or null.
  const char* (*missing)(const Api&);
  std::unique_ptr<SoakScenario> (*make)();
  // A cycle takes a fraction of a millisecond or more.
  bool slow = false;
};

const std::vector<SoakScenarioInfo>& SoakScenarios();
// Parts of the list, a file each.
std::vector<SoakScenarioInfo> UpRefScenarios();
std::vector<SoakScenarioInfo> HandleScenarios();
std::vector<SoakScenarioInfo> WalkScenarios();

struct SegmentResult {
  Status status = Status::Ok();
  uint64_t cycles = 0;
  double elapsed_ns = 0;  // of the cycles alone
  // Live objects that the segment left behind; 0 when nothing is lost.
  int64_t handles = 0;
  int64_t contexts = 0;
  int64_t sessions = 0;
  uint64_t handles_created = 0;
  // Live OpenSSL allocations more than before, and by source line where there are any. Only with the hooks.
  bool counted = false;
  int64_t allocations = 0;
  int64_t bytes = 0;
  std::vector<allocations::Site> grown;
  // What malloc handed out during the segment and did not get back: Node's own doings between segments are left out.
  int64_t heap_growth_bytes = 0;
  uint64_t allocator_bytes = 0;
  uint64_t resident_bytes = 0;
  std::vector<LostReference> lost;
  ExcessFree excess;
  CountMismatch mismatch;
};

struct WalkStep;

class Soak {
 public:
  explicit Soak(const Library& library) : library_(library), api_(library.api()) {}

  // Says whether the scenario can run here, with the reason in `reason()` when not. Runs it a little, unplanted, so
  // that what OpenSSL makes on demand is there before anything is judged.
  Availability Prepare(const SoakSpec& spec);
  const std::string& reason() const { return reason_; }

  // Runs `cycles` cycles, the first of which is number `first` of the whole soak.
  SegmentResult Segment(uint64_t first, uint64_t cycles);
  // Runs these steps of a random walk instead of seeded ones.
  SegmentResult Steps(const std::vector<WalkStep>& steps);

  // What the C library hands out for one handle, measured, for the slopes' unit.
  uint64_t handle_bytes() const { return handle_bytes_; }

 private:
  SegmentResult Measure(SoakScenario& scenario, const PlantSpec& plant, uint64_t first, uint64_t cycles);
  Status RunOnStage(SoakScenario& scenario, const PlantSpec& plant, uint64_t first, uint64_t cycles,
                    SegmentResult* result);
  bool SettingsExist(std::string* reason) const;
  Status PrepareSettings(SSL_CTX* ctx, std::vector<std::unique_ptr<Prepared>>* prepared);
  uint64_t MeasureHandleBytes(SSL_CTX* ctx) const;
  void NoteGrowth(SegmentResult* result);

  const Library& library_;
  const Api& api_;
  SoakSpec spec_;
  std::string reason_;
  const SoakScenarioInfo* info_ = nullptr;
  uint64_t handle_bytes_ = 0;
  std::vector<allocations::Site> known_sites_;
  uint64_t known_live_ = 0;
};

}  // namespace dupmark
