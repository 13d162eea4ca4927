// The core with a plain main: for callgrind, memcheck, sanitizers and heaptrack, which cannot run under Node or
// would see too much of it, and as a second opinion on what the addon measures.
//
// One line of JSON on standard output; one line on standard error and exit code 2 when something cannot be done.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "allocator.h"
#include "board.h"
#include "claims/claim.h"
#include "conform.h"
#include "idle_thread.h"
#include "operations.h"
#include "pinning.h"
#include "team.h"

// A name that callgrind finds, so not inlined and not mangled.
extern "C" __attribute__((noinline, used)) int dupmark_counted(dupmark::Scenario* scenario, uint64_t iterations) {
  return scenario->Repeat(iterations) ? 1 : 0;
}

namespace dupmark {
namespace {

constexpr char kUsage[] =
    "usage: dupmark_driver --libcrypto FILE --libssl FILE --operation NAME [--method NAME] [--setting ID=LEVEL]...\n"
    "       [--phase PHASE] [--live N] (--iterations N [--rounds N | --count] | --memory | --every-setting | --conform | --claims)\n"
    "       [--board FD --epoch N --worker N] [--cpu N]\n"
    "       [--threads N --sharing NAME [--packed] [--thread-cpu N]... [--round-us N]]\n";

struct Options {
  OpenRequest open;
  ScenarioSpec scenario;
  uint64_t iterations = 0;
  int rounds = 1;
  bool count = false;
  bool memory = false;
  bool every_setting = false;
  bool conform = false;
  bool claims = false;
  int board = -1;
  uint32_t epoch = 0;
  uint32_t worker = 0;
  int cpu = -1;
  TeamSpec team;  // of no thread: not asked for
  bool packed = false;
  double round_us = 0;
};

int Fail(const std::string& message) {
  fprintf(stderr, "dupmark_driver: %s\n", message.c_str());
  return 2;
}

Status ParseOptions(int argc, char** argv, Options* options) {
  options->team.threads = 0;
  for (int i = 1; i < argc; i++) {
    const std::string flag = argv[i];
    if (flag == "--packed") {
      options->packed = true;
      continue;
    }
    if (flag == "--memory") {
      options->memory = true;
      continue;
    }
    if (flag == "--count") {
      options->count = true;
      continue;
    }
    if (flag == "--every-setting") {
      options->every_setting = true;
      continue;
    }
    if (flag == "--claims") {
      options->claims = true;
      continue;
    }
    if (flag == "--conform") {
      options->conform = true;
      continue;
    }
    if (i + 1 >= argc) return Status::Error("unknown flag, or no value for it: " + flag);
    const std::string value = argv[++i];
    const long number = strtol(value.c_str(), nullptr, 10);
    if (flag == "--libcrypto") options->open.libcrypto = value;
    else if (flag == "--libssl") options->open.libssl = value;
    else if (flag == "--iterations") options->iterations = strtoull(value.c_str(), nullptr, 10);
    else if (flag == "--rounds") options->rounds = static_cast<int>(number);
    else if (flag == "--live") options->scenario.live = number < 1 ? 1 : static_cast<uint32_t>(number);
    else if (flag == "--board") options->board = static_cast<int>(number);
    else if (flag == "--epoch") options->epoch = static_cast<uint32_t>(number);
    else if (flag == "--worker") options->worker = static_cast<uint32_t>(number);
    else if (flag == "--cpu") options->cpu = static_cast<int>(number);
    else if (flag == "--threads") options->team.threads = number < 1 ? 1 : static_cast<uint32_t>(number);
    else if (flag == "--thread-cpu") options->team.cpus.push_back(static_cast<int>(number));
    else if (flag == "--round-us") options->round_us = static_cast<double>(number);
    else if (flag == "--sharing") {
      if (!ParseSharing(value, &options->team.sharing)) return Status::Error("unknown sharing " + value);
    } else if (flag == "--operation") {
      if (!ParseOperation(value, &options->scenario.operation)) return Status::Error("unknown operation " + value);
    } else if (flag == "--method") {
      if (!ParseMethod(value, &options->scenario.method)) return Status::Error("unknown method " + value);
    } else if (flag == "--phase") {
      if (!ParsePhase(value, &options->scenario.phase)) return Status::Error("unknown phase " + value);
    } else if (flag == "--setting") {
      const size_t equals = value.find('=');
      const std::string id = value.substr(0, equals);
      const Setting* setting = FindSetting(id);
      if (setting == nullptr) return Status::Error("unknown setting " + id);
      const std::string level = equals == std::string::npos ? setting->levels.front().name : value.substr(equals + 1);
      options->scenario.settings.push_back({id, level});
    } else {
      return Status::Error("unknown flag " + flag);
    }
  }
  if (options->open.libssl.empty() || options->open.libcrypto.empty()) return Status::Error("no library named");
  return Status::Ok();
}

const char* Name(Availability availability) {
  return availability == Availability::kAvailable ? "available"
         : availability == Availability::kAbsent  ? "absent"
                                                  : "failed";
}

// Every setting at every level, created both ways and cleared: the pass that memcheck and sanitizers watch.
int EverySetting(const Library& library) {
  int failed = 0;
  int run = 0;
  for (const Setting& setting : Catalogue()) {
    if (setting.openssl_fault != nullptr) {
      fprintf(stderr, "dupmark_driver: left out: %s: %s\n", setting.id, setting.openssl_fault);
      continue;
    }
    for (const Level& level : setting.levels) {
      for (const Operation operation :
           {Operation::kNewConfigure, Operation::kNewInherit, Operation::kDup, Operation::kClear}) {
        ScenarioSpec spec;
        spec.operation = operation;
        spec.settings.push_back({setting.id, level.name});
        Scenario scenario(library);
        const Availability availability = scenario.Prepare(spec);
        if (availability == Availability::kAvailable && scenario.RoundNs(2) < 0) failed++;
        if (availability == Availability::kFailed) {
          failed++;
          fprintf(stderr, "dupmark_driver: %s=%s: %s\n", setting.id, level.name, scenario.reason().c_str());
        }
        run++;
      }
    }
  }
  printf("{\"version\":\"%s\",\"scenarios\":%d,\"failed\":%d}\n", library.Version(openssl::OPENSSL_VERSION).c_str(),
         run, failed);
  return failed == 0 ? 0 : 1;
}

// What SSL_dup does with the named settings, or with all: a line each.
int ConformAll(const Library& library, const std::vector<Choice>& named) {
  for (const bool with_session : {false, true}) {
    for (const Setting& setting : Catalogue()) {
      bool wanted = named.empty();
      for (const Choice& choice : named) wanted = wanted || choice.setting == setting.id;
      if (!wanted) continue;
      for (const Level& level : setting.levels) {
        const Conformance cell = Conform(library, setting, level, with_session);
        printf("%s=%s%s: %s (%s)\n", setting.id, level.name, with_session ? " with a session" : "",
               CarriedName(cell.carried), cell.detail.c_str());
        fflush(stdout);
      }
    }
  }
  return 0;
}

// What each of the quick claims is answered, a line each.
int AskAll() {
  for (const Claim& claim : Claims()) {
    if (claim.slow) continue;
    const Answer answer = AskInChild(claim);
    printf("%s: %s (%s)\n", claim.id, AnswerName(answer.kind), answer.seen.c_str());
    fflush(stdout);
  }
  return 0;
}

int RunOnBoard(const Options& options, Scenario* scenario) {
  dupmark_board* board = dupmark_board_map(options.board);
  if (board == nullptr) return Fail(std::string("cannot map the board: ") + strerror(errno));
  scenario->RoundNs(options.iterations);  // warm
  struct Turn {
    Scenario* scenario;
    uint64_t iterations;
  } turn{scenario, options.iterations};
  const auto round = [](void* data) {
    const Turn* of = static_cast<Turn*>(data);
    return of->scenario->RoundNs(of->iterations);
  };
  const dupmark_board_end end = dupmark_board_run(board, options.epoch, options.worker, round, &turn);
  dupmark_board_unmap(board);
  return end == DUPMARK_BOARD_COMPLETE ? 0 : Fail("the rounds did not complete: " + scenario->reason());
}

void PrintNumbers(const char* name, const std::vector<double>& values) {
  printf(",\"%s\":[", name);
  for (size_t i = 0; i < values.size(); i++) printf("%s%.0f", i == 0 ? "" : ",", values[i]);
  printf("]");
}

// Threads side by side, and which allocator they ran on.
int RunTeam(const Options& options, const Library& library) {
  Team team(library);
  TeamSpec spec = options.team;
  spec.scenario = options.scenario;
  const Availability availability = team.Prepare(spec);
  if (availability != Availability::kAvailable) return Fail(std::string(Name(availability)) + ": " + team.reason());
  const uint64_t iterations = options.round_us > 0 ? team.Calibrate(options.round_us * 1000) : options.iterations;
  if (iterations < 1) return Fail(team.reason().empty() ? "--iterations must be at least 1" : team.reason());
  printf("{\"version\":\"%s\",\"iterations\":%llu,\"rounds\":[", library.Version(openssl::OPENSSL_VERSION).c_str(),
         static_cast<unsigned long long>(iterations));
  for (int i = 0; i < options.rounds; i++) {
    TeamRound round;
    const Status status = team.Round({spec.threads, iterations, options.packed}, &round);
    if (!status.ok()) return Fail(status.message());
    printf("%s{\"wallNs\":%.0f,\"operations\":%llu", i == 0 ? "" : ",", round.wall_ns,
           static_cast<unsigned long long>(round.operations));
    PrintNumbers("elapsedNs", round.elapsed_ns);
    PrintNumbers("cpuNs", round.cpu_ns);
    printf("}");
  }
  const AllocatorFacts facts = ReadAllocator();
  printf("],\"allocator\":{\"home\":\"%s\",\"arenas\":", facts.home.c_str());
  facts.arenas < 0 ? printf("null") : printf("%d", facts.arenas);
  printf(",\"threadCache\":%s}}\n", facts.thread_cache < 0 ? "null" : facts.thread_cache == 1 ? "true" : "false");
  return 0;
}

// For callgrind: bench/run/instructions.ts has it collect inside dupmark_counted only. Called with so many iterations
// and then with twice as many, so that whatever does not belong to an iteration can be subtracted.
int Count(const Options& options, Scenario* scenario) {
  constexpr uint64_t kWarm = 64;
  const bool counted = scenario->Repeat(kWarm) && dupmark_counted(scenario, options.iterations) != 0 &&
                       dupmark_counted(scenario, 2 * options.iterations) != 0;
  if (!counted) return Fail(scenario->reason());
  printf("{\"iterations\":[%llu,%llu]}\n", static_cast<unsigned long long>(options.iterations),
         static_cast<unsigned long long>(2 * options.iterations));
  return 0;
}

int Run(const Options& options) {
  // Static, so that it is still reachable when a leak checker looks at the end.
  static Library library;
  const Status opened = library.Open(options.open);
  if (!opened.ok()) return Fail(opened.message());
  if (options.cpu >= 0) {
    const int refused = dupmark_pin_process(getpid(), options.cpu);
    if (refused != 0) return Fail(std::string("pinning refused: ") + strerror(refused));
  }
  if (options.every_setting) return EverySetting(library);
  if (options.claims) return AskAll();
  if (options.conform) return ConformAll(library, options.scenario.settings);
  // After every_setting: memcheck and the sanitizers need no second thread to watch.
  if (options.board >= 0 && dupmark_start_idle_thread() != 0) return Fail("cannot start a thread");

  if (options.team.threads > 0) return RunTeam(options, library);
  Scenario scenario(library);
  const Availability availability = scenario.Prepare(options.scenario);
  if (availability != Availability::kAvailable) {
    return Fail(std::string(Name(availability)) + ": " + scenario.reason());
  }
  if (options.memory) {
    MemoryFigures figures;
    const Status status = scenario.MeasureMemory(&figures);
    if (!status.ok()) return Fail(status.message());
    printf("{\"allocations\":%llu,\"requestedBytes\":%llu,\"retainedAllocations\":%llu,\"retainedBytes\":%llu}\n",
           static_cast<unsigned long long>(figures.total.allocations),
           static_cast<unsigned long long>(figures.total.requested_bytes),
           static_cast<unsigned long long>(figures.total.retained_allocations),
           static_cast<unsigned long long>(figures.total.retained_bytes));
    return 0;
  }
  if (options.iterations < 1) return Fail("--iterations must be at least 1");
  if (options.count) return Count(options, &scenario);
  if (options.board >= 0) return RunOnBoard(options, &scenario);
  printf("{\"version\":\"%s\",\"roundNs\":[", library.Version(openssl::OPENSSL_VERSION).c_str());
  for (int round = 0; round < options.rounds; round++) {
    const double ns = scenario.RoundNs(options.iterations);
    if (ns < 0) return Fail(scenario.reason());
    printf("%s%.3f", round == 0 ? "" : ",", ns);
  }
  printf("]}\n");
  return 0;
}

}  // namespace
}  // namespace dupmark

int main(int argc, char** argv) {
  dupmark::Options options;
  const dupmark::Status status = dupmark::ParseOptions(argc, argv, &options);
  if (!status.ok()) {
    fputs(dupmark::kUsage, stderr);
    return dupmark::Fail(status.message());
  }
  options.open.count_allocations = options.memory;
  // There is no other OpenSSL in this program that could answer, and AddressSanitizer does not go with deep binding.
  options.open.deepbind = false;
  return dupmark::Run(options);
}
