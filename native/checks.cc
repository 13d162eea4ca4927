// Soaks and fault injection with a plain main(): where Node would be in the way (forks, valgrind, LeakSanitizer,
// heaptrack), and for a bare loop's rate.
//
//   dupmark_checks soak --libcrypto FILE --libssl FILE --scenario NAME [--cycles N] [--segments N] [--plant KIND:RATE]
//   dupmark_checks bare --libcrypto FILE --libssl FILE --hooks no [--scenario new|up-ref] [--cycles N] [--lose RATE]
//   dupmark_checks guards --libcrypto FILE --libssl FILE
//   dupmark_checks faults --libcrypto FILE --libssl FILE [--case NAME] [--nth N] [--plant KIND]
//
// With --inside-node yes in the place of the files, in a node executable that dupmark_checks.so is preloaded to, on its own
// OpenSSL.
//
// JSON lines on standard output; one line on standard error and exit code 2 when something cannot be done.
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

#include "clock.h"
#include "faults.h"
#include "soak.h"

namespace dupmark {
namespace {

int Fail(const std::string& message) {
  fprintf(stderr, "dupmark_checks: %s\n", message.c_str());
  return 2;
}

using Flags = std::map<std::string, std::string>;

std::string Flag(const Flags& flags, const char* name, const char* otherwise) {
  const auto found = flags.find(name);
  return found == flags.end() ? otherwise : found->second;
}

// The loops that anybody would write, for comparison: no ledger, no oracle. One in `rate` frees is forgotten, or none
// for 0, so that other leak checkers can be tried on the very same program.
double BareNs(const Api& api, bool up_ref_loop, uint64_t cycles, uint64_t rate) {
  SSL_CTX* ctx = api.SSL_CTX_new(api.TLS_method());
  SSL* ssl = api.SSL_new(ctx);
  const auto up_ref = api.SSL_up_ref;
  const auto ssl_new = api.SSL_new;
  const auto ssl_free = api.SSL_free;
  const int64_t start = NowNs();
  if (up_ref_loop) {
    for (uint64_t i = 0; i < cycles; i++) {
      up_ref(ssl);
      ssl_free(ssl);
    }
  } else {
    uint64_t left = rate == 0 ? UINT64_MAX : rate;
    for (uint64_t i = 0; i < cycles; i++) {
      SSL* made = ssl_new(ctx);
      if (--left == 0) left = rate;
      else ssl_free(made);
    }
  }
  const auto ns = static_cast<double>(NowNs() - start);
  api.SSL_free(ssl);
  api.SSL_CTX_free(ctx);
  return ns;
}

int RunBare(const Flags& flags, const Library& library) {
  const auto cycles = static_cast<uint64_t>(strtod(Flag(flags, "--cycles", "1e6").c_str(), nullptr));
  const auto rate = static_cast<uint64_t>(strtod(Flag(flags, "--lose", "0").c_str(), nullptr));
  const bool up_ref_loop = Flag(flags, "--scenario", "new") == "up-ref";
  printf("{\"cycles\":%llu,\"elapsedNs\":%.0f}\n", static_cast<unsigned long long>(cycles),
         BareNs(library.api(), up_ref_loop, cycles, rate));
  fflush(stdout);  // leak checkers may end the process without
  return 0;
}

int RunSoak(const Flags& flags, const Library& library) {
  const auto cycles = static_cast<uint64_t>(strtod(Flag(flags, "--cycles", "1e6").c_str(), nullptr));
  const auto segments = static_cast<uint64_t>(strtod(Flag(flags, "--segments", "1").c_str(), nullptr));
  SoakSpec spec;
  spec.scenario = Flag(flags, "--scenario", "up-ref");
  const std::string plant = Flag(flags, "--plant", "");
  if (!plant.empty()) {
    const size_t colon = plant.find(':');
    const PlantInfo* known = FindPlant(plant.substr(0, colon));
    if (known == nullptr || colon == std::string::npos) return Fail("--plant takes KIND:RATE");
    const auto rate = static_cast<uint64_t>(strtod(plant.c_str() + colon + 1, nullptr));
    if (rate < 1) return Fail("--plant: the rate must be at least 1");
    spec.plant = {known->plant, rate, rate / 2};
    spec.scenario = known->scenario;
  }
  Soak soak(library);
  if (soak.Prepare(spec) != Availability::kAvailable) return Fail(soak.reason());
  uint64_t first = 0;
  bool found = false;
  for (uint64_t i = 0; i < segments; i++) {
    const double bare_ns = spec.scenario == "up-ref" ? BareNs(library.api(), true, cycles, 0) : 0;
    const SegmentResult result = soak.Segment(first, cycles);
    if (!result.status.ok()) return Fail(result.status.message());
    first += result.cycles;
    printf("{\"cycles\":%llu,\"elapsedNs\":%.0f,\"bareNs\":%.0f,\"handles\":%lld,\"contexts\":%lld,\"sessions\":%lld,"
           "\"allocations\":%lld,\"lost\":[",
           static_cast<unsigned long long>(result.cycles), result.elapsed_ns, bare_ns,
           static_cast<long long>(result.handles), static_cast<long long>(result.contexts),
           static_cast<long long>(result.sessions), static_cast<long long>(result.allocations));
    for (size_t k = 0; k < result.lost.size(); k++) {
      const LedgerSite site = SiteOf(result.lost[k].site);
      printf("%s{\"label\":\"%s\",\"at\":\"%s:%d\",\"count\":%lld}", k == 0 ? "" : ",", site.label.c_str(),
             site.file.c_str(), site.line, static_cast<long long>(result.lost[k].count));
    }
    printf("],\"excess\":%s,\"mismatch\":%s}\n", result.excess.found ? "true" : "false",
           result.mismatch.found ? "true" : "false");
    fflush(stdout);
    found = found || result.handles != 0 || !result.lost.empty() || result.excess.found || result.mismatch.found;
  }
  return found ? 1 : 0;
}

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
  }
  return quoted + "\"";
}

