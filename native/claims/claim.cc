#include "claim.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

namespace dupmark {
namespace {

// 2^31 references at 20 ns, twice over.
constexpr int kPatienceMs = 120'000;

constexpr Answer::Kind kKinds[] = {Answer::kHolds, Answer::kDoesNotHold, Answer::kOpen, Answer::kAbsent};

[[noreturn]] void AnswerAndEnd(const Claim& claim, int descriptor) {
  for (const int fatal : {SIGSEGV, SIGABRT, SIGBUS, SIGILL}) signal(fatal, SIG_DFL);
  const Answer answer = claim.ask();
  const std::string line = static_cast<char>('0' + answer.kind) + answer.seen;
  const ssize_t written = write(descriptor, line.data(), line.size());
  _exit(written == static_cast<ssize_t>(line.size()) ? 0 : 1);
}

std::string ReadAll(int descriptor) {
  std::string all;
  char part[512];
  pollfd waited{descriptor, POLLIN, 0};
  while (poll(&waited, 1, kPatienceMs) > 0) {
    const ssize_t length = read(descriptor, part, sizeof part);
    if (length <= 0) return all;
    all.append(part, static_cast<size_t>(length));
  }
  return all;
}

}  // namespace

const std::vector<Claim>& Claims() {
  static const std::vector<Claim> claims = [] {
    std::vector<Claim> all;
    for (auto list : {InheritanceClaims, ReferenceClaims, BegunClaims, DuplicationClaims, LimitClaims}) {
      for (const Claim& claim : list()) all.push_back(claim);
    }
    return all;
  }();
  return claims;
}

const Claim* FindClaim(const std::string& id) {
  for (const Claim& claim : Claims()) {
    if (id == claim.id) return &claim;
  }
  return nullptr;
}

Answer AskInChild(const Claim& claim) {
  int ends[2];
  if (pipe(ends) != 0) return Open("not asked: no pipe can be made");
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    AnswerAndEnd(claim, ends[1]);
  }
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    return Open("not asked: no process can be made");
  }
  const std::string line = ReadAll(ends[0]);
  close(ends[0]);
  int status = 0;
  pid_t ended = waitpid(child, &status, WNOHANG);
  if (ended == 0 && line.empty()) kill(child, SIGKILL);
  if (ended == 0) ended = waitpid(child, &status, 0);
  if (ended == child && WIFSIGNALED(status)) {
    const int by = WTERMSIG(status);
    if (by == SIGKILL) return Open("no answer within the time");
    // The page promises no crash for anything that it describes.
    return {*claim.sentence == '\0' ? Answer::kOpen : Answer::kDoesNotHold,
            std::string("the process dies (") + strsignal(by) + ")"};
  }
  if (line.empty()) return Open("the process ended without an answer");
  const size_t kind = static_cast<size_t>(line[0] - '0');
  if (kind >= sizeof kKinds / sizeof kKinds[0]) return Open("an answer that is none");
  return {kKinds[kind], line.substr(1)};
}

const char* AnswerName(Answer::Kind kind) {
  switch (kind) {
    case Answer::kHolds: return "holds";
    case Answer::kDoesNotHold: return "does not hold";
    case Answer::kOpen: return "open";
    case Answer::kAbsent: return "absent";
  }
  return "";
}

}  // namespace dupmark
