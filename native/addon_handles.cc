// SSL and SSL_CTX as JavaScript objects, for soaks of what garbage collection does to references: each wrapper owns
// one reference and gives it back when it is closed or collected. The ledger of these is the process's, as wrappers of
// several threads may own references to one handle.
#include <array>
#include <atomic>
#include <mutex>

#include "addon_parts.h"
#include "ledger.h"
#include "oracles.h"

namespace dupmark {
namespace {

// What V8 is told that a handle keeps alive outside of its heap: the order of size is what matters to its pacing.
constexpr int64_t kHandleExternalBytes = 8192;

constexpr napi_type_tag kContextTag{0x6475706d61726b01, 0x1};
constexpr napi_type_tag kHandleTag{0x6475706d61726b01, 0x2};

std::atomic<int64_t> outstanding[kSitesMax];
std::atomic<int64_t> wrappers{0};
std::atomic<int64_t> told_bytes{0};
// Plants of the wrapper itself: one in so many finalizers forgets the free, one in so many closes the bytes.
std::atomic<uint64_t> forget_finalizer{0};
std::atomic<uint64_t> forget_bytes{0};
std::atomic<uint64_t> finalized{0};
std::atomic<uint64_t> closed_wrappers{0};
std::mutex excess_lock;
ExcessFree excess;

void NoteExcess(SiteId reference, SiteId at, SiteId earlier, bool use) {
  const std::lock_guard<std::mutex> guard(excess_lock);
  if (!excess.found) excess = {reference, at, earlier, use, true};
}

SiteId SiteArgument(const Napi::CallbackInfo& info, size_t index) {
  if (index >= info.Length() || !info[index].IsNumber()) return 0;
  const uint32_t id = info[index].As<Napi::Number>().Uint32Value();
  return id < kSitesMax ? id : 0;
}

class SslContext final : public Napi::ObjectWrap<SslContext> {
 public:
  static Napi::Function Class(Napi::Env env) {
    return DefineClass(env, "SslContext", {InstanceMethod("close", &SslContext::Close)});
  }
  explicit SslContext(const Napi::CallbackInfo& info) : ObjectWrap(info) {
    Library* library = OpenedLibrary();
    if (library == nullptr) {
      Throw(info.Env(), "no library is open");
      return;
    }
    ctx_ = library->api().SSL_CTX_new(library->api().TLS_method());
    if (ctx_ == nullptr || !oracles::Own(library->api(), ctx_)) {
      Throw(info.Env(), Failed(library->api(), "SSL_CTX_new").message());
    }
    info.This().As<Napi::Object>().TypeTag(&kContextTag);
  }
  ~SslContext() override { Free(); }
  SSL_CTX* get() const { return ctx_; }

 private:
  Napi::Value Close(const Napi::CallbackInfo& info) {
    Free();
    return info.Env().Undefined();
  }
  void Free() {
    if (ctx_ != nullptr) OpenedLibrary()->api().SSL_CTX_free(ctx_);
    ctx_ = nullptr;
  }
  SSL_CTX* ctx_ = nullptr;
};

// new SslHandle(context, 'new', site) · new SslHandle(handle, 'up-ref' | 'dup', site) · new SslHandle(token, 'adopt')
class SslHandle final : public Napi::ObjectWrap<SslHandle> {
 public:
  static Napi::Function Class(Napi::Env env) {
    return DefineClass(env, "SslHandle",
                       {InstanceMethod("close", &SslHandle::Close), InstanceMethod("share", &SslHandle::Share),
                        InstanceMethod("upRefOnly", &SslHandle::UpRefOnly),
                        InstanceAccessor<&SslHandle::Closed>("closed")});
  }

