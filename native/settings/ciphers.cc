// The cipher list for TLS 1.2 and below, at lengths that differ in cost: OpenSSL parses the string each time.
#include "../resources.h"
#include "setting.h"

namespace dupmark {
namespace {

// Names that every OpenSSL from 1.1.1 to 4.0 knows.
constexpr char kTwoCiphers[] = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256";
constexpr char kTwentyCiphers[] =
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-CHACHA20-POLY1305:"
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384:DHE-RSA-AES256-SHA256:"
    "ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256:DHE-RSA-AES128-SHA256:"
    "AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-SHA256:AES128-SHA256:AES256-SHA";

std::string CipherNames(const Api& api, SSL* ssl) {
  std::string names;
  for (int i = 0;; i++) {
    const char* name = api.SSL_get_cipher_list(ssl, i);
    if (name == nullptr) return names;
    names += name;
    names += ':';
  }
}

std::unique_ptr<Prepared> CipherList(Scene& scene) {
  const Api& api = scene.api;
  const char* list = scene.level == "2" ? kTwoCiphers : scene.level == "20" ? kTwentyCiphers : "ALL";
  const Handle with = NewHandle(api, scene.ctx);
  const Handle without = NewHandle(api, scene.ctx);
  if (with == nullptr || without == nullptr) return Unprepared(scene, "SSL_new");
  if (api.SSL_set_cipher_list(with.get(), list) != 1) return Unprepared(scene, "SSL_set_cipher_list");
  std::string expected = CipherNames(api, with.get());
  if (expected == CipherNames(api, without.get())) {
    scene.failure = Status::Error("this list is what a handle has anyway, so that nothing could be seen of it");
    return nullptr;
  }
  return Prepare([&api, list](SSL* ssl) { return api.SSL_set_cipher_list(ssl, list) == 1; },
                 [&api, expected](SSL* ssl) {
                   const std::string names = CipherNames(api, ssl);
                   return Seen(names == expected, "the ciphers are " + names);
                 });
}

}  // namespace

std::vector<Setting> CipherSettings() {
  return {
      {"cipher-list", Bullet::kCipherList, kOpenssl111, Documented::kCarried, kOpenssl111, {"20", "2", "all"},
       {DUPMARK_NEED(SSL_set_cipher_list), DUPMARK_NEED(SSL_get_cipher_list)}, CipherList},
  };
}

}  // namespace dupmark
