// Random walks: a seeded sequence of steps over a pool of references, and the same steps given one by one, which is
// what a failing walk is cut down to.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "soak.h"

namespace dupmark {

enum class WalkAction : uint8_t { kNew, kDup, kUpRef, kFree, kClear, kSet, kStart };

// A step acts on the reference in `slot`; dup and up_ref put what they make into `into`.
struct WalkStep {
  WalkAction action = WalkAction::kNew;
  uint8_t slot = 0;
  uint8_t into = 0;
  SoakPlant fault = SoakPlant::kNone;
};

constexpr size_t kWalkSlots = 24;

// "up_ref 3 4" or "free 2 ! lost-free"; false when it cannot be read.
std::string FormatStep(const WalkStep& step);
bool ParseStep(const std::string& text, WalkStep* step);

// The steps that a walk of this seed takes from `first` on, faults included.
std::vector<WalkStep> WalkSteps(uint64_t seed, const PlantSpec& plant, uint64_t first, uint64_t cycles);

// Runs these steps; those that have nothing to act on do nothing.
std::unique_ptr<SoakScenario> MakeReplayedWalk(const std::vector<WalkStep>& steps);

}  // namespace dupmark
