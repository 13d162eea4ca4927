// The Node-API face of teams of threads: one at a time in a process.
#include <memory>

#include "addon_parts.h"
#include "team.h"

namespace dupmark {
namespace {

std::unique_ptr<Team> team;

Napi::Array Numbers(Napi::Env env, const std::vector<double>& values) {
  Napi::Array list = Napi::Array::New(env, values.size());
  for (uint32_t i = 0; i < values.size(); i++) list.Set(i, values[i]);
  return list;
}

// teamPrepare({scenario, sharing, threads, cpus}) -> {kind, reason?}
Napi::Value Prepare(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const Library* library = OpenedLibrary();
  if (library == nullptr) return Throw(env, "no library is open");
  if (info.Length() < 1 || !info[0].IsObject()) return Throw(env, "teamPrepare takes an object");
  const Napi::Object wanted = info[0].As<Napi::Object>();
  TeamSpec spec;
  const Napi::Value scenario = wanted.Get("scenario");
  if (!scenario.IsObject()) return Throw(env, "teamPrepare takes a scenario");
  if (!ScenarioOf(scenario.As<Napi::Object>(), &spec.scenario)) return env.Undefined();
  if (!ParseSharing(StringField(wanted, "sharing"), &spec.sharing)) return Throw(env, "unknown sharing");
  const double threads = NumberField(wanted, "threads", 0);
  if (threads < 1 || threads > kTeamThreadsMax) return Throw(env, "too few or too many threads");
  spec.threads = static_cast<uint32_t>(threads);
  const Napi::Value cpus = wanted.Get("cpus");
  if (cpus.IsArray()) {
    const Napi::Array list = cpus.As<Napi::Array>();
    for (uint32_t i = 0; i < list.Length(); i++) spec.cpus.push_back(list.Get(i).ToNumber().Int32Value());
  }
  team.reset();
  auto made = std::make_unique<Team>(*library);
  const Availability availability = made->Prepare(spec);
  Napi::Object answer = AvailabilityObject(env, availability, made->reason());
  if (availability == Availability::kAvailable) team = std::move(made);
  return answer;
}

// teamCalibrate(roundNs) -> iterations
Napi::Value Calibrate(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (team == nullptr) return Throw(env, "no team is prepared");
  if (info.Length() < 1 || !info[0].IsNumber()) return Throw(env, "teamCalibrate takes nanoseconds");
  const uint64_t iterations = team->Calibrate(info[0].As<Napi::Number>().DoubleValue());
  if (iterations == 0) return Throw(env, team->reason());
  return Napi::Number::New(env, static_cast<double>(iterations));
}

// teamRound({threads, iterations, packed}) -> {wallNs, operations, elapsedNs, cpuNs}
Napi::Value Round(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (team == nullptr) return Throw(env, "no team is prepared");
  if (info.Length() < 1 || !info[0].IsObject()) return Throw(env, "teamRound takes an object");
  const Napi::Object wanted = info[0].As<Napi::Object>();
  TeamRoundRequest request;
  request.threads = static_cast<uint32_t>(NumberField(wanted, "threads", 0));
  request.iterations = static_cast<uint64_t>(NumberField(wanted, "iterations", 0));
  request.packed = wanted.Get("packed").ToBoolean().Value();
  TeamRound round;
  const Status status = team->Round(request, &round);
  if (!status.ok()) return Throw(env, status.message());
  Napi::Object answer = Napi::Object::New(env);
  answer.Set("wallNs", round.wall_ns);
  answer.Set("operations", static_cast<double>(round.operations));
  answer.Set("elapsedNs", Numbers(env, round.elapsed_ns));
  answer.Set("cpuNs", Numbers(env, round.cpu_ns));
  return answer;
}

Napi::Value Release(const Napi::CallbackInfo& info) {
  team.reset();
  return info.Env().Undefined();
}

}  // namespace

void DefineTeam(Napi::Env env, Napi::Object exports) {
  exports.Set("teamPrepare", Napi::Function::New(env, Prepare, "teamPrepare"));
  exports.Set("teamCalibrate", Napi::Function::New(env, Calibrate, "teamCalibrate"));
  exports.Set("teamRound", Napi::Function::New(env, Round, "teamRound"));
  exports.Set("teamRelease", Napi::Function::New(env, Release, "teamRelease"));
}

}  // namespace dupmark
