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

#include "lane.h"
#include "library.h"
#include "methods.h"
#include "plant.h"
#include "settings/setting.h"

namespace dupmark {

enum class Operation { kNoop, kNew, kNewConfigure, kNewInherit, kDup, kDupStarted, kUpRef, kClear, kNewBio };
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

struct ScenarioSpec {
  Operation operation = Operation::kNoop;
  Method method = Method::kTls;
  std::vector<Choice> settings;
  Phase phase = Phase::kBoth;
  // Handles alive at once: 1 frees each at once.
  uint32_t live = 1;
  // It has been looked at on this library before, that settings are there and what a duplicate lost: not again.
  bool proved = false;
  Plant plant;
};

// A setting of a scenario, ready to be applied.
struct Chosen {
  const Setting* entry;
  std::unique_ptr<Prepared> prepared;
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

  // One thread's part of a round of several (team.h): `iterations`, timed, and then more of the same until all threads
  // have done theirs. False when a creation failed.
  virtual bool RunLane(uint64_t iterations, Lane* lane) = 0;
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

  // The same spec as `first`, for another thread: on its context and, with `same_handle`, on its template as well.
  Availability PrepareBeside(const Scenario& first, bool same_handle);

  // Settings that a handle made by SSL_dup of the template does not have, with what was seen instead.
  const std::vector<std::string>& lost() const { return lost_; }

  // For new-inherit: settings that no SSL_CTX can have, so that each handle is given them.
  const std::vector<std::string>& set_on_handles() const { return set_on_handles_; }

  // One round, after a short untimed lead-in that brings this worker's code and data back into the caches.
  // Nanoseconds per iteration, or negative when a creation failed (see reason()).
  double RoundNs(uint64_t iterations);

  // Exactly so many iterations and nothing else: for counting what they do. False when a creation failed.
  bool Repeat(uint64_t iterations);

  // See Loops::RunLane. False when a creation failed (see reason()).
  bool RunLane(uint64_t iterations, Lane* lane);

  // A handle as the scenario's creation makes it, null when that failed (see reason()); and its end.
  SSL* Create();
  void Destroy(SSL* ssl);

  // Iterations that take about `round_ns`, found by doubling.
  uint64_t Calibrate(double round_ns);

  // What one creation allocates, the same in every repetition, or an error that says how it varied.
  Status MeasureMemory(MemoryFigures* figures);

 private:
  Availability Absent(std::string reason);
  Availability Fail(std::string reason);
  Availability PrepareSettings();
  Availability InheritSettings();
  Availability PrepareTemplate();
  Availability MakeLoops();
  Availability VerifySettings();
  Status Configure(SSL* ssl) const;
  // A handle of the scenario's method, as SSL_new or, for a listener, SSL_new_listener gives it.
  SSL* NewHandle() const;
  // A refusal of QUIC's is what the version lacks, not a failure of the scenario.
  Availability Refused(std::string reason);

  const Library& library_;
  const Api& api_;
  ScenarioSpec spec_;
  std::string reason_;
  std::vector<std::string> lost_;
  SSL_CTX* ctx_ = nullptr;
  SSL* template_ = nullptr;
  std::vector<std::string> set_on_handles_;
  // Those that each handle is given come first, then those that it has from its SSL_CTX.
  std::vector<Chosen> settings_;
  size_t applied_ = 0;
  std::unique_ptr<Loops> loops_;
};

}  // namespace dupmark
