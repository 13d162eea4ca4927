// Signature algorithms, by what a handle sends: as a client in its ClientHello, as a server in its CertificateRequest.
#include "code.h"

namespace dupmark {

std::vector<Setting> SignatureSettings() {
  return WithLooks({
      Setting{"signature-algorithms", Bullet::kSignatureAlgorithms, "SSL_set1_sigalgs_list",
              "it offers the default signature algorithms",
              Only({APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_SIGALGS_LIST, 0, (void*)"ECDSA+SHA256");),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_SIGALGS_LIST, 0, (void*)"ECDSA+SHA256");),
                    SHOWS(return extension_holds(ssl, 13, "\0\2\4\3", 4);),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_SIGALGS_LIST, 0, (void*)"ECDSA+SHA384");),
                    GUARDS(return refuses(ssl, rsa_server(), "a server that signs with RSA");)})},
      Setting{"signature-algorithms-overridden", Bullet::kSignatureAlgorithms, "SSL_set1_sigalgs_list",
              "it offers the signature algorithms of the SSL_CTX",
              Only({CONTEXT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_SIGALGS_LIST, 0, (void*)"RSA-PSS+SHA256");),
                    APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_SIGALGS_LIST, 0, (void*)"ECDSA+SHA256");),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_SIGALGS_LIST, 0, (void*)"ECDSA+SHA256");),
                    SHOWS(return extension_holds(ssl, 13, "\0\2\4\3", 4);),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_SIGALGS_LIST, 0, (void*)"ECDSA+SHA384");),
                    GUARDS(return refuses(ssl, rsa_server(), "a server that signs with RSA");)})},
      Setting{"client-signature-algorithms", Bullet::kSignatureAlgorithms, "SSL_set1_client_sigalgs_list",
              "it asks clients for the default signature algorithms",
              Only({APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_CLIENT_SIGALGS_LIST, 0, (void*)"ECDSA+SHA256");),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_CLIENT_SIGALGS_LIST, 0, (void*)"ECDSA+SHA256");),
                    SHOWS(return equal(requested_signature(ssl), 0x0403);),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_CLIENT_SIGALGS_LIST, 0, (void*)"ECDSA+SHA384");)})},
      Setting{"client-signature-algorithms-overridden", Bullet::kSignatureAlgorithms, "SSL_set1_client_sigalgs_list",
              "it asks clients for the signature algorithms of the SSL_CTX",
              Only({CONTEXT(
                        return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_CLIENT_SIGALGS_LIST, 0, (void*)"RSA+SHA256");),
                    APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_CLIENT_SIGALGS_LIST, 0, (void*)"ECDSA+SHA256");),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_CLIENT_SIGALGS_LIST, 0, (void*)"ECDSA+SHA256");),
                    SHOWS(return equal(requested_signature(ssl), 0x0403);),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_CLIENT_SIGALGS_LIST, 0, (void*)"ECDSA+SHA384");)})},
  });
}

}  // namespace dupmark
