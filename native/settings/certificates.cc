// What a handle shows of itself: certificate, key, chain, and the stores that it builds and checks chains with.
#include "code.h"

namespace dupmark {

std::vector<Setting> CertificateSettings() {
  return WithLooks({
      Setting{"certificate", Bullet::kCertificates, "SSL_use_certificate + SSL_use_PrivateKey",
              "it has no certificate to show",
              {Level("ecdsa", {APPLY(return SSL_use_certificate(ssl, ecdsa_certificate()) &&
                                            SSL_use_PrivateKey(ssl, ecdsa_key());),
                               INHERIT(return SSL_CTX_use_certificate(ctx, ecdsa_certificate()) &&
                                       SSL_CTX_use_PrivateKey(ctx, ecdsa_key());),
                               SHOWS(return same(SSL_get_privatekey(ssl), ecdsa_key()) &&
                                            same(SSL_get_certificate(ssl), ecdsa_certificate());),
                               CHANGE(return SSL_use_certificate(ssl, rsa_certificate());)}),
               Level("rsa", {APPLY(return SSL_use_certificate(ssl, rsa_certificate()) &&
                                          SSL_use_PrivateKey(ssl, rsa_key());),
                             INHERIT(return SSL_CTX_use_certificate(ctx, rsa_certificate()) &&
                                     SSL_CTX_use_PrivateKey(ctx, rsa_key());),
                             SHOWS(return same(SSL_get_privatekey(ssl), rsa_key()) &&
                                          same(SSL_get_certificate(ssl), rsa_certificate());),
                             CHANGE(return SSL_use_certificate(ssl, ecdsa_certificate());)})}}
          .Everyday(),
      Setting{"certificate-overridden", Bullet::kCertificates, "SSL_use_certificate + SSL_use_PrivateKey",
              "it shows the certificate of the SSL_CTX",
              Only({CONTEXT(return SSL_CTX_use_certificate(ctx, rsa_certificate()) &&
                                   SSL_CTX_use_PrivateKey(ctx, rsa_key());),
                    APPLY(return SSL_use_certificate(ssl, ecdsa_certificate()) &&
                                 SSL_use_PrivateKey(ssl, ecdsa_key());),
                    INHERIT(return SSL_CTX_use_certificate(ctx, ecdsa_certificate()) && SSL_CTX_use_PrivateKey(ctx,
                            ecdsa_key());),
                    SHOWS(return same(SSL_get_certificate(ssl), ecdsa_certificate());),
                    CHANGE(return SSL_use_certificate(ssl, rsa_certificate());)})}
          .ConflictsWith({"certificate=rsa"}),
      Setting{"private-key", Bullet::kCertificates, "SSL_use_PrivateKey", "it has no key",
              Only({APPLY(return SSL_use_PrivateKey(ssl, ecdsa_key());),
                    INHERIT(return SSL_CTX_use_PrivateKey(ctx, ecdsa_key());),
                    SHOWS(return same(SSL_get_privatekey(ssl), ecdsa_key());),
                    CHANGE(return SSL_use_PrivateKey(ssl, rsa_key());)})}
          .ConflictsWith({"certificate=rsa"}),
      Setting{"two-certificates", Bullet::kCertificates, "SSL_use_certificate", "it shows one kind of certificate only",
              Only({APPLY(return SSL_use_certificate(ssl, rsa_certificate()) && SSL_use_PrivateKey(ssl, rsa_key()) &&
                                 SSL_use_certificate(ssl, ecdsa_certificate()) &&
                                 SSL_use_PrivateKey(ssl, ecdsa_key());),
                    INHERIT(return SSL_CTX_use_certificate(ctx, rsa_certificate()) && SSL_CTX_use_PrivateKey(ctx,
                            rsa_key()) && SSL_CTX_use_certificate(ctx, ecdsa_certificate()) &&
                            SSL_CTX_use_PrivateKey(ctx, ecdsa_key());),
                    SHOWS(int both = same(SSL_get_certificate(ssl), ecdsa_certificate()) &&
                                     SSL_ctrl(ssl, SSL_CTRL_SET_CURRENT_CERT, SSL_CERT_SET_FIRST, NULL) == 1 &&
                                     same(SSL_get_certificate(ssl), rsa_certificate());
                          SSL_ctrl(ssl, SSL_CTRL_SET_CURRENT_CERT, SSL_CERT_SET_NEXT, NULL); return both;)})}
          .ConflictsWith({"certificate=rsa"}),
      Setting{"certificate-chain", Bullet::kCertificates, "SSL_set1_chain", "it sends no intermediate certificates",
              Only({APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_CHAIN, 1, chain_of_two());),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_CHAIN, 1, chain_of_two());),
                    SHOWS(return chain_is(ssl, 2);),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_CHAIN, 1, NULL);)})}
          .ConflictsWith({"certificate-chain-cleared"})
          .Everyday(),
      Setting{"certificate-chain-cleared", Bullet::kCertificates, "SSL_clear_chain_certs",
              "it sends the chain of the SSL_CTX",
              Only({CONTEXT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_CHAIN, 1, chain_of_two());),
                    APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_CHAIN, 1, NULL);),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_CHAIN, 1, NULL);), SHOWS(return chain_is(ssl, 0);),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_CHAIN, 1, chain_of_two());)})},
      Setting{"certificate-callback", Bullet::kUndocumented, "SSL_set_cert_cb", "nobody chooses its certificate",
              Only({APPLY(SSL_set_cert_cb(ssl, on_certificate, &own_data); return 1;),
                    INHERIT(SSL_CTX_set_cert_cb(ctx, on_certificate, &own_data); return 1;),
                    SHOWS(calls = 0; serves(ssl); return called() && holds(call_argument == &own_data, "another argument");),
                    CHANGE(SSL_set_cert_cb(ssl, NULL, NULL); return 1;)})}
          .ConflictsWith({"session"}),
      Setting{"certificate-flags", Bullet::kUndocumented, "SSL_set_cert_flags", "its certificates are checked loosely",
              Only({APPLY(SSL_ctrl(ssl, SSL_CTRL_CERT_FLAGS, SSL_CERT_FLAG_TLS_STRICT, NULL); return 1;),
                    INHERIT(SSL_CTX_ctrl(ctx, SSL_CTRL_CERT_FLAGS, SSL_CERT_FLAG_TLS_STRICT, NULL); return 1;),
                    SHOWS(return equal(SSL_ctrl(ssl, SSL_CTRL_CERT_FLAGS, 0, NULL), SSL_CERT_FLAG_TLS_STRICT);),
                    CHANGE(SSL_ctrl(ssl, SSL_CTRL_CLEAR_CERT_FLAGS, SSL_CERT_FLAG_TLS_STRICT, NULL); return 1;)})},
      Setting{"verify-certificate-store", Bullet::kUndocumented, "SSL_set1_verify_cert_store",
              "it trusts the issuers of the SSL_CTX",
              Only({APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_VERIFY_CERT_STORE, 1, own_store());),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_VERIFY_CERT_STORE, 1, own_store());),
                    SHOWS(return same(store_of(ssl, SSL_CTRL_GET_VERIFY_CERT_STORE), own_store());),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_VERIFY_CERT_STORE, 1, NULL);),
                    GUARDS(trusted_by_context(ssl); return refuses(ssl, server_peer(),
                           "a server whose issuer only the SSL_CTX trusts");)})},
      Setting{"chain-certificate-store", Bullet::kUndocumented, "SSL_set1_chain_cert_store",
              "it builds its chain from the store of the SSL_CTX",
              Only({APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_CHAIN_CERT_STORE, 1, own_store());),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_CHAIN_CERT_STORE, 1, own_store());),
                    SHOWS(return same(store_of(ssl, SSL_CTRL_GET_CHAIN_CERT_STORE), own_store());),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_CHAIN_CERT_STORE, 1, NULL);)})},
      Setting{"client-certificate-types", Bullet::kClientCertificateTypes, "SSL_set1_client_certificate_types",
              "it asks clients for the default types of certificate",
              Only({APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_CLIENT_CERT_TYPES, 1, (void*)"\100");),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_CLIENT_CERT_TYPES, 1, (void*)"\100");),
                    SHOWS(return equal(requested_types(ssl), 1);),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_CLIENT_CERT_TYPES, 2, (void*)"\1\100");)})},
  });
}

}  // namespace dupmark
