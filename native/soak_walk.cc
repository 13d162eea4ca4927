#include "soak_walk.h"

#include <array>
#include <bitset>
#include <cstdio>
#include <cstring>

#include "handshake.h"

namespace dupmark {
namespace {

struct ActionName {
  WalkAction action;
  const char* name;
  unsigned weight;  // of 100
};

constexpr ActionName kActions[] = {{WalkAction::kNew, "new", 14},     {WalkAction::kDup, "dup", 14},
                                   {WalkAction::kUpRef, "up_ref", 24}, {WalkAction::kFree, "free", 38},
                                   {WalkAction::kClear, "clear", 4},   {WalkAction::kSet, "set", 4},
                                   {WalkAction::kStart, "start", 2}};

struct FaultName {
  SoakPlant plant;
  const char* name;
};

constexpr FaultName kFaults[] = {{SoakPlant::kLostFree, "lost-free"},
                                 {SoakPlant::kExtraUpRef, "extra-up-ref"},
                                 {SoakPlant::kDoubleFree, "double-free"}};

// splitmix64: any seed will do, and it is the same everywhere.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  unsigned Below(unsigned bound) { return static_cast<unsigned>(Next() >> 33) % bound; }

 private:
  uint64_t state_;
};

// Draws the steps. Knows only which slots hold a reference, so that it can also write a walk down without running it.
class StepSource {
 public:
  StepSource(uint64_t seed, uint64_t first) : random_(Random(seed ^ (first * 0xd6e8feb86659fd93ull)).Next()) {}

  WalkStep Next(Trap& trap) {
    if (trap.Step()) due_ = trap.plant();
    WalkStep step;
    // A step that has nothing to act on, or no room, is drawn again: there is always one that can be taken.
    do {
      step.action = Draw();
      step.slot = static_cast<uint8_t>(random_.Below(kWalkSlots));
      step.into = static_cast<uint8_t>(random_.Below(kWalkSlots));
    } while (!Possible(step));
    if (step.action == WalkAction::kNew) held_.set(step.slot);
    if (step.action == WalkAction::kDup || step.action == WalkAction::kUpRef) held_.set(step.into);
    if (step.action == WalkAction::kFree) held_.reset(step.slot);
    const bool wanted = (due_ == SoakPlant::kExtraUpRef && step.action == WalkAction::kUpRef) ||
                        ((due_ == SoakPlant::kLostFree || due_ == SoakPlant::kDoubleFree) && step.action == WalkAction::kFree);
    if (wanted) {
      step.fault = due_;
      due_ = SoakPlant::kNone;
    }
    return step;
  }

 private:
  WalkAction Draw() {
    unsigned drawn = random_.Below(100);
    for (const ActionName& one : kActions) {
      if (drawn < one.weight) return one.action;
      drawn -= one.weight;
    }
    return WalkAction::kFree;
  }
  bool Possible(const WalkStep& step) const {
    switch (step.action) {
      case WalkAction::kNew: return !held_[step.slot];
      case WalkAction::kDup:
      case WalkAction::kUpRef: return held_[step.slot] && !held_[step.into];
      default: return held_[step.slot];
    }
  }

  Random random_;
  std::bitset<kWalkSlots> held_;
  SoakPlant due_ = SoakPlant::kNone;
};

// Takes steps on real handles.
class Walker {
 public:
  Status Take(const Stage& stage, Hands& hands, const WalkStep& step) {
    const Api& api = stage.api;
    Slot& slot = slots_[step.slot % kWalkSlots];
    Slot& into = slots_[step.into % kWalkSlots];
    if ((slot.ssl == nullptr) != (step.action == WalkAction::kNew)) return Status::Ok();
    switch (step.action) {
      case WalkAction::kNew:
        slot = {hands.New(stage.ctx, DUPMARK_SITE("SSL_new in a walk")), DUPMARK_SITE("SSL_new in a walk")};
        if (slot.ssl == nullptr) return Failed(api, "SSL_new");
        return stage.Configure(slot.ssl) ? Status::Ok() : Failed(api, "a setting");
      case WalkAction::kDup:
        if (into.ssl != nullptr) return Status::Ok();
        into = {hands.Dup(slot.ssl, DUPMARK_SITE("SSL_dup in a walk")), DUPMARK_SITE("SSL_dup in a walk")};
        return into.ssl != nullptr || hands.stopped() ? Status::Ok() : Failed(api, "SSL_dup");
      case WalkAction::kUpRef:
        if (into.ssl != nullptr) return Status::Ok();
        if (!hands.UpRef(slot.ssl, DUPMARK_SITE("SSL_up_ref in a walk"))) {
          return hands.stopped() ? Status::Ok() : Failed(api, "SSL_up_ref");
        }
        into = {slot.ssl, DUPMARK_SITE("SSL_up_ref in a walk")};
        if (step.fault == SoakPlant::kExtraUpRef) hands.UpRef(slot.ssl, DUPMARK_SITE("planted SSL_up_ref"));
        return Status::Ok();
      case WalkAction::kFree: {
        const Slot freed = slot;
        slot = {};
        if (step.fault == SoakPlant::kLostFree) return Status::Ok();
        hands.Free(freed.ssl, freed.reference, DUPMARK_SITE("SSL_free in a walk"));
        // The slot is empty: its reference has been given back, whatever other references there are.
        if (step.fault == SoakPlant::kDoubleFree) {
          hands.ledger.Refuse(freed.reference, DUPMARK_SITE("planted second SSL_free"), /*use=*/false);
        }
        return Status::Ok();
      }
      case WalkAction::kClear:
        return api.SSL_clear == nullptr || api.SSL_clear(slot.ssl) == 1 ? Status::Ok() : Failed(api, "SSL_clear");
      case WalkAction::kSet:
        if (api.SSL_set_options != nullptr) api.SSL_set_options(slot.ssl, openssl::SSL_OP_NO_TICKET);
        return Status::Ok();
      case WalkAction::kStart: return BeginHandshake(api, slot.ssl);
    }
    return Status::Ok();
  }

