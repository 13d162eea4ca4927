// The lowest and highest protocol version of a handle.
#include "setting.h"

namespace dupmark {
namespace {

std::unique_ptr<Prepared> ProtocolBound(const Api& api, int set, int get) {
  return Prepare(
      [&api, set](SSL* ssl) { return api.SSL_ctrl(ssl, set, openssl::TLS1_2_VERSION, nullptr) == 1; },
      [&api, get](SSL* ssl) {
        const long bound = api.SSL_ctrl(ssl, get, 0, nullptr);
        return Seen(bound == openssl::TLS1_2_VERSION, "the bound is " + std::to_string(bound));
      });
}

}  // namespace

std::vector<Setting> ProtocolSettings() {
  return {
      {"min-proto-version", Bullet::kProtocolBounds, kOpenssl111, Documented::kCarried, kOpenssl111h, {"default"},
       {DUPMARK_NEED(SSL_ctrl)},
       [](Scene& scene) {
         return ProtocolBound(scene.api, openssl::SSL_CTRL_SET_MIN_PROTO_VERSION,
                              openssl::SSL_CTRL_GET_MIN_PROTO_VERSION);
       }},
      {"max-proto-version", Bullet::kProtocolBounds, kOpenssl111, Documented::kCarried, kOpenssl111h, {"default"},
       {DUPMARK_NEED(SSL_ctrl)},
       [](Scene& scene) {
         return ProtocolBound(scene.api, openssl::SSL_CTRL_SET_MAX_PROTO_VERSION,
                              openssl::SSL_CTRL_GET_MAX_PROTO_VERSION);
       }},
  };
}

}  // namespace dupmark
