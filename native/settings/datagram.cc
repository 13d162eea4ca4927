// What only handles over datagrams have.
#include "code.h"

namespace dupmark {

std::vector<Setting> DatagramSettings() {
  return WithLooks({
      Setting{"dtls-timer-callback", Bullet::kUndocumented, "DTLS_set_timer_cb", "its timeouts are the default ones",
              Only({APPLY(DTLS_set_timer_cb(ssl, on_timer); return 1;),
                    SHOWS(static unsigned char bytes[16384]; calls = 0; first_flight(ssl, bytes, sizeof bytes);
                          return called();),
                    CHANGE(DTLS_set_timer_cb(ssl, NULL); return 1;)})}
          .Dtls(),
      Setting{"dtls-mtu", Bullet::kUndocumented, "SSL_set_mtu", "its datagrams are as short as without a known MTU",
              Only({APPLY(SSL_set_options(ssl, SSL_OP_NO_QUERY_MTU);
                          return SSL_ctrl(ssl, SSL_CTRL_SET_MTU, 600, NULL) == 600;),
                    SHOWS(return holds(datagram_record(ssl) > 300, "records are shorter");)})}
          .Dtls(),
      Setting{"dtls-link-mtu", Bullet::kUndocumented, "DTLS_set_link_mtu", "its datagrams are as short as without a known MTU",
              Only({APPLY(SSL_set_options(ssl, SSL_OP_NO_QUERY_MTU);
                          return (int)SSL_ctrl(ssl, DTLS_CTRL_SET_LINK_MTU, 350, NULL);),
                    SHOWS(return unobservable("there is no getter, and a memory BIO does not say its overhead");)})}
          .Dtls(),
  });
}

}  // namespace dupmark
