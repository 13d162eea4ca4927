// The security level, its callback and the callback's data.
#include "code.h"

namespace dupmark {

std::vector<Setting> SecuritySettings() {
  return WithLooks({
      Setting{"security-level", Bullet::kSecurityLevel, "SSL_set_security_level", "it accepts weaker cryptography",
              Only({APPLY(SSL_set_security_level(ssl, 4); return 1;),
                    INHERIT(SSL_CTX_set_security_level(ctx, 4); return 1;),
                    SHOWS(return equal(SSL_get_security_level(ssl), 4);),
                    CHANGE(SSL_set_security_level(ssl, 1); return 1;),
                    GUARDS(return refuses(ssl, server_peer(), "a server with 128 bits of security");)})}
          .ConflictsWith({"signature-algorithms", "signature-algorithms-overridden", "client-signature-algorithms",
                          "client-signature-algorithms-overridden", "param-purpose", "param-trust", "param-time",
                          "param-host", "param-host-overridden", "param-email", "param-ip", "dane-records",
                          "client-certificate-types", "tmp-dh", "tmp-dh-key", "tmp-dh-callback", "dh-auto",
                          "session-id-context", "session-id-context-overridden", "not-resumable-callback",
                          "session-ticket-extension", "psk-identity-hint", "psk-identity-hint-overridden",
                          "psk-server-callback", "security-level-lowered", "max-send-fragment", "block-padding",
                          "padding-callback", "extension-debug-callback", "extension-debug-data", "ssl-context"}),
      Setting{"security-level-lowered", Bullet::kSecurityLevel, "SSL_set_security_level",
              "it refuses peers that it was allowed",
              Only({CONTEXT(SSL_CTX_set_security_level(ctx, 4); return 1;), APPLY(SSL_set_security_level(ssl, 0); return 1;),
                    INHERIT(SSL_CTX_set_security_level(ctx, 0); return 1;),
                    SHOWS(return equal(SSL_get_security_level(ssl), 0);),
                    CHANGE(SSL_set_security_level(ssl, 4); return 1;)})}
          .ConflictsWith({"certificate", "certificate-overridden", "two-certificates", "certificate-chain"}),
      Setting{"security-callback", Bullet::kSecurityLevel, "SSL_set_security_callback",
              "OpenSSL's own rules decide instead of the application's",
              Only({APPLY(SSL_set_security_callback(ssl, on_security); return 1;),
                    INHERIT(SSL_CTX_set_security_callback(ctx, on_security); return 1;),
                    SHOWS(return holds(SSL_get_security_callback(ssl) == on_security, "another callback");)})},
      Setting{"security-data", Bullet::kSecurityLevel, "SSL_set0_security_ex_data",
              "the security callback gets no data",
              Only({APPLY(SSL_set0_security_ex_data(ssl, &own_data); return 1;),
                    INHERIT(SSL_CTX_set0_security_ex_data(ctx, &own_data); return 1;),
                    SHOWS(return same(SSL_get0_security_ex_data(ssl), &own_data);),
                    CHANGE(SSL_set0_security_ex_data(ssl, NULL); return 1;)})},
  });
}

}  // namespace dupmark
