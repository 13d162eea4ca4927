// How a handle reads and buffers.
#include "setting.h"

namespace dupmark {

std::vector<Setting> BufferSettings() {
  return {
      {"read-ahead", Bullet::kReadAhead, kOpenssl111, Documented::kCarried, kOpenssl111, {"default"},
       {DUPMARK_NEED(SSL_set_read_ahead), DUPMARK_NEED(SSL_get_read_ahead)},
       [](Scene& scene) {
         const Api& api = scene.api;
         return Prepare(
             [&api](SSL* ssl) {
               api.SSL_set_read_ahead(ssl, 1);
               return true;
             },
             [&api](SSL* ssl) { return Seen(api.SSL_get_read_ahead(ssl) == 1); });
       }},
  };
}

}  // namespace dupmark