  explicit SslHandle(const Napi::CallbackInfo& info) : ObjectWrap(info) {
    Napi::Env env = info.Env();
    Library* library = OpenedLibrary();
    if (library == nullptr || info.Length() < 2 || !info[1].IsString()) {
      Throw(env, "SslHandle takes what it is made from, how, and a site");
      return;
    }
    const Api& api = library->api();
    const std::string how = info[1].As<Napi::String>().Utf8Value();
    reference_ = SiteArgument(info, 2);
    if (how == "adopt" && info[0].IsObject()) {
      const Napi::Object token = info[0].As<Napi::Object>();
      bool lossless = false;
      const Napi::Value address = token.Get("address");
      if (address.IsBigInt()) {
        ssl_ = reinterpret_cast<SSL*>(address.As<Napi::BigInt>().Uint64Value(&lossless));
        reference_ = static_cast<SiteId>(NumberField(token, "site", 0)) % kSitesMax;
      }
      if (ssl_ == nullptr) Throw(env, "this is no token of a shared handle");
    } else if (how == "new" && info[0].IsObject() && info[0].As<Napi::Object>().CheckTypeTag(&kContextTag)) {
      const SslContext* context = SslContext::Unwrap(info[0].As<Napi::Object>());
      if (context->get() != nullptr) ssl_ = api.SSL_new(context->get());
      if (ssl_ != nullptr && !oracles::Own(api, ssl_)) {
        api.SSL_free(ssl_);
        ssl_ = nullptr;
      }
      if (ssl_ == nullptr) Throw(env, context->get() == nullptr ? "the context is closed" : Failed(api, "SSL_new").message());
      else outstanding[reference_]++;
    } else if ((how == "up-ref" || how == "dup") && info[0].IsObject() &&
               info[0].As<Napi::Object>().CheckTypeTag(&kHandleTag)) {
      const SslHandle* source = SslHandle::Unwrap(info[0].As<Napi::Object>());
      if (!source->Usable(reference_)) {
        Throw(env, "the handle is closed");
        return;
      }
      if (how == "up-ref") ssl_ = api.SSL_up_ref != nullptr && api.SSL_up_ref(source->ssl_) == 1 ? source->ssl_ : nullptr;
      else ssl_ = api.SSL_dup == nullptr ? nullptr : api.SSL_dup(source->ssl_);
      if (ssl_ == nullptr) Throw(env, Failed(api, how.c_str()).message());
      else outstanding[reference_]++;
    } else {
      Throw(env, "an SslHandle is made from an SslContext, an SslHandle or a token");
    }
    if (ssl_ == nullptr) return;
    info.This().As<Napi::Object>().TypeTag(&kHandleTag);
    wrappers++;
    Tell(env, kHandleExternalBytes);
  }

  // Also at the end of a thread, for what it still holds.
  ~SslHandle() override {
    if (ssl_ == nullptr) return;
    const uint64_t rate = forget_finalizer.load();
    if (rate != 0 && ++finalized % rate == 0) {
      wrappers--;
      Tell(Env(), -kHandleExternalBytes);
      return;
    }
    GiveBack(Env());
  }

 private:
  bool Usable(SiteId at) const {
    if (ssl_ != nullptr) return true;
    NoteExcess(reference_, at, closed_at_, /*use=*/true);
    return false;
  }

  // Once is enough; a second close is a free too many, noticed before it reaches OpenSSL.
  Napi::Value Close(const Napi::CallbackInfo& info) {
    const SiteId at = SiteArgument(info, 0);
    if (ssl_ == nullptr) {
      NoteExcess(reference_, at, closed_at_, /*use=*/false);
      return info.Env().Undefined();
    }
    closed_at_ = at;
    GiveBack(info.Env());
    return info.Env().Undefined();
  }

  // share(site) -> a token that carries a reference to another thread, which adopts it.
  Napi::Value Share(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    const SiteId site = SiteArgument(info, 0);
    if (!Usable(site) || OpenedLibrary()->api().SSL_up_ref(ssl_) != 1) return Throw(env, "the handle cannot be shared");
    outstanding[site]++;
    Napi::Object token = Napi::Object::New(env);
    token.Set("address", Napi::BigInt::New(env, static_cast<uint64_t>(reinterpret_cast<uintptr_t>(ssl_))));
    token.Set("site", static_cast<double>(site));
    return token;
  }

  // A reference without a wrapper: what a native module does that keeps a handle for itself.
  Napi::Value UpRefOnly(const Napi::CallbackInfo& info) {
    const SiteId site = SiteArgument(info, 0);
    if (Usable(site) && OpenedLibrary()->api().SSL_up_ref(ssl_) == 1) outstanding[site]++;
    return info.Env().Undefined();
  }

  Napi::Value Closed(const Napi::CallbackInfo& info) { return Napi::Boolean::New(info.Env(), ssl_ == nullptr); }

