// The lowest and highest protocol version of a handle.
#include "code.h"

namespace dupmark {

std::vector<Setting> ProtocolSettings() {
  return WithLooks({
      Setting{"min-proto-version", Bullet::kProtocolBounds, "SSL_set_min_proto_version",
              "it accepts older protocol versions",
              Only({APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, NULL);),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, NULL);),
                    SHOWS(return equal(SSL_ctrl(ssl, SSL_CTRL_GET_MIN_PROTO_VERSION, 0, NULL), TLS1_2_VERSION);),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_3_VERSION, NULL);),
                    GUARDS(SSL_set_security_level(ssl, 0); return refuses(ssl, old_server(),
                           "a server that knows TLS 1.1 only");)})}
          .Everyday(),
      Setting{"max-proto-version", Bullet::kProtocolBounds, "SSL_set_max_proto_version",
              "it offers newer protocol versions",
              Only({APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, TLS1_2_VERSION, NULL);),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_MAX_PROTO_VERSION, TLS1_2_VERSION, NULL);),
                    SHOWS(return equal(SSL_ctrl(ssl, SSL_CTRL_GET_MAX_PROTO_VERSION, 0, NULL), TLS1_2_VERSION);),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, TLS1_3_VERSION, NULL);)})}
          .ConflictsWith({"max-proto-version-raised", "max-proto-version-cleared", "psk-client-callback",
                          "psk-use-session-callback", "psk-find-session-callback", "block-padding",
                          "certificate-compression", "post-handshake-auth"})
          .Everyday(),
      Setting{"min-proto-version-lowered", Bullet::kProtocolBounds, "SSL_set_min_proto_version",
              "it refuses versions that it was allowed",
              Only({CONTEXT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_3_VERSION, NULL);),
                    APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, NULL);),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, NULL);),
                    SHOWS(return equal(SSL_ctrl(ssl, SSL_CTRL_GET_MIN_PROTO_VERSION, 0, NULL), TLS1_2_VERSION);),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_3_VERSION, NULL);)})},
      Setting{"min-proto-version-cleared", Bullet::kProtocolBounds, "SSL_set_min_proto_version(ssl, 0)",
              "it refuses versions that it was allowed",
              Only({CONTEXT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_3_VERSION, NULL);),
                    APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_MIN_PROTO_VERSION, 0, NULL);),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_MIN_PROTO_VERSION, 0, NULL);),
                    SHOWS(return equal(SSL_ctrl(ssl, SSL_CTRL_GET_MIN_PROTO_VERSION, 0, NULL), 0);),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_3_VERSION, NULL);)})}
          .ConflictsWith({"min-proto-version", "min-proto-version-lowered"}),
      Setting{"max-proto-version-raised", Bullet::kProtocolBounds, "SSL_set_max_proto_version",
              "it does not offer the newest version",
              Only({CONTEXT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_MAX_PROTO_VERSION, TLS1_2_VERSION, NULL);),
                    APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, TLS1_3_VERSION, NULL);),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_MAX_PROTO_VERSION, TLS1_3_VERSION, NULL);),
                    SHOWS(return equal(SSL_ctrl(ssl, SSL_CTRL_GET_MAX_PROTO_VERSION, 0, NULL), TLS1_3_VERSION);),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, TLS1_2_VERSION, NULL);)})}
          .ConflictsWith({"max-proto-version-cleared"}),
      Setting{"max-proto-version-cleared", Bullet::kProtocolBounds, "SSL_set_max_proto_version(ssl, 0)",
              "it does not offer the newest version",
              Only({CONTEXT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_MAX_PROTO_VERSION, TLS1_2_VERSION, NULL);),
                    APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, 0, NULL);),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_MAX_PROTO_VERSION, 0, NULL);),
                    SHOWS(return equal(SSL_ctrl(ssl, SSL_CTRL_GET_MAX_PROTO_VERSION, 0, NULL), 0);),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, TLS1_2_VERSION, NULL);)})},
  });
}

}  // namespace dupmark
