// What an application hangs on a handle for itself.
#include "setting.h"

namespace dupmark {
namespace {

// One index per process: OpenSSL never gives one back, and every index makes every later handle dearer.
int ExDataIndex(const Api& api) {
  static const int index =
      api.CRYPTO_get_ex_new_index(openssl::CRYPTO_EX_INDEX_SSL, 0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

}  // namespace

std::vector<Setting> ApplicationSettings() {
  return {
      {"ex-data", Bullet::kExData, kOpenssl111, Documented::kCarried, kOpenssl111, {"default"},
       {DUPMARK_NEED(CRYPTO_get_ex_new_index), DUPMARK_NEED(SSL_set_ex_data), DUPMARK_NEED(SSL_get_ex_data)},
       [](Scene& scene) -> std::unique_ptr<Prepared> {
         const Api& api = scene.api;
         const int index = ExDataIndex(api);
         if (index < 0) return Unprepared(scene, "CRYPTO_get_ex_new_index");
         static int data;
         return Prepare([&api, index](SSL* ssl) { return api.SSL_set_ex_data(ssl, index, &data) == 1; },
                        [&api, index](SSL* ssl) { return Seen(api.SSL_get_ex_data(ssl, index) == &data); });
       },
       /*taints_process=*/true},
  };
}

}  // namespace dupmark
