// What every file of the catalogue begins with: the library's functions and constants under their own names, and the
// helpers that its code calls.
#pragma once

#include <cstdio>
#include <cstring>

#include "../fixtures/certificates.h"
#include "../fixtures/dh_parameters.h"
#include "setting.h"

namespace dupmark {
namespace {

using namespace c;         // NOLINT: the point of these is that catalogue code reads as C
using namespace openssl;   // NOLINT
using namespace fixtures;  // NOLINT

// No file uses all of them.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-variable"
#include "code.inc"

#include "handshake.inc"

#include "callbacks.inc"

#include "observers.inc"

#include "guards.inc"
#pragma GCC diagnostic pop

// Tells each level where its looks say what they saw: every file has helpers of its own.
inline std::vector<Setting> WithLooks(std::vector<Setting> settings) {
  for (Setting& setting : settings) {
    for (Level& level : setting.levels) {
      level.seen_text = seen_text;
      level.seen_object = &seen_object;
    }
  }
  return settings;
}

}  // namespace
}  // namespace dupmark
