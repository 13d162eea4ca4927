// How a handle verifies its peer.
#include "setting.h"

namespace dupmark {
namespace {

int AcceptNothing(int, X509_STORE_CTX*) { return 0; }

}  // namespace

std::vector<Setting> VerificationSettings() {
  return {
      {"verify", Bullet::kVerify, kOpenssl111, Documented::kCarried, kOpenssl111, {"default"},
       {DUPMARK_NEED(SSL_set_verify), DUPMARK_NEED(SSL_get_verify_mode), DUPMARK_NEED(SSL_get_verify_callback)},
       [](Scene& scene) {
         const Api& api = scene.api;
         constexpr int mode = openssl::SSL_VERIFY_PEER | openssl::SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
         return Prepare(
             [&api](SSL* ssl) {
               api.SSL_set_verify(ssl, mode, AcceptNothing);
               return true;
             },
             [&api](SSL* ssl) {
               if (api.SSL_get_verify_callback(ssl) != AcceptNothing) return Seen(false, "another callback");
               const int seen = api.SSL_get_verify_mode(ssl);
               return Seen(seen == mode, "the mode is " + std::to_string(seen));
             });
       }},
  };
}

}  // namespace dupmark
