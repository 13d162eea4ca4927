// Fault injection: what a call does when OpenSSL gets no memory. Each allocation of the call is refused in turn, in a
// child process of its own: a crash is then one finding among others.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "library.h"
#include "operations.h"

namespace dupmark {

enum class FaultCall { kNew, kDup, kSet };

// One call, with the settings it is about: those of the SSL_CTX or of the template that is duplicated, or those that are set.
struct FaultCase {
  FaultCall call = FaultCall::kNew;
  std::vector<Choice> settings;
  // "SSL_new", "SSL_new[cipher-list=2]", "SSL_dup[certificate=rsa]", "set[cipher-list=20]", "SSL_dup[everything]".
  std::string name;
};

// Everything of the catalogue that this library has: bare calls, each setting at each level, and all together; given by a
// setter, by SSL_dup from a template, and by SSL_new from the SSL_CTX where that can have it.
// Only the one of this name, or all for an empty text.
std::vector<FaultCase> FaultCases(const Library& library, const std::string& only);

enum class FaultKind {
  kRefused,        // NULL or 0, with an entry in the error queue: as documented
  kSurvived,       // the call did without the allocation, and the handle has everything
  kQuiet,          // NULL or 0, and the error queue is empty
  kLeaked,         // allocations are left behind, every time
  kSilentLack,     // success, but the handle lacks a setting
  kCrashed,
  kHung,
};
const char* Name(FaultKind kind);

// What one point showed: allocation `nth` refused, alone or with all that came after it.
struct FaultPoint {
  uint64_t nth = 0;
  bool and_later = false;
  FaultKind kind = FaultKind::kRefused;
  std::string refused_at;  // OpenSSL's own file:line of the allocation that was refused
  int64_t leaked = 0;
  std::string leaked_at;
  std::string lacks;       // settings that are missing, with what was seen instead
  std::string let_in;      // what a real handshake with the handle then does that the setting is there to prevent
  int signal = 0;
  std::string why;         // it crashed, where the memory hooks saw it: "a block is freed a second time"
  const char* phase = "";  // where it crashed or hung: the call, looking at the handle, or freeing it
  std::vector<std::string> backtrace;
};

struct FaultReport {
  Availability availability = Availability::kAvailable;
  std::string reason;
  uint64_t allocations = 0;  // that the call makes when all goes well
  std::vector<FaultPoint> points;
};

// A deliberate fault of the call, to prove that it is noticed: "" for none, else the name of the kind that it must be
// found as ("leaked", "crashed", "hung", "silent-lack", "quiet").
struct FaultOptions {
  uint64_t only_nth = 0;  // 0 for every allocation
  std::string plant;
};

// A setting that guards security, tried both ways: whether the peer that it is there to keep away is refused.
struct GuardReport {
  std::string setting;  // "cipher-list=2"
  Observation with;     // present: refused
  Observation without;  // not present: let in, with what happened
};
std::vector<GuardReport> TryGuards(const Api& api);

// Runs every point of the case, or only one. Forks: the process must have one thread.
FaultReport InjectFaults(const Library& library, const FaultCase& wanted, const FaultOptions& options);

}  // namespace dupmark
