#include "gates.h"

#include <cstring>
#include <string>

namespace dupmark::gates {
namespace {

const Library* library = nullptr;
SSL* watched = nullptr;
X509_VERIFY_PARAM* watched_parameters = nullptr;

class Window {
 public:
  explicit Window(bool on) : on_(on), before_(on && allocations::CountForFailing(true)) {}
  ~Window() {
    if (on_) allocations::CountForFailing(before_);
  }
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

 private:
  const bool on_;
  const bool before_;
};

bool IsWatched(const SSL* ssl) { return ssl != nullptr && ssl == watched; }
bool IsWatched(const X509_VERIFY_PARAM* parameters) { return parameters != nullptr && parameters == watched_parameters; }

// Functions that do not work on a handle, or only read one, have no gate.
template <auto kMember, class Function>
struct Gate {
  static void Bind(Function&) {}
};

template <auto kMember, class Object, class Result, class... Rest>
struct ObjectGate {
  static Result Call(Object* object, Rest... rest) {
    const Window window(IsWatched(object));
    return (library->api().*kMember)(object, rest...);
  }
  static void Bind(Result (*&function)(Object*, Rest...)) {
    if (function != nullptr) function = Call;
  }
};

template <auto kMember, class Result, class... Rest>
struct Gate<kMember, Result (*)(SSL*, Rest...)> : ObjectGate<kMember, SSL, Result, Rest...> {};
template <auto kMember, class Result, class... Rest>
struct Gate<kMember, Result (*)(X509_VERIFY_PARAM*, Rest...)> : ObjectGate<kMember, X509_VERIFY_PARAM, Result, Rest...> {};

// Set when a setting calls a function that has no counterpart for SSL_CTX.
bool no_counterpart = false;

template <class Function>
struct Counterpart {
  static void Bind(Function&, const char*) {}
};

template <class Result, class... Rest>
struct Counterpart<Result (*)(SSL*, Rest...)> {
  static Result Missing(SSL*, Rest...) {
    no_counterpart = true;
    return Result();
  }
  static void Bind(Result (*&function)(SSL*, Rest...), const char* name) {
    void* found = library->Find((std::string("SSL_CTX_") + (name + strlen("SSL_"))).c_str());
    function = found == nullptr ? Missing : reinterpret_cast<decltype(function)>(found);
  }
};

}  // namespace

void Install(const Library& opened) {
  library = &opened;
#define DUPMARK_GATE(need, result, name, parameters) Gate<&Api::name, decltype(Api::name)>::Bind(c::name);
  DUPMARK_OPENSSL_FUNCTIONS(DUPMARK_GATE)
#undef DUPMARK_GATE
}

void Watch(SSL* ssl) {
  watched = ssl;
  const auto parameters = library->api().SSL_get0_param;
  watched_parameters = ssl == nullptr || parameters == nullptr ? nullptr : parameters(ssl);
}

bool ApplyToContext(const Prepared& setting, SSL_CTX* ctx) {
  // What the entry's code makes once for all handles, it makes with calls that are to reach handles.
  SSL* ssl = library->api().SSL_new(ctx);
  const bool applies = ssl != nullptr && setting.Apply(ssl);
  if (ssl != nullptr) library->api().SSL_free(ssl);
  if (!applies) return false;
  no_counterpart = false;
#define DUPMARK_COUNTERPART(need, result, name, parameters) Counterpart<decltype(Api::name)>::Bind(c::name, #name);
  DUPMARK_OPENSSL_FUNCTIONS(DUPMARK_COUNTERPART)
#undef DUPMARK_COUNTERPART
  // What the counterparts take first is the SSL_CTX; the rest of their parameters are the same.
  const bool applied = setting.Apply(reinterpret_cast<SSL*>(ctx));
  c::Bind(library->api());
  Install(*library);
  return applied && !no_counterpart;
}

}  // namespace dupmark::gates
