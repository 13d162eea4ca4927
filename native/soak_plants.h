// Plants: deliberate faults of the program that is soaked, to prove that the oracles see them and name them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dupmark {

enum class SoakPlant {
  kNone,
  kLostFree,
  kExtraUpRef,
  kHiddenUpRef,
  kLostSession,
  kLostBio,
  kLostContext,
  kLostAllocation,
  kLostMalloc,
  kPrematureFree,
  kDoubleFree,
  kUseAfterFree,
  kCrash,
};

// One plant kind as the command line knows it: a fault, in the scenario where it can happen.
struct PlantInfo {
  const char* kind;
  const char* about;
  SoakPlant plant;
  const char* scenario;
  // What the verdict must say: which reference ("" when none can be named), and by which oracle at least.
  const char* names;
  const char* oracle;
};

const std::vector<PlantInfo>& Plants();
const PlantInfo* FindPlant(const std::string& kind);

struct PlantSpec {
  SoakPlant plant = SoakPlant::kNone;
  uint64_t rate = 0;    // one in so many cycles
  uint64_t offset = 0;  // the first cycle that has it, below `rate`
};

// A Trap says in which cycles the plant is due. Deterministic: any segment can be run again.
class Trap {
 public:
  Trap(const PlantSpec& spec, uint64_t first_cycle) : spec_(spec), rate_(spec.rate) {
    if (spec.plant == SoakPlant::kNone || rate_ == 0) return;
    left_ = (spec.offset + rate_ - first_cycle % rate_) % rate_ + 1;
  }
  // Once per cycle.
  bool Step() {
    if (__builtin_expect(--left_ != 0, 1)) return false;
    left_ = rate_;
    return true;
  }
  // How many cycles the next plant is away: after so many Skip()ped the next Step() may be it.
  uint64_t Quiet() const { return left_ - 1; }
  void Skip(uint64_t cycles) { left_ -= cycles; }
  SoakPlant plant() const { return spec_.plant; }
  // The same plant from another cycle on: a thread counts its own.
  Trap From(uint64_t first_cycle) const { return Trap(spec_, first_cycle); }

 private:
  PlantSpec spec_;
  uint64_t rate_;
  uint64_t left_ = UINT64_MAX;
};

}  // namespace dupmark
