// The Node-API face of the core, and the only file that knows of it. One library, one board and one prepared
// scenario at a time: a worker measures one target for its whole life.
#include <napi.h>
#include <signal.h>
#include <sys/prctl.h>

#include <cstring>
#include <memory>

#include "addon_parts.h"
#include "bindings.h"
#include "board.h"
#include "claims/claim.h"
#include "conform.h"
#include "operations.h"
#include "pinning.h"
#include "scatter.h"

namespace dupmark {
namespace {

bool BooleanField(const Napi::Object& object, const char* name, bool otherwise) {
  const Napi::Value value = object.Get(name);
  return value.IsBoolean() ? value.As<Napi::Boolean>().Value() : otherwise;
}

// A whole number from 0 to `max` among the arguments, or false.
bool Whole(const Napi::CallbackInfo& info, size_t index, double max, double* value) {
  if (index >= info.Length() || !info[index].IsNumber()) return false;
  *value = info[index].As<Napi::Number>().DoubleValue();
  return *value >= 0 && *value <= max && *value == static_cast<double>(static_cast<uint64_t>(*value));
}

class Addon final : public Napi::Addon<Addon> {
 public:
  Addon(Napi::Env, Napi::Object exports) {
    DefineAddon(exports, {
                             InstanceMethod("open", &Addon::Open),
                             InstanceMethod("describe", &Addon::Describe),
                             InstanceMethod("conform", &Addon::ConformSetting),
                             InstanceMethod("code", &Addon::Code),
                             InstanceMethod("claims", &Addon::ListClaims),
                             InstanceMethod("claim", &Addon::AskClaim),
                             InstanceMethod("prepare", &Addon::Prepare),
                             InstanceMethod("release", &Addon::Release),
                             InstanceMethod("calibrate", &Addon::Calibrate),
                             InstanceMethod("round", &Addon::Round),
                             InstanceMethod("memory", &Addon::Memory),
                             InstanceMethod("attachBoard", &Addon::AttachBoard),
                             InstanceMethod("runBoard", &Addon::RunBoard),
                             InstanceMethod("leaveBoard", &Addon::LeaveBoard),
                             InstanceMethod("pin", &Addon::Pin),
                             InstanceMethod("scatterHeap", &Addon::Scatter),
                             InstanceMethod("keepOff", &Addon::KeepOff),
                         });
    DefineSoak(exports.Env(), exports);
    DefineHandles(exports.Env(), exports);
    DefineNodeLayer(exports.Env(), exports);
    DefineTeam(exports.Env(), exports);
    DefineHolding(exports.Env(), exports);
  }
  ~Addon() {
    scenario_.reset();
    if (board_ != nullptr) dupmark_board_unmap(board_);
  }

 private:
  // open({libcrypto, libssl, deepbind, countAllocations}) -> facts; throws with the reason when refused.
  Napi::Value Open(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    if (library_ != nullptr) return Throw(env, "a library is open already");
    if (info.Length() < 1 || !info[0].IsObject()) return Throw(env, "open takes an object");
    const Napi::Object options = info[0].As<Napi::Object>();
    OpenRequest request;
    request.libcrypto = StringField(options, "libcrypto");
    request.libssl = StringField(options, "libssl");
    request.deepbind = BooleanField(options, "deepbind", true);
    request.count_allocations = BooleanField(options, "countAllocations", false);
    // Never freed: OpenSSL's exit handlers and the prepared settings refer to it until the process is gone.
    auto* library = new Library();
    const Status status = library->Open(request);
    if (!status.ok()) return Throw(env, status.message());
    library_ = library;
    SetOpenedLibrary(library);
    return Facts(env);
  }

