#include "library.h"

#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <malloc.h>

#include <array>

#include "bindings.h"
#include "oracles.h"
#include "own_settings.h"

namespace dupmark {
namespace {

constexpr int kKeepFreedBytes = 1 << 30;

// Where own settings find their functions: a process has one library under test for all its life.
const Library* opened = nullptr;

const allocations::Probe own_probe{allocations::Read, allocations::LiveSites, allocations::BeginRecording,
                                   allocations::EndRecording};

std::string LinkerError() {
  const char* message = dlerror();
  return message == nullptr ? "unknown dynamic linker error" : message;
}

// A context for as long as a scope lasts.
class ScopedContext {
 public:
  explicit ScopedContext(const Api& api) : api_(api), ctx_(api.SSL_CTX_new(api.TLS_method())) {}
  ~ScopedContext() {
    if (ctx_ != nullptr) api_.SSL_CTX_free(ctx_);
  }
  ScopedContext(const ScopedContext&) = delete;
  ScopedContext& operator=(const ScopedContext&) = delete;
  SSL_CTX* get() const { return ctx_; }

 private:
  const Api& api_;
  SSL_CTX* ctx_;
};

// What an amount was before a handle was made, while it lived, and after it was freed.
using Readings = std::array<uint64_t, 3>;

template <class Read>
Status MeasureOneHandle(const Api& api, SSL_CTX* ctx, Read read, Readings& readings) {
  readings[0] = read();
  SSL* ssl = api.SSL_new(ctx);
  if (ssl == nullptr) return Failed(api, "SSL_new");
  readings[1] = read();
  api.SSL_free(ssl);
  readings[2] = read();
  return Status::Ok();
}

}  // namespace

Status Library::Open(const OpenRequest& request) {
  // Memory that a held scenario frees would otherwise go back to the kernel and come again by page faults, which
  // cost more than the handles do; and whether it goes depends on what else lies at the top of the heap.
  if (!request.count_allocations) mallopt(M_TRIM_THRESHOLD, kKeepFreedBytes);
  const bool inside_node = request.libssl.empty();
  Status status = inside_node ? OpenInsideNode(request) : OpenShared(request);
  if (!status.ok()) return status;
  opened = this;
  status = LoadOwnSettings([](const char* name) { return opened->Find(name); });
  if (!status.ok()) return status;
  if (!inside_node) return WitnessByHooks(request);
  return probe_ != nullptr ? CountOneHandle(request.libssl) : WitnessByAllocator();
}

Status Library::OpenShared(const OpenRequest& request) {
  const int flags = RTLD_NOW | RTLD_LOCAL | (request.deepbind ? RTLD_DEEPBIND : 0);
  libcrypto_ = dlopen(request.libcrypto.c_str(), flags);
  if (libcrypto_ == nullptr) return Status::Error("cannot open libcrypto: " + LinkerError());
  libssl_ = dlopen(request.libssl.c_str(), flags);
  if (libssl_ == nullptr) return Status::Error("cannot open libssl: " + LinkerError());
  Status status = Resolve();
  if (!status.ok()) return Status::Error(request.libssl + ": " + status.message());
  c::Bind(api_);
  return CheckBindings(libssl_, request.libssl, request.libcrypto);
}

Status Library::OpenInsideNode(const OpenRequest& request) {
  Status status = Resolve();
  if (!status.ok()) return Status::Error("this node executable: " + status.message());
  c::Bind(api_);
  if (!request.count_allocations) return Status::Ok();
  const auto preloaded = reinterpret_cast<const allocations::Probe* (*)()>(
      dlsym(RTLD_DEFAULT, allocations::kPreloadedProbe));
  probe_ = preloaded == nullptr ? nullptr : preloaded();
  // A program of dupmark's own in the place of Node's main comes before any allocation (native/checks_host.cc).
  if (probe_ == nullptr && allocations::Install(api_.CRYPTO_set_mem_functions)) probe_ = &own_probe;
  return Status::Ok();
}

void* Library::Find(const char* name) const {
  if (libssl_ == nullptr) return dlsym(RTLD_DEFAULT, name);
  // A handle's look-up also searches its dependencies, so libssl alone would do but for odd builds.
  void* found = dlsym(libssl_, name);
  return found != nullptr ? found : dlsym(libcrypto_, name);
}

Status Library::Resolve() {
  std::string lacking;
  bool usable = true;
  const auto note = [&](const char* name, bool required) {
    std::string& list = required ? lacking : missing_;
    if (!list.empty()) list += ", ";
    list += name;
    usable = usable && !required;
  };
  constexpr bool required = true;
  constexpr bool optional = false;
#define DUPMARK_RESOLVE(need, result, name, parameters)                    \
  api_.name = reinterpret_cast<decltype(api_.name)>(Find(#name));          \
  if (api_.name == nullptr) note(#name, need);
  DUPMARK_OPENSSL_FUNCTIONS(DUPMARK_RESOLVE)
#undef DUPMARK_RESOLVE
  return usable ? Status::Ok() : Status::Error("lacks " + lacking);
}

// Fills in the witness from the hooks that `probe_` reads.
Status Library::CountOneHandle(const std::string& libcrypto) {
  ScopedContext ctx(api_);
  if (ctx.get() == nullptr) return Failed(api_, "SSL_CTX_new");
  const auto allocations_so_far = [this] { return probe_->read().allocations; };
  // Twice, since the first handle of a context also fills what the context makes on demand.
  for (int i = 0; i < 2; i++) {
    const uint64_t live_before = probe_->read().live_allocations;
    Readings readings{};
    Status status = MeasureOneHandle(api_, ctx.get(), allocations_so_far, readings);
    if (!status.ok()) return status;
    witness_ = {WitnessMethod::kMemoryHooks, readings[1] - readings[0], probe_->read().live_allocations - live_before};
  }
  if (witness_.amount == 0) {
    return Status::Error("the memory hooks of " + libcrypto + " counted 0 allocations in one SSL_new: " +
                         HomeOf(reinterpret_cast<const void*>(api_.SSL_new)) + " allocated elsewhere");
  }
  return Status::Ok();
}

Status Library::WitnessByHooks(const OpenRequest& request) {
  if (!allocations::Install(api_.CRYPTO_set_mem_functions)) {
    return Status::Error(request.libcrypto + " refused the counting hooks, as it has allocated memory already");
  }
  probe_ = &own_probe;
  const Status counted = CountOneHandle(request.libcrypto);
  if (!counted.ok() || request.count_allocations) return counted;

  probe_ = nullptr;
  if (!allocations::Remove(api_)) return Status::Error(request.libcrypto + " did not take its own allocator back");
  const uint64_t before = allocations::Read().allocations;
  ScopedContext ctx(api_);
  Readings readings{};
  const Status unhooked = MeasureOneHandle(api_, ctx.get(), [] { return uint64_t{0}; }, readings);
  if (!unhooked.ok()) return unhooked;
  if (allocations::Read().allocations != before) {
    return Status::Error("the counting hooks are still installed in " + request.libcrypto);
  }
  return Status::Ok();
}

Status Library::WitnessByAllocator() {
  ScopedContext ctx(api_);
  if (ctx.get() == nullptr) return Failed(api_, "SSL_CTX_new");
  Readings readings{};
  // Several tries: Node's other threads use the same allocator, and one of them may free while we count.
  constexpr int kTries = 10;
  for (int i = 0; i < kTries; i++) {
    Status status = MeasureOneHandle(api_, ctx.get(), oracles::AllocatorBytes, readings);
    if (!status.ok()) return status;
    if (readings[1] <= readings[0] || readings[2] < readings[0]) continue;
    witness_ = {WitnessMethod::kAllocatorDelta, readings[1] - readings[0], readings[2] - readings[0]};
    if (witness_.left == 0) break;
  }
  if (witness_.amount == 0) {
    return Status::Error("one SSL_new did not change what the allocator has handed out, so that nothing shows whose it is");
  }
  return Status::Ok();
}

std::string Library::Version(int what) const {
  const char* text = api_.OpenSSL_version(what);
  return text == nullptr ? "" : text;
}

std::string CLibraryVersion() { return std::string("glibc ") + gnu_get_libc_version(); }

}  // namespace dupmark
