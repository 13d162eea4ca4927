// DANE: switched on, its flags, its records and its base domain.
#include "code.h"

namespace dupmark {

std::vector<Setting> DaneSettings() {
  return WithLooks({
      Setting{"dane-enabled", Bullet::kDane, "SSL_dane_enable", "adding a TLSA record to it fails",
              Only({CONTEXT(return SSL_CTX_dane_enable(ctx);),
                    APPLY(return SSL_dane_enable(ssl, "ecdsa.example");),
                    SHOWS(return holds(add_record(ssl), "DANE is not enabled");)})},
      Setting{"dane-records", Bullet::kDane, "SSL_dane_tlsa_add", "it verifies without the TLSA records",
              Only({CONTEXT(return SSL_CTX_dane_enable(ctx);),
                    APPLY(return SSL_dane_enable(ssl, "ecdsa.example") && add_record(ssl);),
                    SHOWS(return connects(ssl) && holds(SSL_get0_dane_tlsa(ssl, NULL, NULL, NULL, NULL, NULL) >= 0,
                                                        "no TLSA record matched");),
                    GUARDS(verifies(ssl); return refuses(ssl, rsa_server(),
                           "a server whose certificate is not that of the TLSA record");)})}
          .ConflictsWith({"verify", "verify-callback-overridden", "param-purpose", "param-trust", "param-time",
                          "param-host", "param-host-overridden", "param-email", "param-ip", "dane-enabled",
                          "dane-flags-with-records", "dane-base-domain", "srtp-profiles", "ech-store", "ech-hello",
                          "ech-outer-name"}),
      Setting{"dane-flags", Bullet::kDane, "SSL_dane_set_flags", "it checks names of DANE-EE certificates",
              Only({CONTEXT(return SSL_CTX_dane_enable(ctx);),
                    APPLY(SSL_dane_set_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS); return 1;),
                    INHERIT(SSL_CTX_dane_set_flags(ctx, DANE_FLAG_NO_DANE_EE_NAMECHECKS); return 1;),
                    SHOWS(return equal(SSL_dane_set_flags(ssl, 0), DANE_FLAG_NO_DANE_EE_NAMECHECKS);),
                    CHANGE(SSL_dane_clear_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS); return 1;)})},
      Setting{"dane-flags-with-records", Bullet::kDane, "SSL_dane_set_flags", "it checks names of DANE-EE certificates",
              Only({CONTEXT(return SSL_CTX_dane_enable(ctx);),
                    APPLY(SSL_dane_set_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
                          return SSL_dane_enable(ssl, "ecdsa.example") && add_record(ssl);),
                    SHOWS(return equal(SSL_dane_set_flags(ssl, 0), DANE_FLAG_NO_DANE_EE_NAMECHECKS);),
                    CHANGE(SSL_dane_clear_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS); return 1;)})}
          .ConflictsWith({"param-purpose", "param-trust", "param-time", "param-host", "param-host-overridden",
                          "param-email", "param-ip", "dane-enabled", "dane-flags-cleared", "dane-base-domain"}),
      Setting{"dane-flags-cleared", Bullet::kDane, "SSL_dane_clear_flags",
              "it skips name checks that were switched on",
              Only({CONTEXT(SSL_CTX_dane_set_flags(ctx, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
                            return SSL_CTX_dane_enable(ctx);),
                    APPLY(SSL_dane_clear_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS); return 1;),
                    INHERIT(SSL_CTX_dane_clear_flags(ctx, DANE_FLAG_NO_DANE_EE_NAMECHECKS); return 1;),
                    SHOWS(return equal(SSL_dane_set_flags(ssl, 0), 0);),
                    CHANGE(SSL_dane_set_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS); return 1;)})}
          .ConflictsWith({"dane-flags"}),
      Setting{"dane-base-domain", Bullet::kDane, "SSL_dane_enable", "it sends no server name",
              Only({CONTEXT(return SSL_CTX_dane_enable(ctx);), APPLY(return SSL_dane_enable(ssl, "ecdsa.example");),
                    SHOWS(return extension_holds(ssl, 0, "ecdsa.example", 13);)})}
          .ConflictsWith({"dane-enabled", "server-name"}),
  });
}

}  // namespace dupmark
