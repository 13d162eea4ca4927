// What came with TLS 1.3: its own cipher suites, tickets, early data, authentication after the handshake.
#include "code.h"

namespace dupmark {

std::vector<Setting> Tls13Settings() {
  return WithLooks({
      Setting{"ciphersuites", Bullet::kUndocumented, "SSL_set_ciphersuites", "it offers the TLS 1.3 suites of the SSL_CTX",
              Only({APPLY(return SSL_set_ciphersuites(ssl, "TLS_AES_128_GCM_SHA256");),
                    INHERIT(return SSL_CTX_set_ciphersuites(ctx, "TLS_AES_128_GCM_SHA256");),
                    SHOWS(return holds(has_cipher(ssl, "TLS_AES_128_GCM_SHA256") &&
                                           !has_cipher(ssl, "TLS_AES_256_GCM_SHA384"),
                                       "other suites");),
                    CHANGE(return SSL_set_ciphersuites(ssl, "TLS_AES_256_GCM_SHA384");),
                    GUARDS(SSL* server = server_peer(); SSL_set_ciphersuites(server, "TLS_AES_256_GCM_SHA384");
                           tls13_only(server); return refuses(ssl, server, "a server with another cipher suite only");)})},
      Setting{"ciphersuites-hello", Bullet::kUndocumented, "SSL_set_ciphersuites",
              "its ClientHello offers the TLS 1.3 suites of the SSL_CTX",
              Only({APPLY(return SSL_set_ciphersuites(ssl, "TLS_AES_128_GCM_SHA256") && tls13_only(ssl);),
                    INHERIT(return SSL_CTX_set_ciphersuites(ctx, "TLS_AES_128_GCM_SHA256") &&
                            (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_3_VERSION, NULL);),
                    SHOWS(return equal(first_ciphersuite(ssl), 0x1301);),
                    CHANGE(return SSL_set_ciphersuites(ssl, "TLS_AES_256_GCM_SHA384");),
                    GUARDS(SSL* server = server_peer(); SSL_set_ciphersuites(server, "TLS_AES_256_GCM_SHA384");
                           tls13_only(server); return refuses(ssl, server, "a server with another cipher suite only");)})}
          .ConflictsWith({"min-proto-version", "min-proto-version-lowered", "min-proto-version-cleared",
                          "client-signature-algorithms", "client-signature-algorithms-overridden",
                          "client-certificate-types", "tmp-dh", "tmp-dh-key", "tmp-dh-callback", "dh-auto",
                          "generate-session-id", "not-resumable-callback", "session-ticket-callback",
                          "session-secret-callback", "psk-identity-hint", "psk-identity-hint-overridden",
                          "psk-server-callback"}),
      Setting{"num-tickets", Bullet::kUndocumented, "SSL_set_num_tickets", "it sends two tickets",
              Only({APPLY(return SSL_set_num_tickets(ssl, 5);),
                    INHERIT(return SSL_CTX_set_num_tickets(ctx, 5);), SHOWS(return equal(SSL_get_num_tickets(ssl), 5);),
                    CHANGE(return SSL_set_num_tickets(ssl, 1);)})},
      Setting{"max-early-data", Bullet::kUndocumented, "SSL_set_max_early_data", "it allows no early data",
              Only({APPLY(return SSL_set_max_early_data(ssl, 4096);),
                    INHERIT(return SSL_CTX_set_max_early_data(ctx, 4096);),
                    SHOWS(return equal(SSL_get_max_early_data(ssl), 4096);),
                    CHANGE(return SSL_set_max_early_data(ssl, 1024);)})},
      Setting{"recv-max-early-data", Bullet::kUndocumented, "SSL_set_recv_max_early_data",
              "it takes the default amount of early data",
              Only({APPLY(return SSL_set_recv_max_early_data(ssl, 4096);),
                    INHERIT(return SSL_CTX_set_recv_max_early_data(ctx, 4096);),
                    SHOWS(return equal(SSL_get_recv_max_early_data(ssl), 4096);),
                    CHANGE(return SSL_set_recv_max_early_data(ssl, 1024);)})},
      Setting{"early-data-callback", Bullet::kUndocumented, "SSL_set_allow_early_data_cb",
              "nobody is asked about early data",
              Only({APPLY(SSL_set_allow_early_data_cb(ssl, on_early_data, NULL); return 1;),
                    INHERIT(SSL_CTX_set_allow_early_data_cb(ctx, on_early_data, NULL); return 1;),
                    SHOWS(return unobservable("there is no getter, and only a resumed session with early data calls it");)})},
      Setting{"post-handshake-auth", Bullet::kUndocumented, "SSL_set_post_handshake_auth",
              "servers cannot ask it for a certificate later",
              Only({APPLY(SSL_set_post_handshake_auth(ssl, 1); return 1;),
                    INHERIT(SSL_CTX_set_post_handshake_auth(ctx, 1); return 1;),
                    SHOWS(return sends_extension(ssl, 49);),
                    CHANGE(SSL_set_post_handshake_auth(ssl, 0); return 1;)})},
  });
}

}  // namespace dupmark