  void FreeAll(Hands& hands) {
    for (Slot& slot : slots_) {
      if (slot.ssl != nullptr && !hands.stopped()) {
        hands.Free(slot.ssl, slot.reference, DUPMARK_SITE("SSL_free at a walk's end"));
      }
      slot = {};
    }
  }

 private:
  struct Slot {
    SSL* ssl = nullptr;
    SiteId reference = 0;
  };
  std::array<Slot, kWalkSlots> slots_{};
};

class Walk final : public SoakScenario {
 public:
  Status Run(const Stage& stage, Hands& hands, Trap& trap, uint64_t cycles, uint64_t* done) override {
    StepSource source(stage.seed, stage.first_cycle);
    for (uint64_t i = 0; i < cycles && !hands.stopped(); i++) {
      const Status status = walker_.Take(stage, hands, source.Next(trap));
      (*done)++;
      if (!status.ok()) return status;
    }
    return Status::Ok();
  }
  void End(const Stage&, Hands& hands) override { walker_.FreeAll(hands); }

 private:
  Walker walker_;
};

class ReplayedWalk final : public SoakScenario {
 public:
  explicit ReplayedWalk(const std::vector<WalkStep>& steps) : steps_(steps) {}
  Status Run(const Stage& stage, Hands& hands, Trap&, uint64_t, uint64_t* done) override {
    for (const WalkStep& step : steps_) {
      if (hands.stopped()) break;
      const Status status = walker_.Take(stage, hands, step);
      (*done)++;
      if (!status.ok()) return status;
    }
    return Status::Ok();
  }
  void End(const Stage&, Hands& hands) override { walker_.FreeAll(hands); }

 private:
  const std::vector<WalkStep>& steps_;
  Walker walker_;
};

}  // namespace

std::string FormatStep(const WalkStep& step) {
  std::string text;
  for (const ActionName& one : kActions) {
    if (one.action == step.action) text = one.name;
  }
  text += " " + std::to_string(step.slot);
  if (step.action == WalkAction::kDup || step.action == WalkAction::kUpRef) text += " " + std::to_string(step.into);
  for (const FaultName& fault : kFaults) {
    if (fault.plant == step.fault) text += std::string(" ! ") + fault.name;
  }
  return text;
}

bool ParseStep(const std::string& text, WalkStep* step) {
  char action[16] = "";
  char fault[32] = "";
  unsigned slot = 0;
  unsigned into = 0;
  const bool two = sscanf(text.c_str(), "%15s %u %u", action, &slot, &into) == 3;
  if (!two && sscanf(text.c_str(), "%15s %u", action, &slot) != 2) return false;
  if (slot >= kWalkSlots || into >= kWalkSlots) return false;
  const char* mark = strchr(text.c_str(), '!');
  if (mark != nullptr && sscanf(mark, "! %31s", fault) != 1) return false;
  *step = {};
  step->slot = static_cast<uint8_t>(slot);
  step->into = static_cast<uint8_t>(into);
  bool known_fault = fault[0] == '\0';
  for (const FaultName& one : kFaults) {
    if (strcmp(one.name, fault) != 0) continue;
    step->fault = one.plant;
    known_fault = true;
  }
  for (const ActionName& one : kActions) {
    if (strcmp(one.name, action) != 0) continue;
    step->action = one.action;
    return known_fault;
  }
  return false;
}

std::vector<WalkStep> WalkSteps(uint64_t seed, const PlantSpec& plant, uint64_t first, uint64_t cycles) {
  StepSource source(seed, first);
  Trap trap(plant, first);
  std::vector<WalkStep> steps;
  steps.reserve(cycles);
  for (uint64_t i = 0; i < cycles; i++) steps.push_back(source.Next(trap));
  return steps;
}

std::unique_ptr<SoakScenario> MakeReplayedWalk(const std::vector<WalkStep>& steps) {
  return std::unique_ptr<SoakScenario>(new ReplayedWalk(steps));
}

std::vector<SoakScenarioInfo> WalkScenarios() {
  return {{"walk", "a seeded random walk of new, dup, up_ref, free, clear and set over a pool, against a model", true,
           [](const Api& api) -> const char* {
             if (api.SSL_up_ref == nullptr) return "SSL_up_ref";
             return api.SSL_dup == nullptr ? "SSL_dup" : nullptr;
           },
           [] { return std::unique_ptr<SoakScenario>(new Walk); }}};
}

}  // namespace dupmark
