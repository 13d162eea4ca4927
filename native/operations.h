// The timed loops. A scenario is prepared once; each round then runs a fixed number of iterations of it and says
// how long they took. Inside a round there is no call of dupmark's own but one Apply per setting, and no
// allocation but OpenSSL's.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "library.h"
#include "settings/setting.h"

namespace dupmark {

enum class Operation { kNoop, kNew, kNewConfigure, kDup, kDupStarted, kUpRef, kClear, kNewBio };
enum class Phase { kBoth, kCreate, kFree };

// By the names of bench/core/operation.ts; false when there is none.
bool ParseOperation(const std::string& name, Operation* operation);
bool ParsePhase(const std::string& name, Phase* phase);

struct Choice {
  std::string setting;
  std::string level;
};

// A new SSL_CTX of the kind that the settings are for (datagrams or not); null when there is none to be had.
SSL_CTX* NewContextFor(const Api& api, const std::vector<Choice>& settings);

// A known slow-down, for showing that it is found (dupmark doctor --power); never in a benchmark. The side that it is
// compared with has the same `every` and nothing else, so that counting costs both alike.
struct Plant {
  uint64_t every = 0;    // after so many iterations; 0 is no plant
  double delay_ns = 0;   // spin for so long
  bool extra = false;    // create and drop one handle more
};

struct ScenarioSpec {
  Operation operation = Operation::kNoop;
  std::vector<Choice> settings;
  Phase phase = Phase::kBoth;
  // Handles alive at once: 1 frees each at once.
  uint32_t live = 1;
  Plant plant;
};

// The loops of one operation over its own two steps; operations.cc has one class for all of them.
class Loops {
 public:
  Loops() = default;
  virtual ~Loops() = default;
  Loops(const Loops&) = delete;
  Loops& operator=(const Loops&) = delete;

  // One creation, and the free that ends it: for memory readings and for looking at a created handle.
  virtual SSL* Make() = 0;
  virtual void Drop(SSL* ssl) = 0;

  // Nanoseconds that `iterations` of the phase take, or a negative number when a creation failed.
  virtual double TimeNs(Phase phase, uint64_t iterations) = 0;
};

// What one creation allocates, in all or by one line of OpenSSL's source.
struct MemoryAmounts {
  uint64_t allocations = 0;
  uint64_t requested_bytes = 0;
  uint64_t retained_allocations = 0;
  uint64_t retained_bytes = 0;
  bool operator==(const MemoryAmounts& other) const {
    return allocations == other.allocations && requested_bytes == other.requested_bytes &&
           retained_allocations == other.retained_allocations && retained_bytes == other.retained_bytes;
  }
};

struct MemoryFigures {
  MemoryAmounts total;
  std::map<std::pair<std::string, int>, MemoryAmounts> by_line;
};

// A Scenario is a spec made ready on one library: context, template and settings built, and proved to work.
class Scenario {
 public:
  explicit Scenario(const Library& library) : library_(library), api_(library.api()) {}
  ~Scenario();
  Scenario(const Scenario&) = delete;
  Scenario& operator=(const Scenario&) = delete;

  // Says whether the scenario can run, with the reason in `reason()` when not.
  Availability Prepare(const ScenarioSpec& spec);
  const std::string& reason() const { return reason_; }

  // Settings that a handle made by SSL_dup of the template does not have, with what was seen instead.
  const std::vector<std::string>& lost() const { return lost_; }

  // One round, after a short untimed lead-in that brings this worker's code and data back into the caches.
  // Nanoseconds per iteration, or negative when a creation failed (see reason()).
  double RoundNs(uint64_t iterations);

  // Exactly so many iterations and nothing else: for counting what they do. False when a creation failed.
  bool Repeat(uint64_t iterations);

  // Iterations that take about `round_ns`, found by doubling.
  uint64_t Calibrate(double round_ns);

  // What one creation allocates, the same in every repetition, or an error that says how it varied.
  Status MeasureMemory(MemoryFigures* figures);

 private:
  Availability Absent(std::string reason);
  Availability Fail(std::string reason);
  Availability PrepareSettings();
  Availability PrepareTemplate();
  Availability MakeLoops();
  Availability VerifySettings();
  Status Configure(SSL* ssl) const;

  const Library& library_;
  const Api& api_;
  ScenarioSpec spec_;
  std::string reason_;
  std::vector<std::string> lost_;
  SSL_CTX* ctx_ = nullptr;
  SSL* template_ = nullptr;
  std::vector<const Setting*> entries_;
  std::vector<std::unique_ptr<Prepared>> settings_;
  std::unique_ptr<Loops> loops_;
  uint64_t since_plant_ = 0;
};

}  // namespace dupmark