  Napi::Value Facts(Napi::Env env) {
    const Api& api = library_->api();
    Napi::Object home = Napi::Object::New(env);
    home.Set("SSL_new", HomeOf(reinterpret_cast<const void*>(api.SSL_new)));
    home.Set("SSL_dup", HomeOf(reinterpret_cast<const void*>(api.SSL_dup)));
    home.Set("CRYPTO_malloc", HomeOf(reinterpret_cast<const void*>(api.CRYPTO_malloc)));

    const Witness& seen = library_->witness();
    Napi::Object witness = Napi::Object::New(env);
    const bool hooks = seen.method == WitnessMethod::kMemoryHooks;
    witness.Set("method", hooks ? "memory-hooks" : "allocator-delta");
    witness.Set(hooks ? "allocations" : "bytes", static_cast<double>(seen.amount));
    witness.Set("left", static_cast<double>(seen.left));

    Napi::Object facts = Napi::Object::New(env);
    facts.Set("version", library_->Version(openssl::OPENSSL_VERSION));
    facts.Set("versionNumber", static_cast<double>(api.OpenSSL_version_num()));
    facts.Set("compiler", library_->Version(openssl::OPENSSL_CFLAGS));
    facts.Set("platform", library_->Version(openssl::OPENSSL_PLATFORM));
    facts.Set("home", home);
    facts.Set("witness", witness);
    facts.Set("cLibrary", CLibraryVersion());
    facts.Set("missing", library_->MissingFunctions());
    return facts;
  }

  // describe() -> the catalogue.
  Napi::Value Describe(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    Napi::Array list = Napi::Array::New(env);
    for (const Setting& setting : Catalogue()) {
      const BulletFacts& bullet = FactsOf(setting.bullet);
      Napi::Array levels = Napi::Array::New(env);
      for (const Level& level : setting.levels) levels.Set(levels.Length(), level.name);
      Napi::Object entry = Napi::Object::New(env);
      entry.Set("id", setting.id);
      entry.Set("bullet", bullet.id);
      entry.Set("call", setting.call);
      entry.Set("ifLost", setting.if_lost);
      entry.Set("existsSince", static_cast<double>(setting.exists_since));
      entry.Set("documented", setting.bullet == Bullet::kUndocumented ? "not carried" : "carried");
      entry.Set("documentedSince", static_cast<double>(bullet.since));
      entry.Set("levels", levels);
      entry.Set("everyday", setting.everyday);
      entry.Set("taintsProcess", setting.taints_process);
      entry.Set("changesContext", setting.ChangesContext());
      entry.Set("onlyOnContext", setting.only_on_context);
      entry.Set("inheritable", setting.only_on_context || setting.levels.front().inherit.on_context != nullptr);
      entry.Set("dtls", setting.dtls);
      Napi::Array conflicts = Napi::Array::New(env);
      for (const char* other : setting.conflicts_with) conflicts.Set(conflicts.Length(), other);
      entry.Set("conflictsWith", conflicts);
      list.Set(list.Length(), entry);
    }
    return list;
  }

  // The level that the first two arguments name (an empty level is the first), or null after a JavaScript error.
  static const Level* NamedLevel(const Napi::CallbackInfo& info, const Setting** setting) {
    Napi::Env env = info.Env();
    if (info.Length() < 2 || !info[0].IsString() || !info[1].IsString()) {
      Throw(env, "takes a setting and a level");
      return nullptr;
    }
    const std::string id = info[0].As<Napi::String>().Utf8Value();
    const std::string name = info[1].As<Napi::String>().Utf8Value();
    *setting = FindSetting(id);
    const Level* level = *setting == nullptr ? nullptr
                         : name.empty()      ? &(*setting)->levels.front()
                                             : (*setting)->FindLevel(name);
    if (level == nullptr) Throw(env, "the catalogue has no " + id + "=" + name);
    return level;
  }

