#include "team.h"

#include <sched.h>

#include <cstring>

#include "pinning.h"

namespace dupmark {
namespace {

// A spinning thread lets another onto its processor this often, which may be the one that it waits for.
constexpr uint32_t kSpins = 64;

}  // namespace

bool ParseSharing(const std::string& name, Sharing* sharing) {
  if (name == "separate") *sharing = Sharing::kSeparate;
  else if (name == "context") *sharing = Sharing::kContext;
  else if (name == "handle") *sharing = Sharing::kHandle;
  else return false;
  return true;
}

Team::~Team() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    leaving_ = true;
    generation_++;
  }
  wake_.notify_all();
  for (const auto& member : members_) {
    if (member->started) pthread_join(member->thread, nullptr);
  }
  // The first member's context and handle are the others' as well; each holds a reference of its own.
  members_.clear();
}

Availability Team::Fail(std::string reason) {
  reason_ = std::move(reason);
  return Availability::kFailed;
}

Availability Team::Prepare(const TeamSpec& spec) {
  spec_ = spec;
  if (spec.threads < 1 || spec.threads > kTeamThreadsMax) {
    return Fail("a team has from 1 to " + std::to_string(kTeamThreadsMax) + " threads");
  }
  if (spec.scenario.phase != Phase::kBoth || spec.scenario.live != 1) {
    return Fail("threads time creation and free together, with one handle alive in each");
  }
  const Operation operation = spec.scenario.operation;
  if (spec.sharing == Sharing::kHandle && operation != Operation::kNoop && operation != Operation::kUpRef &&
      operation != Operation::kDupStarted) {
    reason_ = "OpenSSL lets threads share a handle's reference count but not its use (openssl-threads(7))";
    return Availability::kAbsent;
  }
  for (uint32_t i = 0; i < spec.threads; i++) {
    auto member = std::make_unique<Member>();
    member->team = this;
    member->number = i;
    member->scenario = std::make_unique<Scenario>(library_);
    const Availability availability =
        i == 0 || spec.sharing == Sharing::kSeparate
            ? member->scenario->Prepare(spec.scenario)
            : member->scenario->PrepareBeside(*members_.front()->scenario, spec.sharing == Sharing::kHandle);
    if (availability != Availability::kAvailable) {
      reason_ = member->scenario->reason();
      return availability;
    }
    members_.push_back(std::move(member));
  }
  const Status started = StartThreads();
  return started.ok() ? Availability::kAvailable : Fail(started.message());
}

Status Team::StartThreads() {
  for (const auto& member : members_) {
    const auto work = [](void* data) -> void* {
      auto* own = static_cast<Member*>(data);
      own->team->Work(own);
      return nullptr;
    };
    const int error = pthread_create(&member->thread, nullptr, work, member.get());
    if (error != 0) return Status::Error(std::string("cannot start a thread: ") + strerror(error));
    member->started = true;
    if (spec_.cpus.empty()) continue;
    const int refused = dupmark_pin_thread(member->thread, spec_.cpus[member->number % spec_.cpus.size()]);
    if (refused != 0) return Status::Error(std::string("pinning refused: ") + strerror(refused));
  }
  return Status::Ok();
}

uint64_t Team::Calibrate(double round_ns) {
  Scenario& first = *members_.front()->scenario;
  // The most of several tries: whatever takes the processor away meanwhile makes for fewer.
  constexpr int kTries = 3;
  uint64_t iterations = 0;
  for (int i = 0; i < kTries; i++) {
    const uint64_t found = first.Calibrate(round_ns);
    if (found == 0) reason_ = first.reason();
    if (found == 0) return 0;
    if (found > iterations) iterations = found;
  }
  return iterations;
}

Status Team::Round(const TeamRoundRequest& request, TeamRound* round) {
  if (request.threads < 1 || request.threads > members_.size() || request.iterations < 1) {
    return Status::Error("a round takes from 1 to " + std::to_string(members_.size()) + " threads and iterations");
  }
  counts_.clear();
  for (uint32_t i = 0; i < request.threads; i++) {
    Member& member = *members_[i];
    member.failure.clear();
    member.lane.finish = &finish_;
    member.lane.count = request.packed ? &packed_[i] : &member.lane.own;
    member.lane.count->store(0, std::memory_order_relaxed);
    counts_.push_back(member.lane.count);
  }
  finish_.Begin(counts_.data(), request.threads);
  arrived_.store(0, std::memory_order_relaxed);
  go_.store(false, std::memory_order_relaxed);
  {
    std::unique_lock<std::mutex> lock(mutex_);
    request_ = request;
    finished_ = 0;
    generation_++;
    wake_.notify_all();
    done_.wait(lock, [this, &request] { return finished_ == request.threads; });
  }
  round->elapsed_ns.clear();
  round->cpu_ns.clear();
  for (uint32_t i = 0; i < request.threads; i++) {
    const Member& member = *members_[i];
    if (!member.failure.empty()) return Status::Error("thread " + std::to_string(i + 1) + ": " + member.failure);
    round->elapsed_ns.push_back(static_cast<double>(member.lane.elapsed_ns));
    round->cpu_ns.push_back(static_cast<double>(member.lane.cpu_ns));
  }
  round->wall_ns = static_cast<double>(finish_.ended_ns() - released_ns_);
  round->operations = finish_.operations();
  return Status::Ok();
}

void Team::Work(Member* member) {
  uint64_t seen = 0;
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this, seen] { return generation_ != seen; });
    seen = generation_;
    if (leaving_) return;
    if (member->number >= request_.threads) continue;
    lock.unlock();
    RunPart(member);
    lock.lock();
    if (++finished_ == request_.threads) done_.notify_one();
  }
}

void Team::RunPart(Member* member) {
  Scenario& scenario = *member->scenario;
  // As in Scenario::RoundNs: brings this thread's code and data back into the caches.
  const bool warm = scenario.Repeat(request_.iterations / 16 + 1);
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == request_.threads) {
    released_ns_ = NowNs();
    go_.store(true, std::memory_order_release);
  } else {
    for (uint32_t spins = 1; !go_.load(std::memory_order_acquire); spins++) {
      if (spins % kSpins == 0) sched_yield();
    }
  }
  if (warm && scenario.RunLane(request_.iterations, &member->lane)) return;
  member->failure = scenario.reason();
  finish_.Abandon();
}

}  // namespace dupmark
