// The native side of the Node layer's suites (dupmark node-layer): an empty call, and what OpenSSL does beneath Node.
#include <memory>

#include "addon_parts.h"
#include "fixtures/certificates.h"
#include "node_layer.h"

namespace dupmark {
namespace {

// One for the process: a worker measures one library for its whole life.
std::unique_ptr<NodeLayer> layer;

Napi::Value Nothing(const Napi::CallbackInfo& info) { return info.Env().Undefined(); }

// nodeLayerRound('context' | 'connection', iterations, ciphers) -> nanoseconds per iteration
Napi::Value Round(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const Library* library = OpenedLibrary();
  if (library == nullptr) return Throw(env, "no library is open");
  if (info.Length() < 3 || !info[0].IsString() || !info[1].IsNumber() || !info[2].IsString() ||
      info[1].As<Napi::Number>().Int64Value() < 1) {
    return Throw(env, "nodeLayerRound takes what to time, a number of iterations, and a cipher list");
  }
  if (layer == nullptr) {
    auto made = std::make_unique<NodeLayer>(library->api());
    const Status status = made->Prepare();
    if (!status.ok()) return Throw(env, status.message());
    layer = std::move(made);
  }
  const std::string what = info[0].As<Napi::String>().Utf8Value();
  const std::string ciphers = info[2].As<Napi::String>().Utf8Value();
  const auto iterations = static_cast<uint64_t>(info[1].As<Napi::Number>().Int64Value());
  double ns = 0;
  Status status = Status::Error("'" + what + "' is neither a context nor a connection");
  if (what == "context") status = layer->TimeContexts(ciphers.c_str(), iterations, &ns);
  if (what == "connection") status = layer->TimeConnections(iterations, &ns);
  return status.ok() ? Napi::Number::New(env, ns) : Throw(env, status.message());
}

// nodeLayerCertificates() -> the same certificates as PEM, for Node's own client and server
Napi::Value Certificates(const Napi::CallbackInfo& info) {
  Napi::Object pem = Napi::Object::New(info.Env());
  pem.Set("root", fixtures::kRootCertificate);
  pem.Set("intermediate", fixtures::kIntermediateCertificate);
  pem.Set("certificate", fixtures::kEcdsaCertificate);
  pem.Set("key", fixtures::kEcdsaKey);
  return pem;
}

}  // namespace

void DefineNodeLayer(Napi::Env env, Napi::Object exports) {
  exports.Set("nodeLayerNothing", Napi::Function::New(env, Nothing, "nodeLayerNothing"));
  exports.Set("nodeLayerCertificates", Napi::Function::New(env, Certificates, "nodeLayerCertificates"));
  exports.Set("nodeLayerRound", Napi::Function::New(env, Round, "nodeLayerRound"));
}

}  // namespace dupmark
