// The cipher list for TLS 1.2 and below, at lengths that differ in cost: OpenSSL parses the string each time. Names that
// every OpenSSL from 1.1.1 to 4.0 knows.
#include "code.h"

namespace dupmark {

std::vector<Setting> CipherSettings() {
  return WithLooks({
      Setting{"cipher-list", Bullet::kCipherList, "SSL_set_cipher_list", "it offers the ciphers of the SSL_CTX",
              {Level("20", {APPLY(return SSL_set_cipher_list(ssl, twenty_ciphers);),
                            INHERIT(return SSL_CTX_set_cipher_list(ctx, twenty_ciphers);),
                            SHOWS(return holds(tls12_ciphers(ssl) == 20 && has_cipher(ssl, "AES256-SHA"),
                                               "other ciphers");),
                            CHANGE(return SSL_set_cipher_list(ssl, "AES128-SHA");),
                    GUARDS(return refuses(ssl, server_with_cipher(server_peer(), "ECDHE-ECDSA-AES256-SHA"),
                           "a server with another cipher only");)}),
               Level("2", {APPLY(return SSL_set_cipher_list(
                                     ssl, "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256");),
                           INHERIT(return SSL_CTX_set_cipher_list(
                                     ctx, "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256");),
                           SHOWS(return equal(tls12_ciphers(ssl), 2);),
                           CHANGE(return SSL_set_cipher_list(ssl, "AES128-SHA");),
                    GUARDS(return refuses(ssl, server_with_cipher(server_peer(), "ECDHE-ECDSA-AES256-SHA"),
                           "a server with another cipher only");)}),
               Level("all", {APPLY(return SSL_set_cipher_list(ssl, "ALL");),
                             INHERIT(return SSL_CTX_set_cipher_list(ctx, "ALL");),
                             SHOWS(return holds(has_cipher(ssl, "ADH-AES128-SHA256"), "no anonymous ciphers");),
                             CHANGE(return SSL_set_cipher_list(ssl, "AES128-SHA");)})}}
          .Everyday(),
      Setting{"cipher-list-overridden", Bullet::kCipherList, "SSL_set_cipher_list",
              "it offers the ciphers of the SSL_CTX",
              Only({CONTEXT(return SSL_CTX_set_cipher_list(ctx, "AES128-SHA");),
                    APPLY(return SSL_set_cipher_list(ssl, "AES256-SHA");),
                    INHERIT(return SSL_CTX_set_cipher_list(ctx, "AES256-SHA");),
                    SHOWS(return holds(tls12_ciphers(ssl) == 1 && has_cipher(ssl, "AES256-SHA"), "other ciphers");),
                    CHANGE(return SSL_set_cipher_list(ssl, "AES128-SHA");),
                    GUARDS(return refuses(ssl, server_with_cipher(rsa_server(), "AES128-SHA"),
                           "a server with another cipher only");)})}
          .ConflictsWith({"cipher-list", "client-signature-algorithms", "client-signature-algorithms-overridden",
                          "client-certificate-types", "dh-auto", "not-resumable-callback", "psk-identity-hint",
                          "psk-identity-hint-overridden", "psk-server-callback"}),
  });
}

}  // namespace dupmark
