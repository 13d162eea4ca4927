// SSL_OP_* options and SSL_MODE_* modes.
#include "code.h"

namespace dupmark {

std::vector<Setting> OptionSettings() {
  return WithLooks({
      Setting{"options", Bullet::kOptions, "SSL_set_options", "its connections issue tickets and renegotiate again",
              Only({APPLY(SSL_set_options(ssl, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION); return 1;),
                    INHERIT(SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION); return 1;),
                    SHOWS(return equal(SSL_get_options(ssl) & (SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION),
                                       SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);),
                    CHANGE(SSL_clear_options(ssl, SSL_OP_NO_TICKET); return 1;)})}
          .ConflictsWith({"options-cleared"})
          .Everyday(),
      Setting{"options-cleared", Bullet::kOptions, "SSL_clear_options",
              "an option of the SSL_CTX that was cleared is on again",
              Only({CONTEXT(SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET); return 1;),
                    APPLY(SSL_clear_options(ssl, SSL_OP_NO_TICKET); return 1;),
                    INHERIT(SSL_CTX_clear_options(ctx, SSL_OP_NO_TICKET); return 1;),
                    SHOWS(return equal(SSL_get_options(ssl) & SSL_OP_NO_TICKET, 0);),
                    CHANGE(SSL_set_options(ssl, SSL_OP_NO_TICKET); return 1;)})},
      Setting{"options-above-32-bits", Bullet::kOptions, "SSL_set_options", "options above bit 31 are off",
              Only({APPLY(SSL_set_options(ssl, SSL_OP_NO_TX_CERTIFICATE_COMPRESSION); return 1;),
                    INHERIT(SSL_CTX_set_options(ctx, SSL_OP_NO_TX_CERTIFICATE_COMPRESSION); return 1;),
                    SHOWS(return holds((SSL_get_options(ssl) & SSL_OP_NO_TX_CERTIFICATE_COMPRESSION) != 0, "not set");),
                    CHANGE(SSL_clear_options(ssl, SSL_OP_NO_TX_CERTIFICATE_COMPRESSION); return 1;)})}
          .Since(kOpenssl32),
      Setting{"mode", Bullet::kMode, "SSL_set_mode", "partial writes and released buffers are off",
              Only({APPLY(SSL_ctrl(ssl, SSL_CTRL_MODE, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_RELEASE_BUFFERS, NULL);
                          return 1;),
                    INHERIT(SSL_CTX_ctrl(ctx, SSL_CTRL_MODE, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_RELEASE_BUFFERS,
                            NULL); return 1;),
                    SHOWS(return equal(SSL_ctrl(ssl, SSL_CTRL_MODE, 0, NULL) &
                                           (SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_RELEASE_BUFFERS),
                                       SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_RELEASE_BUFFERS);),
                    CHANGE(SSL_ctrl(ssl, SSL_CTRL_CLEAR_MODE, SSL_MODE_RELEASE_BUFFERS, NULL); return 1;)})}
          .Everyday(),
      Setting{"mode-cleared", Bullet::kMode, "SSL_clear_mode", "a mode of the SSL_CTX that was cleared is on again",
              Only({CONTEXT(SSL_CTX_ctrl(ctx, SSL_CTRL_MODE, SSL_MODE_AUTO_RETRY, NULL); return 1;),
                    APPLY(SSL_ctrl(ssl, SSL_CTRL_CLEAR_MODE, SSL_MODE_AUTO_RETRY, NULL); return 1;),
                    INHERIT(SSL_CTX_ctrl(ctx, SSL_CTRL_CLEAR_MODE, SSL_MODE_AUTO_RETRY, NULL); return 1;),
                    SHOWS(return equal(SSL_ctrl(ssl, SSL_CTRL_MODE, 0, NULL) & SSL_MODE_AUTO_RETRY, 0);),
                    CHANGE(SSL_ctrl(ssl, SSL_CTRL_MODE, SSL_MODE_AUTO_RETRY, NULL); return 1;)})},
  });
}

}  // namespace dupmark