  // conform(setting, level, withSession) -> what SSL_dup does with it, and the looks behind that
  Napi::Value ConformSetting(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    if (library_ == nullptr) return Throw(env, "no library is open");
    const Setting* setting = nullptr;
    const Level* level = NamedLevel(info, &setting);
    if (level == nullptr) return env.Undefined();
    const bool with_session = info.Length() > 2 && info[2].IsBoolean() && info[2].As<Napi::Boolean>().Value();
    const Conformance cell = Conform(*library_, *setting, *level, with_session);
    Napi::Object answer = Napi::Object::New(env);
    answer.Set("carried", CarriedName(cell.carried));
    answer.Set("detail", cell.detail);
    answer.Set("original", cell.original);
    answer.Set("sibling", cell.sibling);
    answer.Set("duplicate", cell.duplicate);
    answer.Set("originalAfter", cell.original_after);
    answer.Set("originalAfterChange", cell.original_after_change);
    answer.Set("inherited", cell.inherited);
    return answer;
  }

  // code(setting, level) -> the C that the entry runs
  Napi::Value Code(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    const Setting* setting = nullptr;
    const Level* level = NamedLevel(info, &setting);
    if (level == nullptr) return env.Undefined();
    Napi::Object answer = Napi::Object::New(env);
    answer.Set("context", level->context.text);
    answer.Set("apply", level->apply.text);
    answer.Set("inherit", level->inherit.text);
    answer.Set("shows", level->shows.text);
    answer.Set("change", level->change.text);
    answer.Set("guards", level->guards.text);
    return answer;
  }

  // claims() -> what is asked of the page's other sentences
  Napi::Value ListClaims(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    Napi::Array list = Napi::Array::New(env);
    for (const Claim& claim : Claims()) {
      Napi::Object entry = Napi::Object::New(env);
      entry.Set("id", claim.id);
      entry.Set("sentence", claim.sentence);
      entry.Set("question", claim.question);
      entry.Set("slow", claim.slow);
      list.Set(list.Length(), entry);
    }
    return list;
  }

  // claim(id) -> {verdict, seen}
  Napi::Value AskClaim(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    if (library_ == nullptr) return Throw(env, "no library is open");
    const Claim* claim =
        info.Length() < 1 || !info[0].IsString() ? nullptr : FindClaim(info[0].As<Napi::String>().Utf8Value());
    if (claim == nullptr) return Throw(env, "there is no such claim");
    const Answer answer = AskInChild(*claim);
    Napi::Object object = Napi::Object::New(env);
    object.Set("verdict", AnswerName(answer.kind));
    object.Set("seen", answer.seen);
    return object;
  }

  // prepare({operation, method, settings, phase, live}) -> {kind, reason?, lost}
  Napi::Value Prepare(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    if (library_ == nullptr) return Throw(env, "no library is open");
    if (info.Length() < 1 || !info[0].IsObject()) return Throw(env, "prepare takes a scenario");
    const Napi::Object wanted = info[0].As<Napi::Object>();
    ScenarioSpec spec;
    if (!ScenarioOf(wanted, &spec)) return env.Undefined();
    scenario_.reset();
    auto scenario = std::make_unique<Scenario>(*library_);
    const Availability availability = scenario->Prepare(spec);
    Napi::Object answer = AvailabilityObject(env, availability, scenario->reason());
    if (availability != Availability::kAvailable) return answer;
    Napi::Array lost = Napi::Array::New(env);
    for (const std::string& line : scenario->lost()) lost.Set(lost.Length(), line);
    answer.Set("lost", lost);
    Napi::Array set_on_handles = Napi::Array::New(env);
    for (const std::string& id : scenario->set_on_handles()) set_on_handles.Set(set_on_handles.Length(), id);
    answer.Set("setOnHandles", set_on_handles);
    scenario_ = std::move(scenario);
    return answer;
  }

  Napi::Value Release(const Napi::CallbackInfo& info) {
    scenario_.reset();
    return info.Env().Undefined();
  }

  // calibrate(roundNs) -> iterations
  Napi::Value Calibrate(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    double round_ns;
    if (scenario_ == nullptr) return Throw(env, "no scenario is prepared");
    if (!Whole(info, 0, 1e12, &round_ns) || round_ns < 1) return Throw(env, "calibrate takes nanoseconds");
    const uint64_t iterations = scenario_->Calibrate(round_ns);
    if (iterations == 0) return Throw(env, scenario_->reason());
    return Napi::Number::New(env, static_cast<double>(iterations));
  }

