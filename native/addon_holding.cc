// The Node-API face of many handles alive at once: one lot at a time in a process.
#include <memory>

#include "addon_parts.h"
#include "holding.h"

namespace dupmark {
namespace {

std::unique_ptr<HeldHandles> handles;
std::unique_ptr<HeldConnections> connections;

Napi::Object ReadingObject(Napi::Env env, const HoldingReading& reading) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("alive", static_cast<double>(reading.alive));
  object.Set("elapsedNs", reading.elapsed_ns);
  object.Set("allocatorBytes", static_cast<double>(reading.allocator_bytes));
  object.Set("residentBytes", static_cast<double>(reading.resident_bytes));
  return object;
}

// Whole numbers from 0 on, as many as `values`; a JavaScript error and false when they are not.
bool Counts(const Napi::CallbackInfo& info, std::initializer_list<uint64_t*> values) {
  size_t index = 0;
  for (uint64_t* value : values) {
    const double number = index < info.Length() && info[index].IsNumber()
                              ? info[index].As<Napi::Number>().DoubleValue()
                              : -1;
    if (!(number >= 0 && number <= 1e12)) {
      Throw(info.Env(), "takes whole numbers");
      return false;
    }
    *value = static_cast<uint64_t>(number);
    index++;
  }
  return true;
}

// holdHandles(scenario, most) -> {kind, reason?}
Napi::Value HoldHandles(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const Library* library = OpenedLibrary();
  if (library == nullptr) return Throw(env, "no library is open");
  if (info.Length() < 2 || !info[0].IsObject() || !info[1].IsNumber()) return Throw(env, "takes a scenario and a count");
  ScenarioSpec spec;
  if (!ScenarioOf(info[0].As<Napi::Object>(), &spec)) return env.Undefined();
  handles.reset();
  auto made = std::make_unique<HeldHandles>(*library);
  const Availability availability =
      made->Prepare(spec, static_cast<uint64_t>(info[1].As<Napi::Number>().DoubleValue()));
  Napi::Object answer = AvailabilityObject(env, availability, made->reason());
  if (availability == Availability::kAvailable) handles = std::move(made);
  return answer;
}

// holdMore(alive) -> reading
Napi::Value HoldMore(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  uint64_t alive;
  if (handles == nullptr) return Throw(env, "no handles are held");
  if (!Counts(info, {&alive})) return env.Undefined();
  HoldingReading reading;
  const Status status = handles->GrowTo(alive, &reading);
  return status.ok() ? ReadingObject(env, reading) : Throw(env, status.message());
}

// holdConnections({releaseBuffers, readAhead})
Napi::Value HoldConnections(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const Library* library = OpenedLibrary();
  if (library == nullptr) return Throw(env, "no library is open");
  if (info.Length() < 1 || !info[0].IsObject()) return Throw(env, "holdConnections takes an object");
  const Napi::Object wanted = info[0].As<Napi::Object>();
  connections.reset();
  auto made = std::make_unique<HeldConnections>(*library);
  const Status status = made->Prepare(
      {wanted.Get("releaseBuffers").ToBoolean().Value(), wanted.Get("readAhead").ToBoolean().Value()});
  if (!status.ok()) return Throw(env, status.message());
  connections = std::move(made);
  return env.Undefined();
}

// connectMore(alive) -> reading
Napi::Value ConnectMore(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  uint64_t alive;
  if (connections == nullptr) return Throw(env, "no connections are held");
  if (!Counts(info, {&alive})) return env.Undefined();
  HoldingReading reading;
  const Status status = connections->GrowTo(alive, &reading);
  return status.ok() ? ReadingObject(env, reading) : Throw(env, status.message());
}

// exchange(first, last, bytes) -> reading
Napi::Value Exchange(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  uint64_t first;
  uint64_t last;
  uint64_t bytes;
  if (connections == nullptr) return Throw(env, "no connections are held");
  if (!Counts(info, {&first, &last, &bytes})) return env.Undefined();
  HoldingReading reading;
  const Status status = connections->Exchange(first, last, bytes, &reading);
  return status.ok() ? ReadingObject(env, reading) : Throw(env, status.message());
}

// measureConnection(exchangeBytes) -> {clientBytes, serverBytes}
Napi::Value MeasureConnection(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  uint64_t bytes;
  if (connections == nullptr) return Throw(env, "no connections are held");
  if (!Counts(info, {&bytes})) return env.Undefined();
  uint64_t client_bytes = 0;
  uint64_t server_bytes = 0;
  const Status status = connections->MeasureOne(bytes, &client_bytes, &server_bytes);
  if (!status.ok()) return Throw(env, status.message());
  Napi::Object answer = Napi::Object::New(env);
  answer.Set("clientBytes", static_cast<double>(client_bytes));
  answer.Set("serverBytes", static_cast<double>(server_bytes));
  return answer;
}

// releaseHeld() -> reading, of what was held last
Napi::Value ReleaseHeld(const Napi::CallbackInfo& info) {
  HoldingReading reading;
  if (handles != nullptr) reading = handles->FreeAll();
  if (connections != nullptr) reading = connections->FreeAll();
  handles.reset();
  connections.reset();
  return ReadingObject(info.Env(), reading);
}

}  // namespace

void DefineHolding(Napi::Env env, Napi::Object exports) {
  exports.Set("holdHandles", Napi::Function::New(env, HoldHandles, "holdHandles"));
  exports.Set("holdMore", Napi::Function::New(env, HoldMore, "holdMore"));
  exports.Set("holdConnections", Napi::Function::New(env, HoldConnections, "holdConnections"));
  exports.Set("connectMore", Napi::Function::New(env, ConnectMore, "connectMore"));
  exports.Set("exchange", Napi::Function::New(env, Exchange, "exchange"));
  exports.Set("measureConnection", Napi::Function::New(env, MeasureConnection, "measureConnection"));
  exports.Set("releaseHeld", Napi::Function::New(env, ReleaseHeld, "releaseHeld"));
}

}  // namespace dupmark
