// Which side a handle is, how it closes, what it is connected to, and what it was made from.
#include "code.h"

namespace dupmark {

std::vector<Setting> StateSettings() {
  return WithLooks({
      Setting{"connect-state", Bullet::kInitialState, "SSL_set_connect_state", "it does not know that it is a client",
              Only({APPLY(SSL_set_connect_state(ssl); return 1;), SHOWS(return equal(side_of(ssl), 1);),
                    CHANGE(SSL_set_accept_state(ssl); return 1;)})}
          .ConflictsWith({"client-ca-list", "client-ca-list-overridden", "client-ca-added", "accept-state"}),
      Setting{"accept-state", Bullet::kInitialState, "SSL_set_accept_state", "it does not know that it is a server",
              Only({APPLY(SSL_set_accept_state(ssl); return 1;), SHOWS(return equal(side_of(ssl), 2);),
                    CHANGE(SSL_set_connect_state(ssl); return 1;)})},
      Setting{"quiet-shutdown", Bullet::kUndocumented, "SSL_set_quiet_shutdown", "it sends close_notify",
              Only({APPLY(SSL_set_quiet_shutdown(ssl, 1); return 1;),
                    INHERIT(SSL_CTX_set_quiet_shutdown(ctx, 1); return 1;),
                    SHOWS(return equal(SSL_get_quiet_shutdown(ssl), 1);),
                    CHANGE(SSL_set_quiet_shutdown(ssl, 0); return 1;)})},
      Setting{"shutdown-state", Bullet::kUndocumented, "SSL_set_shutdown", "it is open in both directions",
              Only({APPLY(SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN); return 1;),
                    SHOWS(return equal(SSL_get_shutdown(ssl), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);),
                    CHANGE(SSL_set_shutdown(ssl, 0); return 1;)})},
      Setting{"read-bio", Bullet::kUndocumented, "SSL_set_bio", "it is connected to nothing",
              Only({APPLY(return memory_bios(ssl);),
                    SHOWS(seen_object = SSL_get_rbio(ssl); return holds(SSL_get_rbio(ssl) != NULL, "there is none");)})},
      Setting{"write-bio", Bullet::kUndocumented, "SSL_set_bio", "it is connected to nothing",
              Only({APPLY(return memory_bios(ssl);),
                    SHOWS(seen_object = SSL_get_wbio(ssl); return holds(SSL_get_wbio(ssl) != NULL, "there is none");)})},
      Setting{"ssl-method", Bullet::kUndocumented, "SSL_set_ssl_method", "it has the method of the SSL_CTX",
              Only({APPLY(return SSL_set_ssl_method(ssl, TLS_client_method());),
                    INHERIT(return SSL_CTX_set_ssl_version(ctx, TLS_client_method());),
                    SHOWS(return holds(SSL_get_ssl_method(ssl) == TLS_client_method(), "another method");),
                    CHANGE(return SSL_set_ssl_method(ssl, TLS_method());)})}
          .ConflictsWith({"client-signature-algorithms", "client-signature-algorithms-overridden",
                          "certificate-callback", "client-certificate-types", "tmp-dh", "tmp-dh-key",
                          "tmp-dh-callback", "dh-auto", "session-id-context", "session-id-context-overridden",
                          "generate-session-id", "not-resumable-callback", "session-ticket-callback",
                          "session-secret-callback", "psk-identity-hint", "psk-identity-hint-overridden",
                          "psk-server-callback", "psk-find-session-callback", "accept-state"}),
      Setting{"ssl-context", Bullet::kUndocumented, "SSL_set_SSL_CTX", "it belongs to the SSL_CTX that was replaced",
              Only({APPLY(return SSL_set_SSL_CTX(ssl, other_context()) != NULL;),
                    SHOWS(return same(SSL_get_SSL_CTX(ssl), other_context());)})}
          .ConflictsWith({"signature-algorithms", "signature-algorithms-overridden", "client-signature-algorithms",
                          "client-signature-algorithms-overridden", "param-trust", "certificate",
                          "certificate-overridden", "private-key", "two-certificates", "certificate-chain",
                          "certificate-callback", "certificate-flags", "verify-certificate-store",
                          "chain-certificate-store", "client-certificate-types", "tmp-dh", "tmp-dh-key",
                          "tmp-dh-callback", "dh-auto", "psk-identity-hint", "psk-identity-hint-overridden",
                          "security-level-lowered", "security-callback", "security-data"}),
  });
}

}  // namespace dupmark
