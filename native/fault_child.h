// The child's part of fault injection: a call with one allocation refused, and what came of it, said in memory that the
// child shares with its parent (faults.cc).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "faults.h"

namespace dupmark {

inline constexpr int kFaultFramesMax = 24;

enum class FaultPhase : int { kCall, kLook, kFree };

// What the child says, in memory that it shares with the parent.
struct FaultAnswer {
  volatile int finished;
  volatile int phase;
  volatile int succeeded;
  volatile int queued;  // whether the error queue had an entry
  volatile int reached;  // whether the call came as far as the allocation that was to be refused
  volatile int64_t leaked;
  char refused_at[160];
  char leaked_at[160];
  char lacks[320];
  char let_in[320];
  char why[80];
  void* frames[kFaultFramesMax];
  volatile int frame_count;
};

// Shared with the parent, which maps it before there are children.
extern FaultAnswer* fault_answer;

// In the child: a crash is written down before it ends the process; after so long SIGALRM does.
void WatchForCrashes(unsigned hang_seconds);

// A case made ready: everything that is not the call itself.
class FaultBench {
 public:
  FaultBench(const Library& library, const FaultCase& wanted, const std::string& plant)
      : api_(library.api()), probe_(*library.probe()), wanted_(wanted), plant_(plant) {}
  ~FaultBench();
  FaultBench(const FaultBench&) = delete;
  FaultBench& operator=(const FaultBench&) = delete;

  Status Prepare();

  uint64_t allocations() const { return allocations_; }

  // In the child.
  void Run(uint64_t nth, bool and_later);

 private:
  // The call and the free; what is left of it.
  int64_t Repeat(uint64_t nth, bool and_later) const;

  // The call with an allocation refused, and what it said.
  SSL* Try(SSL* ssl, uint64_t nth, bool and_later) const;

  void Drop(SSL* made, SSL* ssl) const;

  bool Apply(SSL* ssl) const;

  // The handle that a setter works on; null where the call makes its own.
  SSL* Ready() const { return wanted_.call == FaultCall::kSet ? api_.SSL_new(ctx_) : nullptr; }

  // The handle that the call gives, or null when it failed.
  SSL* Call(SSL* ssl) const;

  // The same with an allocation refused (none for 0): of the call itself, and of nothing that the setting's code does beside.
  SSL* CallRefused(SSL* ssl, uint64_t nth, bool and_later, allocations::Attempts* attempts) const;

  // What the call gave, with the fault that is planted, as if OpenSSL had it.
  SSL* Planted(SSL* made, SSL* ssl) const;

  // Which looks use the handle up (connect it with a peer): the others can share one.
  void MarkUsing();

  // Whether `made`, or another one made in the same way where the look uses it up, has setting number `k`.
  Observation Look(size_t k, SSL* made, uint64_t nth, bool and_later) const;

  void NoteLacking(SSL* made, uint64_t nth, bool and_later) const;

  Observation Guard(size_t k, uint64_t nth, bool and_later) const;

  // Looks at another handle that is made in the same way.
  Observation OnAnother(uint64_t nth, bool and_later, const std::function<Observation(SSL*)>& see) const;

  // What lives now beyond what lived `before`.
  std::vector<allocations::Site> Growth(const std::vector<allocations::Site>& before) const;

  // Without what a call that goes well leaves behind too: that is a leak, but none of the refused allocation.
  void NoteLeak(const std::vector<allocations::Site>& before) const;

  const Api& api_;
  const allocations::Probe& probe_;
  const FaultCase& wanted_;
  const std::string& plant_;
  SSL_CTX* ctx_ = nullptr;
  SSL* template_ = nullptr;
  std::vector<std::unique_ptr<Prepared>> settings_;
  std::vector<bool> expected_;
  std::vector<bool> uses_up_;
  std::vector<allocations::Site> left_anyway_;
  uint64_t allocations_ = 0;
};

}  // namespace dupmark
