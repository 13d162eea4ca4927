#include "allocations.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <map>
#include <utility>

namespace dupmark::allocations {
namespace {

// A table from live block to its size and site, beside the blocks rather than in front of them: a block made
// while the hooks are installed can then be freed after they are removed. Its own memory comes straight from
// calloc, which OpenSSL's hooks do not see.
struct Entry {
  void* block;
  size_t bytes;
  const char* file;
  int line;
};

class Table {
 public:
  void Add(const Entry& entry) {
    if ((used_ + 1) * 2 > capacity_) Grow();
    Entry* slot = Find(entry.block);
    if (slot->block == nullptr) used_++;
    *slot = entry;
  }
  // Takes the block out; false when it was not known (made before the hooks were installed).
  bool Take(void* block, Entry* taken) {
    if (capacity_ == 0) return false;
    Entry* slot = Find(block);
    if (slot->block == nullptr) return false;
    *taken = *slot;
    used_--;
    // Linear probing without tombstones: move later entries of the run back into the hole.
    size_t hole = static_cast<size_t>(slot - entries_);
    for (size_t i = Next(hole); entries_[i].block != nullptr; i = Next(i)) {
      const size_t home = Hash(entries_[i].block);
      const bool between = hole <= i ? (hole < home && home <= i) : (hole < home || home <= i);
      if (between) continue;
      entries_[hole] = entries_[i];
      hole = i;
    }
    entries_[hole].block = nullptr;
    return true;
  }
  template <class Visit>
  void ForEach(Visit visit) const {
    for (size_t i = 0; i < capacity_; i++) {
      if (entries_[i].block != nullptr) visit(entries_[i]);
    }
  }

 private:
  size_t Hash(const void* block) const {
    const auto bits = reinterpret_cast<uintptr_t>(block) >> 4;
    return static_cast<size_t>(bits * 0x9e3779b97f4a7c15ull >> 20) & (capacity_ - 1);
  }
  size_t Next(size_t i) const { return (i + 1) & (capacity_ - 1); }
  Entry* Find(const void* block) {
    size_t i = Hash(block);
    while (entries_[i].block != nullptr && entries_[i].block != block) i = Next(i);
    return &entries_[i];
  }
  void Grow() {
    Entry* old = entries_;
    const size_t old_capacity = capacity_;
    capacity_ = capacity_ == 0 ? 1024 : capacity_ * 2;
    entries_ = static_cast<Entry*>(calloc(capacity_, sizeof(Entry)));
    if (entries_ == nullptr) abort();  // nothing that is counted from here on would be true
    for (size_t i = 0; i < old_capacity; i++) {
      if (old[i].block != nullptr) *Find(old[i].block) = old[i];
    }
    free(old);
  }

  Entry* entries_ = nullptr;
  size_t capacity_ = 0;
  size_t used_ = 0;
};

// The allocations of a recording, one after the other, in memory that the hooks do not see.
class Log {
 public:
  void Begin() {
    used_ = 0;
    on_ = true;
  }
  void Add(const Entry& entry) {
    if (!on_) return;
    if (used_ == capacity_) Grow();
    entries_[used_++] = entry;
  }
  void End() { on_ = false; }
  template <class Visit>
  void ForEach(Visit visit) const {
    for (size_t i = 0; i < used_; i++) visit(entries_[i]);
  }

 private:
  void Grow() {
    capacity_ = capacity_ == 0 ? 1024 : capacity_ * 2;
    auto* grown = static_cast<Entry*>(realloc(entries_, capacity_ * sizeof(Entry)));
    if (grown == nullptr) abort();  // as in Table::Grow
    entries_ = grown;
  }

  Entry* entries_ = nullptr;
  size_t capacity_ = 0;
  size_t used_ = 0;
  bool on_ = false;
};

class SpinLock {
 public:
  explicit SpinLock(std::atomic_flag* flag) : flag_(flag) {
    while (flag_->test_and_set(std::memory_order_acquire)) {
    }
  }
  ~SpinLock() { flag_->clear(std::memory_order_release); }
  SpinLock(const SpinLock&) = delete;
  SpinLock& operator=(const SpinLock&) = delete;

