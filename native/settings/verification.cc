// How a handle verifies its peer: mode, callback and depth.
#include "code.h"

namespace dupmark {

std::vector<Setting> VerificationSettings() {
  return WithLooks({
      Setting{"verify", Bullet::kVerify, "SSL_set_verify", "it accepts any peer",
              Only({APPLY(SSL_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, accept_nothing);
                          return 1;),
                    INHERIT(SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, accept_nothing);
                            return 1;),
                    SHOWS(return holds(SSL_get_verify_callback(ssl) == accept_nothing, "another callback") &&
                                 equal(SSL_get_verify_mode(ssl), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT);),
                    CHANGE(SSL_set_verify(ssl, SSL_VERIFY_NONE, NULL); return 1;),
                    GUARDS(return refuses(ssl, server_peer(), "a server whose certificate nobody vouches for");)})}
          .ConflictsWith({"verify-mode", "verify-mode-lowered", "verify-callback-overridden", "tmp-dh", "tmp-dh-key",
                          "dh-auto", "session-id-context", "session-id-context-overridden", "max-send-fragment",
                          "block-padding", "padding-callback"})
          .Everyday(),
      Setting{"verify-mode", Bullet::kVerify, "SSL_set_verify", "it accepts any peer",
              Only({APPLY(SSL_set_verify(ssl, SSL_VERIFY_PEER, NULL); return 1;),
                    INHERIT(SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL); return 1;),
                    SHOWS(return equal(SSL_get_verify_mode(ssl), SSL_VERIFY_PEER);),
                    CHANGE(SSL_set_verify(ssl, SSL_VERIFY_NONE, NULL); return 1;),
                    GUARDS(return refuses(ssl, server_peer(), "a server whose certificate nobody vouches for");)})}
          .ConflictsWith({"verify-mode-lowered"}),
      Setting{"verify-mode-lowered", Bullet::kVerify, "SSL_set_verify(ssl, SSL_VERIFY_NONE, …)",
              "it verifies although told not to",
              Only({CONTEXT(SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL); return 1;),
                    APPLY(SSL_set_verify(ssl, SSL_VERIFY_NONE, NULL); return 1;),
                    INHERIT(SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL); return 1;),
                    SHOWS(return equal(SSL_get_verify_mode(ssl), SSL_VERIFY_NONE);),
                    CHANGE(SSL_set_verify(ssl, SSL_VERIFY_PEER, NULL); return 1;)})},
      Setting{"verify-callback-overridden", Bullet::kVerify, "SSL_set_verify",
              "the verify callback of the SSL_CTX decides",
              Only({CONTEXT(SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, accept_everything); return 1;),
                    APPLY(SSL_set_verify(ssl, SSL_VERIFY_PEER, accept_nothing); return 1;),
                    INHERIT(SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, accept_nothing); return 1;),
                    SHOWS(return holds(SSL_get_verify_callback(ssl) == accept_nothing, "another callback");),
                    CHANGE(SSL_set_verify(ssl, SSL_VERIFY_PEER, accept_everything); return 1;),
                    GUARDS(return refuses(ssl, server_peer(), "a server whose certificate nobody vouches for");)})}
          .ConflictsWith({"verify-mode-lowered"}),
      Setting{"verify-depth", Bullet::kVerify, "SSL_set_verify_depth", "it accepts longer chains",
              Only({APPLY(SSL_set_verify_depth(ssl, 3); return 1;),
                    INHERIT(SSL_CTX_set_verify_depth(ctx, 3); return 1;),
                    SHOWS(return equal(SSL_get_verify_depth(ssl), 3);),
                    CHANGE(SSL_set_verify_depth(ssl, 5); return 1;)})},
      Setting{"verify-depth-lowered", Bullet::kVerify, "SSL_set_verify_depth", "it accepts longer chains",
              Only({CONTEXT(SSL_CTX_set_verify_depth(ctx, 9); return 1;), APPLY(SSL_set_verify_depth(ssl, 3); return 1;),
                    INHERIT(SSL_CTX_set_verify_depth(ctx, 3); return 1;),
                    SHOWS(return equal(SSL_get_verify_depth(ssl), 3);),
                    CHANGE(SSL_set_verify_depth(ssl, 5); return 1;)})},
      Setting{"verify-result", Bullet::kUndocumented, "SSL_set_verify_result", "its result is X509_V_OK",
              Only({APPLY(SSL_set_verify_result(ssl, X509_V_ERR_INVALID_PURPOSE); return 1;),
                    SHOWS(return equal(SSL_get_verify_result(ssl), X509_V_ERR_INVALID_PURPOSE);),
                    CHANGE(SSL_set_verify_result(ssl, 0); return 1;)})},
  });
}

}  // namespace dupmark
