// Several threads that run one scenario side by side: what does an operation cost when others do the same?
//
// A round: its threads meet at a barrier, each then does so many iterations (timed), and goes on with more of the same
// (untimed) until the last has done its own. So none is timed while others already rest, and what all did by that
// moment, by the time since the barrier, is the throughput, also when threads have to share processors.
#pragma once

#include <pthread.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lane.h"
#include "operations.h"

namespace dupmark {

// What the threads share: nothing, the SSL_CTX that each makes its own handles from, or one handle.
enum class Sharing { kSeparate, kContext, kHandle };
bool ParseSharing(const std::string& name, Sharing* sharing);

inline constexpr uint32_t kTeamThreadsMax = 256;

struct TeamSpec {
  ScenarioSpec scenario;
  Sharing sharing = Sharing::kContext;
  // As many as there are; a round may use fewer.
  uint32_t threads = 1;
  // Thread i is kept on CPU cpus[i modulo their number]; none are kept anywhere when it is empty.
  std::vector<int> cpus;
};

struct TeamRoundRequest {
  uint32_t threads = 1;
  uint64_t iterations = 1;
  // Counters side by side in one cache line, which every thread writes to: the control that shows false sharing.
  bool packed = false;
};

struct TeamRound {
  // From the barrier until the last thread had done its iterations, and what all had done by then.
  double wall_ns = 0;
  uint64_t operations = 0;
  // Of each thread, for its own iterations.
  std::vector<double> elapsed_ns;
  std::vector<double> cpu_ns;
};

class Team {
 public:
  explicit Team(const Library& library) : library_(library) {}
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  // Makes a scenario for each thread and starts the threads, which then wait.
  Availability Prepare(const TeamSpec& spec);
  const std::string& reason() const { return reason_; }

  // Iterations of one thread alone that take about `round_ns`; 0 when a creation failed (see reason()).
  uint64_t Calibrate(double round_ns);

  Status Round(const TeamRoundRequest& request, TeamRound* round);

 private:
  struct Member {
    Team* team = nullptr;
    uint32_t number = 0;
    pthread_t thread{};
    bool started = false;
    std::unique_ptr<Scenario> scenario;
    Lane lane;
    std::string failure;
  };

  Availability Fail(std::string reason);
  Status StartThreads();
  void Work(Member* member);
  void RunPart(Member* member);

  const Library& library_;
  TeamSpec spec_;
  std::string reason_;
  std::vector<std::unique_ptr<Member>> members_;
  std::vector<std::atomic<uint64_t>*> counts_;
  alignas(kLaneBytes) std::atomic<uint64_t> packed_[kTeamThreadsMax];

  // Guarded by the mutex: what the threads wait for between rounds, and whoever called Round during one.
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  uint64_t generation_ = 0;
  bool leaving_ = false;
  TeamRoundRequest request_;
  uint32_t finished_ = 0;

  // The barrier. Spun at, since whoever sleeps starts late.
  alignas(kLaneBytes) std::atomic<uint32_t> arrived_{0};
  alignas(kLaneBytes) std::atomic<bool> go_{false};
  int64_t released_ns_ = 0;
  Finish finish_;
};

}  // namespace dupmark