 private:
  std::atomic_flag* flag_;
};

std::atomic_flag lock = ATOMIC_FLAG_INIT;
Table table;
Log recording;
Totals totals{};

void Count(void* block, size_t bytes, const char* file, int line) {
  totals.allocations++;
  totals.requested_bytes += bytes;
  totals.live_allocations++;
  totals.live_bytes += bytes;
  const Entry entry{block, bytes, file, line};
  table.Add(entry);
  recording.Add(entry);
}

bool strict = false;
const char* why_aborting = nullptr;
constexpr int kNewByte = 0xa5;
constexpr int kFreedByte = 0xdb;

void Uncount(void* block) {
  Entry taken;
  if (!table.Take(block, &taken)) {
    if (strict) {
      why_aborting = "a block is freed a second time";
      abort();
    }
    return;
  }
  totals.live_allocations--;
  totals.live_bytes -= taken.bytes;
  if (strict) memset(block, kFreedByte, taken.bytes);
}

// Which allocation is to be refused. Set in processes of one thread.
bool watching = false;
uint64_t fail_nth = 0;
bool fail_later = false;
Attempts attempts{};

bool Refuses(const char* file, int line) {
  if (!watching) return false;
  attempts.asked++;
  if (fail_nth == 0 || attempts.asked < fail_nth || (attempts.asked > fail_nth && !fail_later)) return false;
  if (attempts.refused++ == 0) {
    attempts.file = file;
    attempts.line = line;
  }
  return true;
}

void* HookedMalloc(size_t bytes, const char* file, int line) {
  if (bytes == 0) return nullptr;  // as CRYPTO_malloc answers
  if (Refuses(file, line)) return nullptr;
  void* block = malloc(bytes);
  if (block == nullptr) return nullptr;
  if (strict) memset(block, kNewByte, bytes);
  SpinLock guard(&lock);
  Count(block, bytes, file, line);
  return block;
}

void HookedFree(void* block, const char*, int) {
  if (block == nullptr) return;
  {
    SpinLock guard(&lock);
    Uncount(block);
  }
  free(block);
}

void* HookedRealloc(void* block, size_t bytes, const char* file, int line) {
  if (block == nullptr) return HookedMalloc(bytes, file, line);
  if (bytes == 0) {
    HookedFree(block, file, line);
    return nullptr;
  }
  if (Refuses(file, line)) return nullptr;
  SpinLock guard(&lock);
  // Uncounted first: after realloc the old address may no longer be looked at, or already be somebody else's.
  Entry before;
  const bool known = table.Take(block, &before);
  if (strict && !known) {
    why_aborting = "a block is grown that was freed";
    abort();
  }
  void* moved = realloc(block, bytes);
  if (moved == nullptr) {
    if (known) table.Add(before);
    return nullptr;
  }
  if (known) {
    totals.live_allocations--;
    totals.live_bytes -= before.bytes;
  }
  Count(moved, bytes, file, line);
  return moved;
}

}  // namespace

bool Install(decltype(Api::CRYPTO_set_mem_functions) set) {
  return set(HookedMalloc, HookedRealloc, HookedFree) == 1;
}

bool Remove(const Api& api) {
  return api.CRYPTO_set_mem_functions(api.CRYPTO_malloc, api.CRYPTO_realloc, api.CRYPTO_free) == 1;
}

void FailAllocation(uint64_t nth, bool and_later) {
  fail_nth = nth;
  fail_later = and_later;
  attempts = {};
  watching = true;
}

void BeStrict() { strict = true; }

const char* WhyAborting() { return why_aborting; }

bool CountForFailing(bool on) {
  const bool before = watching;
  watching = on;
  return before;
}

Attempts StopFailing() {
  watching = false;
  return attempts;
}

Totals Read() {
  SpinLock guard(&lock);
  return totals;
}

std::vector<Site> LiveSites() {
  std::map<std::pair<std::string, int>, Site> sites;
  {
    SpinLock guard(&lock);
    table.ForEach([&](const Entry& entry) {
      const char* file = entry.file == nullptr ? "?" : entry.file;
      Site& site = sites.try_emplace({file, entry.line}, Site{file, entry.line, 0, 0}).first->second;
      site.live_allocations++;
      site.live_bytes += entry.bytes;
    });
  }
  std::vector<Site> list;
  list.reserve(sites.size());
  for (auto& [key, site] : sites) list.push_back(std::move(site));
  return list;
}

void BeginRecording() {
  SpinLock guard(&lock);
  recording.Begin();
}

std::vector<Made> EndRecording() {
  std::map<std::pair<std::string, int>, Made> lines;
  {
    SpinLock guard(&lock);
    recording.End();
    recording.ForEach([&](const Entry& entry) {
      const char* file = entry.file == nullptr ? "?" : entry.file;
      Made& made = lines.try_emplace({file, entry.line}, Made{file, entry.line, 0, 0}).first->second;
      made.allocations++;
      made.bytes += entry.bytes;
    });
  }
  std::vector<Made> list;
  list.reserve(lines.size());
  for (auto& [key, made] : lines) list.push_back(std::move(made));
  return list;
}

}  // namespace dupmark::allocations
