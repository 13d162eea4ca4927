// Opens one OpenSSL build in this process and proves that it, and no other, answers.
#pragma once

#include <cstdint>
#include <string>

#include "allocations.h"
#include "openssl_abi.h"
#include "status.h"

namespace dupmark {

struct OpenRequest {
  // Absolute paths; both empty for the OpenSSL that is inside the node executable.
  std::string libcrypto;
  std::string libssl;
  // Off only to show that the proof notices (a test): Node's own OpenSSL then answers.
  bool deepbind = true;
  // Leave the counting hooks installed, for a memory pass. Such a process must not time anything.
  bool count_allocations = false;
};

enum class WitnessMethod { kMemoryHooks, kAllocatorDelta };

// The proof, in figures: see Witness in bench/core/target.ts.
struct Witness {
  WitnessMethod method = WitnessMethod::kMemoryHooks;
  uint64_t amount = 0;  // allocations, or bytes for kAllocatorDelta
  uint64_t left = 0;
};

// A Library is an opened target. It stays open for the life of the process: OpenSSL registers exit handlers
// whose code must remain mapped.
class Library {
 public:
  // Errors with one line that names the file, and which library answered instead where that is the trouble.
  Status Open(const OpenRequest& request);

  const Api& api() const { return api_; }
  const Witness& witness() const { return witness_; }
  // Where allocation figures are read; null in a process that does not count them.
  const allocations::Probe* probe() const { return probe_; }

  std::string Version(int what) const;
  std::string MissingFunctions() const { return missing_; }
  // Any of the target's functions by name, also one that is not declared in openssl_abi.h; null when it has none.
  void* Find(const char* name) const;

 private:
  Status OpenShared(const OpenRequest& request);
  Status OpenInsideNode(const OpenRequest& request);
  Status Resolve();
  Status CountOneHandle(const std::string& libcrypto);
  Status WitnessByHooks(const OpenRequest& request);
  Status WitnessByAllocator();

  void* libcrypto_ = nullptr;
  void* libssl_ = nullptr;
  Api api_;
  Witness witness_;
  const allocations::Probe* probe_ = nullptr;
  std::string missing_;
};

// "glibc 2.41": the C library of this process.
std::string CLibraryVersion();

}  // namespace dupmark
