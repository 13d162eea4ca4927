// What SSL_dup really does with a setting, observed with controls on both sides.
#pragma once

#include <string>

#include "library.h"
#include "settings/setting.h"

namespace dupmark {

// By the names of bench/core/conformance.ts.
enum class Carried {
  kOwnCopy,        // the duplicate has it, and keeps it when the original changes
  kShared,         // the duplicate refers to the original's own object, or changes with it
  kNotCarried,     // the duplicate does not have it
  kDupFails,       // SSL_dup of a handle that has it gives NULL
  kOnlyOnContext,  // it cannot be set on an SSL; a duplicate has what its SSL_CTX has
  kAbsent,         // this version has no such setting
  kUnobservable,   // nothing shows it, or a control failed: see the detail
};

const char* CarriedName(Carried carried);

// One cell of the matrix. Each look is on a handle of its own, as looking may use a handle up.
struct Conformance {
  Carried carried = Carried::kUnobservable;
  // Why it is so, in one line: what the duplicate showed instead, what tells that it is shared, why it was not to be seen.
  std::string detail;
  // The looks behind it, in words: "shows it", or what was seen instead.
  std::string original;        // positive control: a handle that it was set on
  std::string sibling;         // negative control: a handle of the same SSL_CTX that it was not set on
  std::string duplicate;
  std::string original_after;  // the original, after it was duplicated
  std::string original_after_change;  // the original, after its duplicate was given another value; empty where not tried
  std::string inherited;  // a handle of an SSL_CTX that it was set on; empty where no SSL_CTX can have it
};

// Observes one cell. With `with_session` every handle has a session to resume first, which takes SSL_dup another way.
Conformance Conform(const Library& library, const Setting& setting, const Level& level, bool with_session);

}  // namespace dupmark
