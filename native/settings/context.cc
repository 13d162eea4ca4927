// What cannot be set on a handle at all: only on the SSL_CTX, which a duplicate shares with its original.
#include "code.h"

namespace dupmark {

std::vector<Setting> ContextSettings() {
  return WithLooks({
      Setting{"serverinfo", Bullet::kServerinfo, "SSL_CTX_use_serverinfo", "it answers without the server information",
              Only({CONTEXT(return SSL_CTX_use_certificate(ctx, ecdsa_certificate()) &&
                                   SSL_CTX_use_PrivateKey(ctx, ecdsa_key()) &&
                                   SSL_CTX_use_serverinfo(ctx, (const unsigned char*)"\3\351\0\1x", 5);),
                    SHOWS(return serves_serverinfo(ssl);)})}
          .OnlyOnContext(),
      Setting{"custom-extension", Bullet::kCustomExtensions, "SSL_CTX_add_client_custom_ext",
              "it does not send the extension",
              Only({CONTEXT(return SSL_CTX_add_client_custom_ext(ctx, 1001, NULL, NULL, NULL, NULL, NULL);),
                    SHOWS(return sends_extension(ssl, 1001);)})}
          .OnlyOnContext(),
      Setting{"keylog-callback", Bullet::kUndocumented, "SSL_CTX_set_keylog_callback", "its secrets are not logged",
              Only({CONTEXT(SSL_CTX_set_keylog_callback(ctx, on_keylog); return 1;),
                    SHOWS(calls = 0; connects(ssl); return called();)})}
          .OnlyOnContext(),
      Setting{"server-name-callback", Bullet::kUndocumented, "SSL_CTX_set_tlsext_servername_callback",
              "nobody looks at the client's server name",
              Only({CONTEXT(return (int)SSL_CTX_callback_ctrl(ctx, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                                                              (void (*)(void))on_server_name);),
                    SHOWS(calls = 0; serves(ssl); return called();)})}
          .OnlyOnContext(),
      Setting{"alpn-select-callback", Bullet::kUndocumented, "SSL_CTX_set_alpn_select_cb",
              "as a server it chooses no application protocol",
              Only({CONTEXT(SSL_CTX_set_alpn_select_cb(ctx, on_alpn, NULL); return 1;),
                    SHOWS(calls = 0; serves_alpn(ssl); return called();)})}
          .OnlyOnContext(),
      Setting{"ticket-key-callback", Bullet::kUndocumented, "SSL_CTX_set_tlsext_ticket_key_cb",
              "its tickets have OpenSSL's own keys",
              Only({CONTEXT(return (int)SSL_CTX_callback_ctrl(ctx, SSL_CTRL_SET_TLSEXT_TICKET_KEY_CB,
                                                              (void (*)(void))on_ticket_key);),
                    SHOWS(calls = 0; serves_tls12(ssl); return called();)})}
          .OnlyOnContext(),
      Setting{"client-hello-callback", Bullet::kUndocumented, "SSL_CTX_set_client_hello_cb",
              "nobody looks at ClientHellos first",
              Only({CONTEXT(SSL_CTX_set_client_hello_cb(ctx, on_client_hello, NULL); return 1;),
                    SHOWS(calls = 0; serves(ssl); return called();)})}
          .OnlyOnContext(),
      Setting{"new-session-callback", Bullet::kUndocumented, "SSL_CTX_sess_set_new_cb",
              "the application is not given new sessions",
              Only({CONTEXT(SSL_CTX_ctrl(ctx, SSL_CTRL_SET_SESS_CACHE_MODE, SSL_SESS_CACHE_CLIENT, NULL);
                            SSL_CTX_sess_set_new_cb(ctx, on_new_session); return 1;),
                    SHOWS(calls = 0; connects(ssl); return called();)})}
          .OnlyOnContext(),
      Setting{"session-timeout", Bullet::kUndocumented, "SSL_CTX_set_timeout", "its sessions live for the default time",
              Only({CONTEXT(SSL_CTX_set_timeout(ctx, 77); return 1;),
                    SHOWS(return serves(ssl) && equal(SSL_SESSION_get_timeout(SSL_get_session(ssl)), 77);)})}
          .OnlyOnContext(),
  });
}

}  // namespace dupmark
