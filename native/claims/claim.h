// Every sentence of the man page SSL_new(3) that is not a bullet of its list, and what it leaves open, as checks. A claim
// says what was seen; whether that is what the page says is part of the answer.
#pragma once

#include <string>
#include <vector>

#include "../library.h"

namespace dupmark {

struct Answer {
  enum Kind {
    kHolds,        // as the page says
    kDoesNotHold,  // not as the page says
    kOpen,         // the page does not say; this is what happens
    kAbsent,       // this library lacks what is asked about
  };
  Kind kind;
  // What was seen, in words that are the same at every run.
  std::string seen;
};

inline Answer Holds(bool holds, std::string seen) {
  return {holds ? Answer::kHolds : Answer::kDoesNotHold, std::move(seen)};
}
inline Answer Open(std::string seen) { return {Answer::kOpen, std::move(seen)}; }

struct Claim {
  const char* id;
  // The page's own words; empty where the page says nothing.
  const char* sentence;
  // What is tried.
  const char* question;
  Answer (*ask)();
  // Takes longer than everything else together: only asked when the limits are wanted.
  bool slow = false;
};

std::vector<Claim> InheritanceClaims();
std::vector<Claim> ReferenceClaims();
std::vector<Claim> BegunClaims();
std::vector<Claim> DuplicationClaims();
std::vector<Claim> LimitClaims();

const std::vector<Claim>& Claims();
const Claim* FindClaim(const std::string& id);

// Asks in a child of this process, so that what it registers, and a crash, end with it. A crash is an answer.
Answer AskInChild(const Claim& claim);

const char* AnswerName(Answer::Kind kind);

}  // namespace dupmark
