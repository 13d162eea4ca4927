// The catalogue's own terms. A setting is one entry: what it is, what the man page says of it, how it is set on a
// handle, and how one sees that a handle has it. Benches, conformance, soaks and faults all read these entries;
// nothing else lists settings. How to add one: docs/adding-a-setting.md.
//
// What an entry does is C, kept both as code and as text: the text is what `dupmark conform --explain` prints.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../library.h"
#include "bullets.h"

namespace dupmark {

// A Part is one of the things that an entry does: code, and the same code as text.
struct Part {
  enum Kind { kContext, kApply, kInherit, kShows, kChange, kGuards };
  Kind kind;
  int (*on_context)(SSL_CTX* ctx);
  int (*on_handle)(SSL* ssl);
  const char* text;
};

// Before any handle is made: gives the SSL_CTX what the setting then differs from, or cannot do without. 1 is success.
#define CONTEXT(...) \
  ::dupmark::Part { ::dupmark::Part::kContext, []([[maybe_unused]] SSL_CTX* ctx) -> int { __VA_ARGS__ }, nullptr, #__VA_ARGS__ }
// Sets it on a handle; 1 is success. Timed: what can be made once for all handles is made by a helper of code.inc.
#define APPLY(...) ::dupmark::Part { ::dupmark::Part::kApply, nullptr, []([[maybe_unused]] SSL* ssl) -> int { __VA_ARGS__ }, #__VA_ARGS__ }
// Sets the same on the SSL_CTX, so that every handle made from it has it without being given it; 1 is success. Left out
// where OpenSSL has no such function, or SSL_new does not take over what was set by it.
#define INHERIT(...) \
  ::dupmark::Part { ::dupmark::Part::kInherit, []([[maybe_unused]] SSL_CTX* ctx) -> int { __VA_ARGS__ }, nullptr, #__VA_ARGS__ }
// Looks whether a handle has it: 1 yes, 0 no, below 0 not to be seen. May use the handle up (begin its handshake).
#define SHOWS(...) ::dupmark::Part { ::dupmark::Part::kShows, nullptr, []([[maybe_unused]] SSL* ssl) -> int { __VA_ARGS__ }, #__VA_ARGS__ }
// Gives a handle another value, to see whether a duplicate's original changes with it; 1 is success.
#define CHANGE(...) \
  ::dupmark::Part { ::dupmark::Part::kChange, nullptr, []([[maybe_unused]] SSL* ssl) -> int { __VA_ARGS__ }, #__VA_ARGS__ }

// For a setting that guards security: whether a peer that the handle must not accept is refused, in a real handshake: 1 yes,
// 0 no (with what happened as what was seen). Uses the handle up.
#define GUARDS(...) \
  ::dupmark::Part { ::dupmark::Part::kGuards, nullptr, []([[maybe_unused]] SSL* ssl) -> int { __VA_ARGS__ }, #__VA_ARGS__ }

// A Level is one value of a setting. Parts that an entry does not need are left out.
struct Level {
  Level(const char* level_name, std::initializer_list<Part> parts);
  const char* name;
  Part context{Part::kContext, nullptr, nullptr, ""};
  Part apply{Part::kApply, nullptr, nullptr, ""};
  Part inherit{Part::kInherit, nullptr, nullptr, ""};
  Part shows{Part::kShows, nullptr, nullptr, ""};
  Part change{Part::kChange, nullptr, nullptr, ""};
  Part guards{Part::kGuards, nullptr, nullptr, ""};
  // What the last look saw: code.inc's variables in the file that the entry is in.
  char* seen_text = nullptr;
  const void** seen_object = nullptr;
};

// What Verify saw of a handle.
struct Observation {
  enum Kind { kPresent, kNotPresent, kUnobservable };
  Kind kind;
  std::string detail;     // what was seen instead, when not present
  const void* object;     // what the handle refers to; null when it holds a plain value
  bool present() const { return kind == kPresent; }
};

// A Prepared setting is one that has been found to exist in the library, on a context that has been made ready for it.
class Prepared {
 public:
  explicit Prepared(const Level& level) : level_(level) {}

  // The only indirect call of dupmark's own that a timed iteration makes: one per setting.
  bool Apply(SSL* ssl) const { return level_.apply.on_handle == nullptr || level_.apply.on_handle(ssl) == 1; }

  // Whether handles can have it from their SSL_CTX, in this library.
  bool CanInherit() const;
  // Sets it on the SSL_CTX of all handles to come.
  bool Inherit(SSL_CTX* ctx) const { return level_.inherit.on_context(ctx) == 1; }

  // Looks whether `ssl` has the setting. May use the handle up (begin its handshake): call it last.
  Observation Verify(SSL* ssl) const { return Look(level_.shows, ssl); }

  // Whether it keeps away what it is there to keep away; not present means that it did not, with what happened.
  bool CanGuard() const;
  Observation Guard(SSL* ssl) const { return Look(level_.guards, ssl); }

  bool CanChange() const { return level_.change.on_handle != nullptr; }
  bool Change(SSL* ssl) const { return CanChange() && level_.change.on_handle(ssl) == 1; }

 private:
  Observation Look(const Part& part, SSL* ssl) const;

  const Level& level_;
};

struct Setting {
  const char* id;
  Bullet bullet;
  // What a program calls, as its manual names it.
  const char* call;
  // What a user meets on a duplicate that has lost it, in one line.
  const char* if_lost;
  // At least one; the first is meant when none is named. A setting with a single level calls it "default".
  std::vector<Level> levels;

  // The version (OpenSSL_version_num) from which it exists, where no missing function tells.
  unsigned long exists_since = 0x1010100fL;
  // In the suites that are run every day, whose length does not grow with the catalogue.
  bool everyday = false;
  // Registers something with the library that every later handle of this process pays for as well; the plan puts its
  // scenarios last.
  bool taints_process = false;
  // Cannot be set on an SSL at all.
  bool only_on_context = false;
  // For datagram handles.
  bool dtls = false;
  // A fault of OpenSSL's own that setting it runs into, seen and not dupmark's: the passes that look for dupmark's faults
  // (memcheck, sanitizers) leave the entry out, conformance does not. Null for none.
  const char* openssl_fault = nullptr;
  // Settings (at any level), or SETTING=LEVEL, that cannot be together with this one, as one undoes the other, makes it
  // fail, or makes the look at it fail; found and kept true by `make check-conflicts`. Holds both ways.
  std::vector<const char*> conflicts_with = {};
  // Is itself a session on the handle: a second one in its place would be another setting.
  bool is_session = false;

  Setting Everyday() && { everyday = true; return std::move(*this); }
  Setting TaintsProcess() && { taints_process = true; return std::move(*this); }
  Setting OnlyOnContext() && { only_on_context = true; return std::move(*this); }
  Setting Dtls() && { dtls = true; return std::move(*this); }
  Setting OpensslFault(const char* fault) && { openssl_fault = fault; return std::move(*this); }
  Setting ConflictsWith(std::vector<const char*> others) && { conflicts_with = std::move(others); return std::move(*this); }
  Setting IsSession() && { is_session = true; return std::move(*this); }
  Setting Since(unsigned long version) && { exists_since = version; return std::move(*this); }

  // Whether a bullet of the man page of `version` names it.
  bool DocumentedIn(unsigned long version) const {
    return bullet != Bullet::kUndocumented && version >= FactsOf(bullet).since;
  }
  const Level* FindLevel(const std::string& name) const;
  // Whether it needs the SSL_CTX to be set up in a way that other settings may not expect.
  bool ChangesContext() const { return levels.front().context.on_context != nullptr; }
};

inline constexpr unsigned long kOpenssl111 = 0x1010100fL;
inline constexpr unsigned long kOpenssl30 = 0x30000000L;
inline constexpr unsigned long kOpenssl32 = 0x30200000L;

// The levels of a setting that has only one value.
inline std::vector<Level> Only(std::initializer_list<Part> parts) { return {Level("default", parts)}; }

// Makes a setting ready on `ctx`: null with `availability` and the reason when it does not exist or cannot be set up.
enum class Availability { kAvailable, kAbsent, kFailed };
std::unique_ptr<Prepared> PrepareSetting(const Api& api, SSL_CTX* ctx, const Setting& setting, const Level& level,
                                         Availability* availability, std::string* reason);

// The same for a setting and a level by name; a name that the catalogue lacks is kFailed.
std::unique_ptr<Prepared> PrepareSetting(const Api& api, SSL_CTX* ctx, const std::string& id, const std::string& level,
                                         Availability* availability, std::string* reason);

// A function that the entry's code calls and the library lacks, or an empty text.
std::string MissingFunction(const Level& level);

// One list per file of this folder; the catalogue is these, one after the other.
std::vector<Setting> OptionSettings();
std::vector<Setting> ProtocolSettings();
std::vector<Setting> CipherSettings();
std::vector<Setting> SignatureSettings();
std::vector<Setting> VerificationSettings();
std::vector<Setting> VerificationParameterSettings();
std::vector<Setting> DaneSettings();
std::vector<Setting> CertificateSettings();
std::vector<Setting> CaListSettings();
std::vector<Setting> KeyExchangeSettings();
std::vector<Setting> SessionSettings();
std::vector<Setting> PskSettings();
std::vector<Setting> SecuritySettings();
std::vector<Setting> BufferSettings();
std::vector<Setting> CallbackSettings();
std::vector<Setting> ExtensionSettings();
std::vector<Setting> Tls13Settings();
std::vector<Setting> StateSettings();
std::vector<Setting> DatagramSettings();
std::vector<Setting> ContextSettings();
std::vector<Setting> ApplicationSettings();

// All settings, in the order in which they are applied.
const std::vector<Setting>& Catalogue();

// Adds a user's own (own_settings.h), before anything looks into the catalogue: entries are referred to by address.
void AddSetting(Setting setting);

// The entry with this id, or null.
const Setting* FindSetting(const std::string& id);

}  // namespace dupmark