  // round(iterations) -> nanoseconds per iteration, outside any board.
  Napi::Value Round(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    double iterations;
    if (scenario_ == nullptr) return Throw(env, "no scenario is prepared");
    if (!Whole(info, 0, 1e12, &iterations) || iterations < 1) return Throw(env, "round takes a number of iterations");
    const double ns = scenario_->RoundNs(static_cast<uint64_t>(iterations));
    if (ns < 0) return Throw(env, scenario_->reason());
    return Napi::Number::New(env, ns);
  }

  // memory() -> exact figures of one creation, in all and by line
  Napi::Value Memory(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    if (scenario_ == nullptr) return Throw(env, "no scenario is prepared");
    MemoryFigures figures;
    const Status status = scenario_->MeasureMemory(&figures);
    if (!status.ok()) return Throw(env, status.message());
    Napi::Object answer = Amounts(env, figures.total);
    Napi::Array sites = Napi::Array::New(env);
    for (const auto& [place, amounts] : figures.by_line) {
      Napi::Object site = Amounts(env, amounts);
      site.Set("file", place.first);
      site.Set("line", place.second);
      sites.Set(sites.Length(), site);
    }
    answer.Set("sites", sites);
    return answer;
  }

  static Napi::Object Amounts(Napi::Env env, const MemoryAmounts& amounts) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("allocations", static_cast<double>(amounts.allocations));
    object.Set("requestedBytes", static_cast<double>(amounts.requested_bytes));
    // Signed: a creation can also free what lived before it.
    object.Set("retainedAllocations", static_cast<double>(static_cast<int64_t>(amounts.retained_allocations)));
    object.Set("retainedBytes", static_cast<double>(static_cast<int64_t>(amounts.retained_bytes)));
    return object;
  }

  // attachBoard(fd)
  Napi::Value AttachBoard(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    double fd;
    if (!Whole(info, 0, INT32_MAX, &fd)) return Throw(env, "attachBoard takes a file descriptor");
    if (board_ != nullptr) dupmark_board_unmap(board_);
    // A worker that waits for its turn hears nothing of Node's event loop: it must not outlive its parent.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    board_ = dupmark_board_map(static_cast<int>(fd));
    if (board_ == nullptr) return Throw(env, std::string("cannot map the board: ") + strerror(errno));
    return env.Undefined();
  }

  // runBoard(epoch, worker, iterations): runs this worker's turns; throws when a round failed.
  Napi::Value RunBoard(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    double epoch;
    double worker;
    double iterations;
    if (scenario_ == nullptr || board_ == nullptr) return Throw(env, "no scenario is prepared, or no board attached");
    if (!Whole(info, 0, UINT32_MAX, &epoch) || !Whole(info, 1, DUPMARK_BOARD_WORKERS_MAX - 1, &worker) ||
        !Whole(info, 2, 1e12, &iterations) || iterations < 1) {
      return Throw(env, "runBoard takes an epoch, a worker and a number of iterations");
    }
    struct Turn {
      Scenario* scenario;
      uint64_t iterations;
    } turn{scenario_.get(), static_cast<uint64_t>(iterations)};
    const auto round = [](void* data) {
      const Turn* of = static_cast<Turn*>(data);
      return of->scenario->RoundNs(of->iterations);
    };
    switch (dupmark_board_run(board_, static_cast<uint32_t>(epoch), static_cast<uint32_t>(worker), round, &turn)) {
      case DUPMARK_BOARD_COMPLETE: return Napi::String::New(env, "complete");
      case DUPMARK_BOARD_STOPPED: return Napi::String::New(env, "stopped");
      case DUPMARK_BOARD_FAILED: return Throw(env, scenario_->reason());
      case DUPMARK_BOARD_WRONG_EPOCH: return Throw(env, "the board is at another batch");
    }
    return env.Undefined();
  }

