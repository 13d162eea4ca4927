// The Node-API face of the native soak engine: one prepared scenario at a time in a process.
#include <atomic>
#include <memory>

#include "addon_parts.h"
#include "oracles.h"
#include "soak.h"
#include "soak_walk.h"

namespace dupmark {
namespace {

std::atomic<Library*> opened{nullptr};
std::unique_ptr<Soak> soak;
SoakSpec soak_spec;

Napi::Value SiteObject(Napi::Env env, SiteId id) {
  const LedgerSite site = SiteOf(id);
  Napi::Object object = Napi::Object::New(env);
  object.Set("label", site.label);
  object.Set("file", site.file);
  object.Set("line", site.line);
  return object;
}

Napi::Array SitesArray(Napi::Env env, const std::vector<allocations::Site>& sites) {
  Napi::Array list = Napi::Array::New(env);
  for (const allocations::Site& site : sites) {
    Napi::Object one = Napi::Object::New(env);
    one.Set("file", site.file);
    one.Set("line", site.line);
    one.Set("allocations", static_cast<double>(site.live_allocations));
    one.Set("bytes", static_cast<double>(site.live_bytes));
    list.Set(list.Length(), one);
  }
  return list;
}

Napi::Value ResultObject(Napi::Env env, const SegmentResult& result) {
  Napi::Object answer = Napi::Object::New(env);
  answer.Set("failure", result.status.message());
  answer.Set("cycles", static_cast<double>(result.cycles));
  answer.Set("elapsedNs", result.elapsed_ns);
  answer.Set("handlesCreated", static_cast<double>(result.handles_created));
  answer.Set("handles", static_cast<double>(result.handles));
  answer.Set("contexts", static_cast<double>(result.contexts));
  answer.Set("sessions", static_cast<double>(result.sessions));
  if (result.counted) {
    answer.Set("allocations", static_cast<double>(result.allocations));
    answer.Set("bytes", static_cast<double>(result.bytes));
  } else {
    answer.Set("allocations", env.Null());
    answer.Set("bytes", env.Null());
  }
  answer.Set("heapGrowthBytes", static_cast<double>(result.heap_growth_bytes));
  answer.Set("allocatorBytes", static_cast<double>(result.allocator_bytes));
  answer.Set("rssBytes", static_cast<double>(result.resident_bytes));
  answer.Set("grown", SitesArray(env, result.grown));
  Napi::Array lost = Napi::Array::New(env);
  for (const LostReference& reference : result.lost) {
    Napi::Object one = Napi::Object::New(env);
    one.Set("site", SiteObject(env, reference.site));
    one.Set("count", static_cast<double>(reference.count));
    lost.Set(lost.Length(), one);
  }
  answer.Set("lost", lost);
  answer.Set("excess", env.Null());
  if (result.excess.found) {
    Napi::Object excess = Napi::Object::New(env);
    excess.Set("use", result.excess.use);
    excess.Set("reference", SiteObject(env, result.excess.reference));
    excess.Set("at", SiteObject(env, result.excess.at));
    excess.Set("earlier", SiteObject(env, result.excess.earlier));
    answer.Set("excess", excess);
  }
  answer.Set("mismatch", env.Null());
  if (result.mismatch.found) {
    Napi::Object mismatch = Napi::Object::New(env);
    mismatch.Set("freedEarly", result.mismatch.freed_early);
    mismatch.Set("reference", SiteObject(env, result.mismatch.reference));
    mismatch.Set("at", SiteObject(env, result.mismatch.at));
    answer.Set("mismatch", mismatch);
  }
  return answer;
}

// soakDescribe() -> {scenarios, plants}
Napi::Value DescribeSoak(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Napi::Array scenarios = Napi::Array::New(env);
  for (const SoakScenarioInfo& one : SoakScenarios()) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("name", one.name);
    entry.Set("about", one.about);
    entry.Set("takesSettings", one.takes_settings);
    scenarios.Set(scenarios.Length(), entry);
  }
  Napi::Array plants = Napi::Array::New(env);
  for (const PlantInfo& one : Plants()) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("kind", one.kind);
    entry.Set("about", one.about);
    entry.Set("scenario", one.scenario);
    entry.Set("names", one.names);
    entry.Set("oracle", one.oracle);
    plants.Set(plants.Length(), entry);
  }
  Napi::Object answer = Napi::Object::New(env);
  answer.Set("scenarios", scenarios);
  answer.Set("plants", plants);
  return answer;
}

// soakPrepare({scenario, settings, seed, plant: {kind, rate, offset}?, threads}) -> {kind, reason?, handleBytes}
Napi::Value PrepareSoak(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Library* library = OpenedLibrary();
  if (library == nullptr) return Throw(env, "no library is open");
  if (info.Length() < 1 || !info[0].IsObject()) return Throw(env, "soakPrepare takes an object");
  const Napi::Object wanted = info[0].As<Napi::Object>();
  SoakSpec spec;
  spec.scenario = StringField(wanted, "scenario");
  spec.seed = static_cast<uint64_t>(NumberField(wanted, "seed", 1));
  const double threads = NumberField(wanted, "threads", 4);
  if (threads < 2 || threads > 64) return Throw(env, "threads must be from 2 to 64");
  spec.threads = static_cast<uint32_t>(threads);
  const Napi::Value settings = wanted.Get("settings");
  if (settings.IsArray()) {
    const Napi::Array choices = settings.As<Napi::Array>();
    for (uint32_t i = 0; i < choices.Length(); i++) {
      const Napi::Value choice = choices.Get(i);
      if (!choice.IsObject()) return Throw(env, "a setting must be {setting, level}");
      spec.settings.push_back(
          {StringField(choice.As<Napi::Object>(), "setting"), StringField(choice.As<Napi::Object>(), "level")});
    }
  }
  const Napi::Value plant = wanted.Get("plant");
  if (plant.IsObject()) {
    const Napi::Object object = plant.As<Napi::Object>();
    const PlantInfo* known = FindPlant(StringField(object, "kind"));
    if (known == nullptr) return Throw(env, "there is no plant " + StringField(object, "kind"));
    if (spec.scenario != known->scenario) {
      return Throw(env, std::string("the plant ") + known->kind + " belongs to scenario " + known->scenario);
    }
    const double rate = NumberField(object, "rate", 0);
    const double offset = NumberField(object, "offset", 0);
    if (rate < 1 || offset < 0 || offset >= rate) return Throw(env, "a plant's rate must be at least 1");
    spec.plant = {known->plant, static_cast<uint64_t>(rate), static_cast<uint64_t>(offset)};
  }
  soak_spec = spec;
  soak = std::make_unique<Soak>(*library);
  const Availability availability = soak->Prepare(spec);
  Napi::Object answer = AvailabilityObject(env, availability, soak->reason());
  answer.Set("handleBytes", static_cast<double>(soak->handle_bytes()));
  if (availability != Availability::kAvailable) soak.reset();
  return answer;
}

