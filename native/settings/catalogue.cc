#include <cctype>
#include <map>

#include "setting.h"

namespace dupmark {
namespace {

// Whether the library has the function, by name.
const std::map<std::string, const void* const*>& Functions() {
  static const std::map<std::string, const void* const*> functions = {
#define DUPMARK_FUNCTION(need, result, name, parameters) \
  {#name, reinterpret_cast<const void* const*>(&c::name)},
      DUPMARK_OPENSSL_FUNCTIONS(DUPMARK_FUNCTION)
#undef DUPMARK_FUNCTION
  };
  return functions;
}

std::string MissingIn(const char* text) {
  std::string word;
  for (const char* at = text;; at++) {
    if (std::isalnum(static_cast<unsigned char>(*at)) != 0 || *at == '_') {
      word += *at;
      continue;
    }
    const auto found = Functions().find(word);
    if (found != Functions().end() && *found->second == nullptr) return word;
    word.clear();
    if (*at == '\0') return "";
  }
}

}  // namespace

const BulletFacts& FactsOf(Bullet bullet) {
  static const BulletFacts facts[] = {
#define DUPMARK_BULLET_FACTS(constant, id, since, text) {id, since, text},
      DUPMARK_BULLETS(DUPMARK_BULLET_FACTS)
#undef DUPMARK_BULLET_FACTS
  };
  return facts[static_cast<size_t>(bullet)];
}

Level::Level(const char* level_name, std::initializer_list<Part> parts) : name(level_name) {
  for (const Part& part : parts) {
    switch (part.kind) {
      case Part::kContext: context = part; break;
      case Part::kApply: apply = part; break;
      case Part::kInherit: inherit = part; break;
      case Part::kShows: shows = part; break;
      case Part::kChange: change = part; break;
      case Part::kGuards: guards = part; break;
    }
  }
}

const Level* Setting::FindLevel(const std::string& wanted) const {
  for (const Level& level : levels) {
    if (wanted == level.name) return &level;
  }
  return nullptr;
}

bool Prepared::CanInherit() const {
  return level_.inherit.on_context != nullptr && MissingIn(level_.inherit.text).empty();
}

bool Prepared::CanGuard() const {
  return level_.guards.on_handle != nullptr && MissingIn(level_.guards.text).empty();
}

Observation Prepared::Look(const Part& part, SSL* ssl) const {
  c::ERR_clear_error();
  *level_.seen_object = nullptr;
  *level_.seen_text = '\0';
  const int shown = part.on_handle(ssl);
  c::ERR_clear_error();
  if (shown == 1) return {Observation::kPresent, "", *level_.seen_object};
  const std::string seen = *level_.seen_text == '\0' ? "not set" : level_.seen_text;
  return {shown == 0 ? Observation::kNotPresent : Observation::kUnobservable, seen, *level_.seen_object};
}

std::string MissingFunction(const Level& level) {
  for (const Part* part : {&level.context, &level.apply, &level.shows}) {
    std::string missing = MissingIn(part->text);
    if (!missing.empty()) return missing;
  }
  return "";
}

std::unique_ptr<Prepared> PrepareSetting(const Api& api, SSL_CTX* ctx, const Setting& setting, const Level& level,
                                         Availability* availability, std::string* reason) {
  *availability = Availability::kAbsent;
  if (api.OpenSSL_version_num() < setting.exists_since) {
    *reason = std::string(setting.id) + " does not exist in this version";
    return nullptr;
  }
  const std::string missing = MissingFunction(level);
  if (!missing.empty()) {
    *reason = std::string(setting.id) + " needs " + missing + ", which this library lacks";
    return nullptr;
  }
  *availability = Availability::kFailed;
  if (level.context.on_context != nullptr && level.context.on_context(ctx) != 1) {
    *reason = std::string(setting.id) + ": " + Failed(api, "preparing the SSL_CTX").message();
    return nullptr;
  }
  *availability = Availability::kAvailable;
  return std::make_unique<Prepared>(level);
}

std::unique_ptr<Prepared> PrepareSetting(const Api& api, SSL_CTX* ctx, const std::string& id, const std::string& level,
                                         Availability* availability, std::string* reason) {
  *availability = Availability::kFailed;
  const Setting* setting = FindSetting(id);
  const Level* found = setting == nullptr ? nullptr : setting->FindLevel(level);
  if (found != nullptr) return PrepareSetting(api, ctx, *setting, *found, availability, reason);
  *reason = setting == nullptr ? "the catalogue has no setting " + id : id + " has no level " + level;
  return nullptr;
}

namespace {

std::vector<Setting>& WholeCatalogue() {
  static std::vector<Setting> catalogue = [] {
    std::vector<Setting> all;
    for (auto list :
         {OptionSettings, ProtocolSettings, CipherSettings, SignatureSettings, VerificationSettings,
          VerificationParameterSettings, DaneSettings, CertificateSettings, CaListSettings, KeyExchangeSettings,
          SessionSettings, PskSettings, SecuritySettings, BufferSettings, CallbackSettings, ExtensionSettings,
          Tls13Settings, StateSettings, DatagramSettings, ContextSettings, ApplicationSettings}) {
      for (Setting& setting : list()) all.push_back(std::move(setting));
    }
    return all;
  }();
  return catalogue;
}

}  // namespace

const std::vector<Setting>& Catalogue() { return WholeCatalogue(); }

void AddSetting(Setting setting) { WholeCatalogue().push_back(std::move(setting)); }

const Setting* FindSetting(const std::string& id) {
  for (const Setting& setting : Catalogue()) {
    if (id == setting.id) return &setting;
  }
  return nullptr;
}

}  // namespace dupmark