  void GiveBack(Napi::Env env) {
    OpenedLibrary()->api().SSL_free(ssl_);
    ssl_ = nullptr;
    outstanding[reference_]--;
    wrappers--;
    const uint64_t rate = forget_bytes.load();
    if (rate != 0 && ++closed_wrappers % rate == 0) return;
    Tell(env, -kHandleExternalBytes);
  }

  static void Tell(Napi::Env env, int64_t bytes) {
    told_bytes += bytes;
    Napi::MemoryManagement::AdjustExternalMemory(env, bytes);
  }

  SSL* ssl_ = nullptr;
  SiteId reference_ = 0;
  SiteId closed_at_ = 0;
};

Napi::Value SiteObject(Napi::Env env, SiteId id) {
  const LedgerSite site = SiteOf(id);
  Napi::Object object = Napi::Object::New(env);
  object.Set("label", site.label);
  object.Set("file", site.file);
  object.Set("line", site.line);
  return object;
}

// handleSite(label, file, line) -> id
Napi::Value RegisterHandleSite(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (info.Length() < 3 || !info[0].IsString() || !info[1].IsString() || !info[2].IsNumber()) {
    return Throw(env, "handleSite takes a label, a file and a line");
  }
  const SiteId id = RegisterSite(info[0].As<Napi::String>().Utf8Value().c_str(),
                                 info[1].As<Napi::String>().Utf8Value().c_str(),
                                 info[2].As<Napi::Number>().Int32Value());
  return Napi::Number::New(env, id);
}

// handlePlant(finalizerRate, bytesRate): 0 for none.
Napi::Value PlantInWrappers(const Napi::CallbackInfo& info) {
  if (info.Length() >= 2 && info[0].IsNumber() && info[1].IsNumber()) {
    forget_finalizer = static_cast<uint64_t>(info[0].As<Napi::Number>().Int64Value());
    forget_bytes = static_cast<uint64_t>(info[1].As<Napi::Number>().Int64Value());
  }
  return info.Env().Undefined();
}

// handleCounts([look]) -> what all threads together hold now
Napi::Value CountHandles(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const Status installed = OpenedLibrary() == nullptr ? Status::Error("no library is open")
                                                      : oracles::Install(OpenedLibrary()->api());
  if (!installed.ok()) return Throw(env, installed.message());
  const oracles::Totals totals = oracles::Read();
  Napi::Object answer = Napi::Object::New(env);
  answer.Set("created", static_cast<double>(totals.handles.created));
  answer.Set("handles", static_cast<double>(totals.handles.live()));
  answer.Set("contexts", static_cast<double>(totals.contexts.live()));
  answer.Set("wrappers", static_cast<double>(wrappers.load()));
  answer.Set("toldBytes", static_cast<double>(told_bytes.load()));
  answer.Set("allocatorBytes", static_cast<double>(oracles::AllocatorBytes()));
  answer.Set("rssBytes", static_cast<double>(oracles::ResidentBytes()));
  Napi::Array lost = Napi::Array::New(env);
  for (SiteId site = 0; site < kSitesMax; site++) {
    const int64_t count = outstanding[site].load();
    if (count == 0) continue;
    Napi::Object one = Napi::Object::New(env);
    one.Set("site", SiteObject(env, site));
    one.Set("count", static_cast<double>(count));
    lost.Set(lost.Length(), one);
  }
  answer.Set("lost", lost);
  answer.Set("excess", env.Null());
  const std::lock_guard<std::mutex> guard(excess_lock);
  if (excess.found) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("use", excess.use);
    object.Set("reference", SiteObject(env, excess.reference));
    object.Set("at", SiteObject(env, excess.at));
    object.Set("earlier", SiteObject(env, excess.earlier));
    answer.Set("excess", object);
    // Told once; a look in between leaves it for the reading that counts.
    if (info.Length() == 0) excess = {};
  }
  return answer;
}

}  // namespace

void DefineHandles(Napi::Env env, Napi::Object exports) {
  exports.Set("SslContext", SslContext::Class(env));
  exports.Set("SslHandle", SslHandle::Class(env));
  exports.Set("handleSite", Napi::Function::New(env, RegisterHandleSite, "handleSite"));
  exports.Set("handlePlant", Napi::Function::New(env, PlantInWrappers, "handlePlant"));
  exports.Set("handleCounts", Napi::Function::New(env, CountHandles, "handleCounts"));
}

}  // namespace dupmark
