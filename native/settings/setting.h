// The catalogue's own terms. A setting is one entry: what it is, what the man page says of it, how it is applied
// to a handle, and how one sees that a handle has it. Benches, conformance, soaks and faults all read these
// entries; nothing else lists settings.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../library.h"
#include "bullets.h"

namespace dupmark {

// What SSL_dup is documented to do with a setting.
enum class Documented {
  kCarried,     // a bullet of the man page names it
  kNotCarried,  // no bullet names it
};

// What Verify saw of a handle.
struct Observation {
  bool present;
  std::string detail;  // what was seen instead, when not present
};

inline Observation Seen(bool present, std::string otherwise = "not set") {
  return {present, present ? std::string() : std::move(otherwise)};
}

// A Prepared setting has everything parsed and built that Apply needs, so that the timed part is only the
// OpenSSL calls that a program would make for each handle.
class Prepared {
 public:
  Prepared() = default;
  virtual ~Prepared() = default;
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;

  // The only indirect call of dupmark's own that a timed iteration makes: one per setting.
  virtual bool Apply(SSL* ssl) const = 0;

  // Looks whether `ssl` has the setting. May use the handle up (begin its handshake): call it last.
  virtual Observation Verify(SSL* ssl) const = 0;
};

// What a setting is prepared with. `failure` says why Prepare returned null.
struct Scene {
  const Api& api;
  SSL_CTX* ctx;
  const std::string& level;
  Status failure = Status::Ok();
};

// A function that a setting cannot do without.
struct Need {
  const char* symbol;
  bool (*met)(const Api&);
};
#define DUPMARK_NEED(symbol) \
  ::dupmark::Need { #symbol, [](const ::dupmark::Api& api) { return api.symbol != nullptr; } }

struct Setting {
  const char* id;
  Bullet bullet;
  // The versions (OpenSSL_version_num) from which the setting exists, and from which SSL_dup is documented to
  // carry it: two facts.
  unsigned long exists_since;
  Documented documented;
  unsigned long documented_since;
  // At least one; the first is meant when none is named. A setting with a single level calls it "default".
  std::vector<const char*> levels;
  std::vector<Need> needs;
  std::unique_ptr<Prepared> (*prepare)(Scene&);
  // Registers something with the library that every later handle of this process pays for as well; the plan
  // puts its scenarios last.
  bool taints_process = false;
};

inline constexpr unsigned long kOpenssl111 = 0x1010100fL;
inline constexpr unsigned long kOpenssl111h = 0x1010108fL;

// Makes a Prepared from two functions.
template <class ApplyFunction, class VerifyFunction>
std::unique_ptr<Prepared> Prepare(ApplyFunction apply, VerifyFunction verify) {
  class FromFunctions final : public Prepared {
   public:
    FromFunctions(ApplyFunction apply_function, VerifyFunction verify_function)
        : apply_(std::move(apply_function)), verify_(std::move(verify_function)) {}
    bool Apply(SSL* ssl) const override { return apply_(ssl); }
    Observation Verify(SSL* ssl) const override { return verify_(ssl); }

   private:
    ApplyFunction apply_;
    VerifyFunction verify_;
  };
  return std::make_unique<FromFunctions>(std::move(apply), std::move(verify));
}

// Records why a setting could not be prepared.
inline std::unique_ptr<Prepared> Unprepared(Scene& scene, const char* call) {
  scene.failure = Failed(scene.api, call);
  return nullptr;
}

// One list per file of this folder; the catalogue is these, one after the other.
std::vector<Setting> OptionSettings();
std::vector<Setting> ProtocolSettings();
std::vector<Setting> CipherSettings();
std::vector<Setting> VerificationSettings();
std::vector<Setting> CertificateSettings();
std::vector<Setting> SessionSettings();
std::vector<Setting> BufferSettings();
std::vector<Setting> CallbackSettings();
std::vector<Setting> ApplicationSettings();

// All settings, in the order in which they are applied.
const std::vector<Setting>& Catalogue();

// The entry with this id, or null.
const Setting* FindSetting(const std::string& id);

}  // namespace dupmark