  // leaveBoard(worker): nobody is to wait for this worker in the current batch.
  Napi::Value LeaveBoard(const Napi::CallbackInfo& info) {
    double worker;
    if (board_ != nullptr && Whole(info, 0, DUPMARK_BOARD_WORKERS_MAX - 1, &worker)) {
      dupmark_board_leave(board_, static_cast<uint32_t>(worker));
    }
    return info.Env().Undefined();
  }

  // scatterHeap(seed)
  Napi::Value Scatter(const Napi::CallbackInfo& info) {
    double seed;
    if (!Whole(info, 0, UINT32_MAX, &seed)) return Throw(info.Env(), "takes a seed");
    ScatterHeap(static_cast<uint64_t>(seed));
    return info.Env().Undefined();
  }

  // pin(pid, cpu) and keepOff(pid, cpu) -> "" or why it was refused
  Napi::Value Pin(const Napi::CallbackInfo& info) { return Affinity(info, dupmark_pin_process); }
  Napi::Value KeepOff(const Napi::CallbackInfo& info) { return Affinity(info, dupmark_keep_off); }

  static Napi::Value Affinity(const Napi::CallbackInfo& info, int (*change)(int, int)) {
    Napi::Env env = info.Env();
    double pid;
    double cpu;
    if (!Whole(info, 0, INT32_MAX, &pid) || !Whole(info, 1, INT32_MAX, &cpu)) {
      return Throw(env, "takes a process id and a CPU number");
    }
    const int error = change(static_cast<int>(pid), static_cast<int>(cpu));
    return Napi::String::New(env, error == 0 ? "" : strerror(error));
  }

  Library* library_ = nullptr;
  dupmark_board* board_ = nullptr;
  std::unique_ptr<Scenario> scenario_;
};

}  // namespace

bool ScenarioOf(const Napi::Object& wanted, ScenarioSpec* spec) {
  const auto refuse = [&wanted](const std::string& why) {
    Throw(wanted.Env(), why);
    return false;
  };
  const auto unknown = [&](const char* what) { return refuse(std::string("unknown ") + what + " " + StringField(wanted, what)); };
  if (!ParseOperation(StringField(wanted, "operation"), &spec->operation)) return unknown("operation");
  if (!ParseMethod(StringField(wanted, "method"), &spec->method)) return unknown("method");
  if (!ParsePhase(StringField(wanted, "phase"), &spec->phase)) return unknown("phase");
  const Napi::Value live = wanted.Get("live");
  if (!live.IsNumber() || live.As<Napi::Number>().Int64Value() < 1) return refuse("live must be at least 1");
  spec->live = live.As<Napi::Number>().Uint32Value();
  spec->proved = BooleanField(wanted, "proved", false);
  const Napi::Value plant = wanted.Get("plant");
  if (plant.IsObject()) {
    const Napi::Object planted = plant.As<Napi::Object>();
    spec->plant.delay = planted.Get("delay").ToNumber().DoubleValue();
    spec->plant.work_every = static_cast<uint64_t>(planted.Get("workEvery").ToNumber().Int64Value());
  }
  const Napi::Value settings = wanted.Get("settings");
  if (!settings.IsArray()) return refuse("settings must be a list");
  const Napi::Array choices = settings.As<Napi::Array>();
  for (uint32_t i = 0; i < choices.Length(); i++) {
    const Napi::Value choice = choices.Get(i);
    if (!choice.IsObject()) return refuse("a setting must be {setting, level}");
    spec->settings.push_back(
        {StringField(choice.As<Napi::Object>(), "setting"), StringField(choice.As<Napi::Object>(), "level")});
  }
  return true;
}

Napi::Object AvailabilityObject(Napi::Env env, Availability availability, const std::string& reason) {
  static constexpr const char* kKinds[] = {"available", "absent", "failed"};
  Napi::Object answer = Napi::Object::New(env);
  answer.Set("kind", kKinds[static_cast<int>(availability)]);
  if (availability != Availability::kAvailable) answer.Set("reason", reason);
  return answer;
}

}  // namespace dupmark

using dupmark::Addon;
NODE_API_ADDON(Addon)