bool Counted(const Napi::CallbackInfo& info, double* first, double* cycles) {
  if (info.Length() < 2 || !info[0].IsNumber() || !info[1].IsNumber()) return false;
  *first = info[0].As<Napi::Number>().DoubleValue();
  *cycles = info[1].As<Napi::Number>().DoubleValue();
  return *first >= 0 && *first < 9e15 && *cycles >= 1 && *cycles < 9e15;
}

// soakSegment(firstCycle, cycles) -> what it left behind
Napi::Value RunSegment(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  double first;
  double cycles;
  if (soak == nullptr) return Throw(env, "no soak scenario is prepared");
  if (!Counted(info, &first, &cycles)) return Throw(env, "soakSegment takes a first cycle and a number of cycles");
  return ResultObject(env, soak->Segment(static_cast<uint64_t>(first), static_cast<uint64_t>(cycles)));
}

// soakWalk(firstCycle, cycles) -> the steps of the prepared walk
Napi::Value WalkOf(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  double first;
  double cycles;
  if (soak == nullptr) return Throw(env, "no soak scenario is prepared");
  if (!Counted(info, &first, &cycles) || cycles > 1e6) return Throw(env, "soakWalk takes a first cycle and cycles");
  Napi::Array list = Napi::Array::New(env);
  const std::vector<WalkStep> steps =
      WalkSteps(soak_spec.seed, soak_spec.plant, static_cast<uint64_t>(first), static_cast<uint64_t>(cycles));
  for (uint32_t i = 0; i < steps.size(); i++) list.Set(i, FormatStep(steps[i]));
  return list;
}

// soakSteps([step]) -> what they left behind
Napi::Value RunSteps(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (soak == nullptr) return Throw(env, "no soak scenario is prepared");
  if (info.Length() < 1 || !info[0].IsArray()) return Throw(env, "soakSteps takes a list of steps");
  const Napi::Array list = info[0].As<Napi::Array>();
  std::vector<WalkStep> steps;
  for (uint32_t i = 0; i < list.Length(); i++) {
    const Napi::Value text = list.Get(i);
    WalkStep step;
    if (!text.IsString() || !ParseStep(text.As<Napi::String>().Utf8Value(), &step)) {
      return Throw(env, "step " + std::to_string(i) + " cannot be read");
    }
    steps.push_back(step);
  }
  return ResultObject(env, soak->Steps(steps));
}

// processReading() -> what this process holds, by the C library, the kernel and, where they are counted, OpenSSL's own
// allocations by line
Napi::Value ReadProcess(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Library* library = OpenedLibrary();
  if (library == nullptr) return Throw(env, "no library is open");
  Napi::Object answer = Napi::Object::New(env);
  answer.Set("allocatorBytes", static_cast<double>(oracles::AllocatorBytes()));
  answer.Set("rssBytes", static_cast<double>(oracles::ResidentBytes()));
  answer.Set("allocations", env.Null());
  Napi::Array lines = Napi::Array::New(env);
  if (library->probe() != nullptr) {
    answer.Set("allocations", static_cast<double>(library->probe()->read().live_allocations));
    lines = SitesArray(env, library->probe()->live_sites());
  }
  answer.Set("lines", lines);
  return answer;
}

}  // namespace

Library* OpenedLibrary() { return opened.load(); }
void SetOpenedLibrary(Library* library) { opened.store(library); }

Napi::Value Throw(Napi::Env env, const std::string& message) {
  Napi::Error::New(env, message).ThrowAsJavaScriptException();
  return env.Undefined();
}

std::string StringField(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  return value.IsString() ? value.As<Napi::String>().Utf8Value() : std::string();
}

double NumberField(const Napi::Object& object, const char* name, double otherwise) {
  const Napi::Value value = object.Get(name);
  return value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : otherwise;
}

void DefineSoak(Napi::Env env, Napi::Object exports) {
  exports.Set("soakDescribe", Napi::Function::New(env, DescribeSoak, "soakDescribe"));
  exports.Set("soakPrepare", Napi::Function::New(env, PrepareSoak, "soakPrepare"));
  exports.Set("soakSegment", Napi::Function::New(env, RunSegment, "soakSegment"));
  exports.Set("soakWalk", Napi::Function::New(env, WalkOf, "soakWalk"));
  exports.Set("processReading", Napi::Function::New(env, ReadProcess, "processReading"));
  exports.Set("soakSteps", Napi::Function::New(env, RunSteps, "soakSteps"));
}

}  // namespace dupmark
