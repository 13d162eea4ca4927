// What an application hangs on a handle for itself.
#include "code.h"

namespace dupmark {

std::vector<Setting> ApplicationSettings() {
  return WithLooks({
      // Before any index is registered in this process: CRYPTO_dup_ex_data copies as many slots as are registered.
      Setting{"app-data", Bullet::kExData, "SSL_set_app_data (index 0, no index registered)",
              "its application data is NULL, which a callback may follow",
              Only({APPLY(return SSL_set_ex_data(ssl, 0, &own_data);),
                    SHOWS(return same(SSL_get_ex_data(ssl, 0), &own_data);),
                    CHANGE(return SSL_set_ex_data(ssl, 0, NULL);)})}
          .OpensslFault("SSL_dup gives NULL while no index is registered"),
      // One index per process: OpenSSL never gives one back, and every index makes every later handle dearer.
      Setting{"ex-data", Bullet::kExData, "SSL_set_ex_data", "its application data is NULL",
              Only({APPLY(return SSL_set_ex_data(ssl, own_index(), &own_data);),
                    SHOWS(return same(SSL_get_ex_data(ssl, own_index()), &own_data);),
                    CHANGE(return SSL_set_ex_data(ssl, own_index(), NULL);)})}
          .Everyday()
          .TaintsProcess(),
      Setting{"app-data-registered", Bullet::kExData, "SSL_set_app_data (after SSL_get_ex_new_index)",
              "its application data is NULL",
              Only({APPLY(own_index(); return SSL_set_ex_data(ssl, 0, &own_data);),
                    SHOWS(return same(SSL_get_ex_data(ssl, 0), &own_data);),
                    CHANGE(return SSL_set_ex_data(ssl, 0, NULL);)})}
          .TaintsProcess(),
  });
}

}  // namespace dupmark
