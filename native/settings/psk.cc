// Pre-shared keys: the hint, and the callbacks of TLS 1.2 and 1.3.
#include "code.h"

namespace dupmark {

std::vector<Setting> PskSettings() {
  return WithLooks({
      Setting{"psk-identity-hint", Bullet::kPskIdentityHint, "SSL_use_psk_identity_hint", "clients get no hint",
              Only({APPLY(return SSL_use_psk_identity_hint(ssl, "own hint");),
                    INHERIT(return SSL_CTX_use_psk_identity_hint(ctx, "own hint");),
                    SHOWS(SSL_set_psk_server_callback(ssl, on_psk_server);
                          return serves_psk(ssl) && text_equal(psk_hint_seen, "own hint");),
                    CHANGE(return SSL_use_psk_identity_hint(ssl, "other");)})}
          .ConflictsWith({"cipher-list=2", "cipher-list=20"}),
      Setting{"psk-identity-hint-overridden", Bullet::kPskIdentityHint, "SSL_use_psk_identity_hint",
              "clients get the hint of the SSL_CTX",
              Only({CONTEXT(return SSL_CTX_use_psk_identity_hint(ctx, "hint of the context");),
                    APPLY(return SSL_use_psk_identity_hint(ssl, "own hint");),
                    INHERIT(return SSL_CTX_use_psk_identity_hint(ctx, "own hint");),
                    SHOWS(SSL_set_psk_server_callback(ssl, on_psk_server);
                          return serves_psk(ssl) && text_equal(psk_hint_seen, "own hint");),
                    CHANGE(return SSL_use_psk_identity_hint(ssl, "other");)})}
          .ConflictsWith({"cipher-list=2", "cipher-list=20"}),
      Setting{"psk-client-callback", Bullet::kUndocumented, "SSL_set_psk_client_callback",
              "as a client it offers no pre-shared key",
              Only({APPLY(SSL_set_psk_client_callback(ssl, on_psk_client); return 1;),
                    INHERIT(SSL_CTX_set_psk_client_callback(ctx, on_psk_client); return 1;),
                    SHOWS(calls = 0; sends_extension(ssl, 41); return called();),
                    CHANGE(SSL_set_psk_client_callback(ssl, NULL); return 1;)})},
      Setting{"psk-server-callback", Bullet::kUndocumented, "SSL_set_psk_server_callback",
              "as a server it knows no pre-shared key",
              Only({APPLY(SSL_set_psk_server_callback(ssl, on_psk_server); return 1;),
                    INHERIT(SSL_CTX_set_psk_server_callback(ctx, on_psk_server); return 1;),
                    SHOWS(return serves_psk(ssl);),
                    CHANGE(SSL_set_psk_server_callback(ssl, NULL); return 1;)})}
          .ConflictsWith({"cipher-list=2", "cipher-list=20"}),
      Setting{"psk-use-session-callback", Bullet::kUndocumented, "SSL_set_psk_use_session_callback",
              "as a TLS 1.3 client it offers no pre-shared key",
              Only({APPLY(SSL_set_psk_use_session_callback(ssl, on_psk_use_session); return 1;),
                    INHERIT(SSL_CTX_set_psk_use_session_callback(ctx, on_psk_use_session); return 1;),
                    SHOWS(calls = 0; sends_extension(ssl, 41); return called();),
                    CHANGE(SSL_set_psk_use_session_callback(ssl, NULL); return 1;)})},
      Setting{"psk-find-session-callback", Bullet::kUndocumented, "SSL_set_psk_find_session_callback",
              "as a TLS 1.3 server it knows no pre-shared key",
              Only({APPLY(SSL_set_psk_find_session_callback(ssl, on_psk_find_session); return 1;),
                    INHERIT(SSL_CTX_set_psk_find_session_callback(ctx, on_psk_find_session); return 1;),
                    SHOWS(calls = 0; serves_with_psk_offer(ssl); return called();),
                    CHANGE(SSL_set_psk_find_session_callback(ssl, NULL); return 1;)})},
  });
}

}  // namespace dupmark