std::string PointText(const FaultPoint& point) {
  std::string text = "{\"nth\":" + std::to_string(point.nth) + ",\"andLater\":" + (point.and_later ? "true" : "false") +
                     ",\"kind\":\"" + Name(point.kind) + "\",\"refusedAt\":" + Quoted(point.refused_at);
  if (point.kind == FaultKind::kCrashed || point.kind == FaultKind::kHung) {
    text += ",\"signal\":" + std::to_string(point.signal) + ",\"phase\":" + Quoted(point.phase) + ",\"backtrace\":[";
    for (size_t i = 0; i < point.backtrace.size(); i++) text += (i == 0 ? "" : ",") + Quoted(point.backtrace[i]);
    text += "]";
    if (!point.why.empty()) text += ",\"why\":" + Quoted(point.why);
  }
  if (point.leaked > 0) {
    text += ",\"leaked\":" + std::to_string(point.leaked) + ",\"leakedAt\":" + Quoted(point.leaked_at);
  }
  if (!point.lacks.empty()) text += ",\"lacks\":" + Quoted(point.lacks);
  if (!point.let_in.empty()) text += ",\"letIn\":" + Quoted(point.let_in);
  return text + "}";
}

void PrintCase(const Library& library, const FaultCase& one, const FaultOptions& options) {
  const FaultReport report = InjectFaults(library, one, options);
  printf("{\"case\":%s,\"failure\":%s,\"allocations\":%llu,\"points\":[", Quoted(one.name).c_str(),
         Quoted(report.reason).c_str(), static_cast<unsigned long long>(report.allocations));
  for (size_t i = 0; i < report.points.size(); i++) {
    printf("%s%s", i == 0 ? "" : ",", PointText(report.points[i]).c_str());
  }
  printf("]}\n");
}

// A line for each case as it is done, then one that says that all are.
int RunFaults(const Flags& flags, const Library& library) {
  const std::string only = Flag(flags, "--case", "");
  FaultOptions options;
  options.only_nth = static_cast<uint64_t>(strtoull(Flag(flags, "--nth", "0").c_str(), nullptr, 10));
  options.plant = Flag(flags, "--plant", "");
  const std::vector<FaultCase> cases = FaultCases(library, only);
  printf("{\"version\":%s,\"cases\":%zu}\n", Quoted(library.Version(openssl::OPENSSL_VERSION)).c_str(), cases.size());
  for (const FaultCase& one : cases) {
    // A case that dies while it is made ready must not take the others with it.
    fflush(stdout);
    const pid_t child = fork();
    if (child < 0) return Fail(std::string("cannot fork: ") + strerror(errno));
    if (child == 0) {
      PrintCase(library, one, options);
      fflush(stdout);
      _exit(0);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFSIGNALED(status)) {
      printf("{\"case\":%s,\"failure\":\"died of signal %d while it was made ready\",\"allocations\":0,\"points\":[]}\n",
             Quoted(one.name).c_str(), WTERMSIG(status));
    }
    fflush(stdout);
  }
  if (cases.empty()) return Fail("there is no case " + only + " on this library");
  return 0;
}

int RunGuards(const Library& library) {
  for (const GuardReport& report : TryGuards(library.api())) {
    printf("{\"setting\":%s,\"stands\":%s,\"falls\":%s,\"seen\":%s}\n", Quoted(report.setting).c_str(),
           report.with.present() ? "true" : "false",
           report.without.kind == Observation::kNotPresent ? "true" : "false", Quoted(report.without.detail).c_str());
  }
  return 0;
}

int Run(int argc, char** argv) {
  if (argc < 2) return Fail("name what to do: soak or faults");
  const std::string what = argv[1];
  Flags flags;
  for (int i = 2; i + 1 < argc; i += 2) flags[argv[i]] = argv[i + 1];
  OpenRequest open;
  open.libcrypto = Flag(flags, "--libcrypto", "");
  open.libssl = Flag(flags, "--libssl", "");
  const bool inside_node = Flag(flags, "--inside-node", "no") == "yes";
  if (!inside_node && (open.libcrypto.empty() || open.libssl.empty())) return Fail("no library named");
  // Preloaded tools replace malloc, which a library that is bound to itself first does not see.
  open.deepbind = Flag(flags, "--deepbind", "yes") == "yes";
  open.count_allocations = Flag(flags, "--hooks", "yes") == "yes";
  // Static, so that it is still reachable when a leak checker looks at the end.
  static Library library;
  const Status opened = library.Open(open);
  if (!opened.ok()) return Fail(opened.message());
  if (what == "soak") return RunSoak(flags, library);
  if (what == "bare") return RunBare(flags, library);
  if (what == "faults") return RunFaults(flags, library);
  if (what == "guards") return RunGuards(library);
  return Fail("unknown: " + what);
}

}  // namespace
}  // namespace dupmark

int RunChecks(int argc, char** argv) { return dupmark::Run(argc, argv); }

int main(int argc, char** argv) { return RunChecks(argc, argv); }
