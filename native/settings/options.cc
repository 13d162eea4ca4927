// SSL_OP_* options and SSL_MODE_* modes.
#include "setting.h"

namespace dupmark {

std::vector<Setting> OptionSettings() {
  return {
      {"options", Bullet::kOptions, kOpenssl111, Documented::kCarried, kOpenssl111, {"default"},
       {DUPMARK_NEED(SSL_set_options), DUPMARK_NEED(SSL_get_options)},
       [](Scene& scene) {
         const Api& api = scene.api;
         constexpr uint64_t wanted = openssl::SSL_OP_NO_TICKET | openssl::SSL_OP_NO_RENEGOTIATION;
         return Prepare([&api](SSL* ssl) { return (api.SSL_set_options(ssl, wanted) & wanted) == wanted; },
                        [&api](SSL* ssl) { return Seen((api.SSL_get_options(ssl) & wanted) == wanted); });
       }},
      {"mode", Bullet::kMode, kOpenssl111, Documented::kCarried, kOpenssl111, {"default"},
       {DUPMARK_NEED(SSL_ctrl)},
       [](Scene& scene) {
         const Api& api = scene.api;
         constexpr long wanted = openssl::SSL_MODE_ENABLE_PARTIAL_WRITE | openssl::SSL_MODE_RELEASE_BUFFERS;
         return Prepare(
             [&api](SSL* ssl) { return (api.SSL_ctrl(ssl, openssl::SSL_CTRL_MODE, wanted, nullptr) & wanted) == wanted; },
             [&api](SSL* ssl) {
               return Seen((api.SSL_ctrl(ssl, openssl::SSL_CTRL_MODE, 0, nullptr) & wanted) == wanted);
             });
       }},
  };
}

}  // namespace dupmark
