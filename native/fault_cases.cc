// Which calls there are to try on a library.
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "faults.h"
#include "gates.h"

namespace dupmark {
namespace {

bool Exists(const Api& api, const Setting& setting) { return api.OpenSSL_version_num() >= setting.exists_since; }

// A context for the settings, with each of them made ready on it and, where they are to come from it, given to it.
class Ground {
 public:
  Ground(const Api& api, const std::vector<Choice>& choices, bool on_context) : api_(api), ctx_(NewContextFor(api, choices)) {
    fits_ = ctx_ != nullptr;
    for (const Choice& choice : choices) {
      if (!fits_) break;
      Availability availability;
      std::string reason;
      settings_.push_back(PrepareSetting(api, ctx_, choice.setting, choice.level, &availability, &reason));
      fits_ = settings_.back() != nullptr && (!on_context || gates::ApplyToContext(*settings_.back(), ctx_));
    }
  }
  ~Ground() {
    if (ctx_ != nullptr) api_.SSL_CTX_free(ctx_);
    api_.ERR_clear_error();
  }
  Ground(const Ground&) = delete;
  Ground& operator=(const Ground&) = delete;

  // Whether a handle can have all of it, and be used again and freed.
  bool Carries(bool on_context) const {
    SSL* ssl = fits_ ? api_.SSL_new(ctx_) : nullptr;
    bool carries = ssl != nullptr;
    for (const auto& setting : settings_) carries = carries && (on_context || setting->Apply(ssl));
    if (carries && api_.SSL_clear != nullptr) api_.SSL_clear(ssl);
    if (ssl != nullptr) api_.SSL_free(ssl);
    return carries;
  }

 private:
  const Api& api_;
  SSL_CTX* ctx_;
  std::vector<std::unique_ptr<Prepared>> settings_;
  bool fits_ = false;
};

// In a child, as some settings do not get on with each other: SSL_clear of a handle with a session ticket extension and
// another method frees the ticket and keeps it.
bool GetsOn(const Api& api, const std::vector<Choice>& choices, bool on_context) {
  const pid_t child = fork();
  if (child == 0) {
    allocations::BeStrict();
    _exit(Ground(api, choices, on_context).Carries(on_context) ? 0 : 1);
  }
  int status = 0;
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// What can be there together: each setting joins if it gets on with those before it.
std::vector<Choice> Together(const Api& api, bool on_context) {
  std::vector<Choice> together;
  bool session = false;
  for (const Setting& setting : Catalogue()) {
    if (!Exists(api, setting) || setting.dtls || setting.ChangesContext() || (setting.is_session && session)) continue;
    together.push_back({setting.id, setting.levels.front().name});
    if (GetsOn(api, together, on_context)) session = session || setting.is_session;
    else together.pop_back();
  }
  return together;
}

}  // namespace

std::vector<FaultCase> FaultCases(const Library& library, const std::string& only) {
  const Api& api = library.api();
  gates::Install(library);
  std::vector<FaultCase> cases;
  const auto wanted = [&only](const std::string& name) { return only.empty() || only == name; };
  const auto add = [&](FaultCall call, std::vector<Choice> settings, const std::string& name) {
    if (wanted(name)) cases.push_back({call, std::move(settings), name});
  };
  const bool dup = api.SSL_dup != nullptr;
  add(FaultCall::kNew, {}, "SSL_new");
  if (dup) add(FaultCall::kDup, {}, "SSL_dup");
  for (const Setting& setting : Catalogue()) {
    if (!Exists(api, setting)) continue;
    for (const Level& level : setting.levels) {
      if (!MissingFunction(level).empty()) continue;
      const std::vector<Choice> choice{{setting.id, level.name}};
      const std::string named = std::string("[") + setting.id + "=" + level.name + "]";
      // A setting that overrides what the SSL_CTX has is none of the SSL_CTX.
      const bool on_context = setting.only_on_context || !setting.ChangesContext();
      if (on_context && wanted("SSL_new" + named) && GetsOn(api, choice, /*on_context=*/true)) {
        add(FaultCall::kNew, choice, "SSL_new" + named);
      }
      if (dup) add(FaultCall::kDup, choice, "SSL_dup" + named);
      if (!setting.only_on_context) add(FaultCall::kSet, choice, "set" + named);
    }
  }
  if (wanted("SSL_new[everything]")) add(FaultCall::kNew, Together(api, /*on_context=*/true), "SSL_new[everything]");
  if (!wanted("SSL_dup[everything]") && !wanted("set[everything]")) return cases;
  const std::vector<Choice> everything = Together(api, /*on_context=*/false);
  if (dup) add(FaultCall::kDup, everything, "SSL_dup[everything]");
  add(FaultCall::kSet, everything, "set[everything]");
  return cases;
}

}  // namespace dupmark
