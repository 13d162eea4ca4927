// A session to resume, and what a server's sessions are made with.
#include "code.h"

namespace dupmark {

std::vector<Setting> SessionSettings() {
  return WithLooks({
      Setting{"session", Bullet::kSession, "SSL_set_session", "it makes a full handshake instead of resuming",
              Only({APPLY(return SSL_set_session(ssl, real_session());),
                    SHOWS(return same(SSL_get_session(ssl), real_session());),
                    CHANGE(return SSL_set_session(ssl, NULL);)})}
          .ConflictsWith({"verify-result"})
          .Everyday()
          .IsSession(),
      Setting{"session-id-context", Bullet::kSession, "SSL_set_session_id_context",
              "its sessions belong to no application",
              Only({APPLY(return SSL_set_session_id_context(ssl, (const unsigned char*)"own", 3);),
                    INHERIT(return SSL_CTX_set_session_id_context(ctx, (const unsigned char*)"own", 3);),
                    SHOWS(return session_context_is(ssl, "own");),
                    CHANGE(return SSL_set_session_id_context(ssl, (const unsigned char*)"other", 5);),
                    GUARDS(return refuses_foreign_session(ssl);)})},
      Setting{"session-id-context-overridden", Bullet::kSession, "SSL_set_session_id_context",
              "its sessions belong to the application of the SSL_CTX",
              Only({CONTEXT(return SSL_CTX_set_session_id_context(ctx, (const unsigned char*)"context", 7);),
                    APPLY(return SSL_set_session_id_context(ssl, (const unsigned char*)"own", 3);),
                    INHERIT(return SSL_CTX_set_session_id_context(ctx, (const unsigned char*)"own", 3);),
                    SHOWS(return session_context_is(ssl, "own");),
                    CHANGE(return SSL_set_session_id_context(ssl, (const unsigned char*)"other", 5);)})},
      Setting{"generate-session-id", Bullet::kGenerateSessionId, "SSL_set_generate_session_id",
              "its session ids are OpenSSL's own",
              Only({APPLY(return SSL_set_generate_session_id(ssl, on_session_id);),
                    INHERIT(return SSL_CTX_set_generate_session_id(ctx, on_session_id);),
                    SHOWS(SSL_set_options(ssl, SSL_OP_NO_TICKET); calls = 0; serves_tls12(ssl); return called();),
                    CHANGE(return SSL_set_generate_session_id(ssl, NULL);)})},
      Setting{"not-resumable-callback", Bullet::kUndocumented, "SSL_set_not_resumable_session_callback",
              "nobody is asked whether its sessions may be resumed",
              Only({APPLY(SSL_set_not_resumable_session_callback(ssl, on_not_resumable); return 1;),
                    INHERIT(SSL_CTX_set_not_resumable_session_callback(ctx, on_not_resumable); return 1;),
                    SHOWS(calls = 0; serves_tls12(ssl); return called();),
                    CHANGE(SSL_set_not_resumable_session_callback(ssl, NULL); return 1;)})},
      Setting{"session-ticket-extension", Bullet::kUndocumented, "SSL_set_session_ticket_ext",
              "it does not send the application's ticket",
              Only({APPLY(return SSL_set_session_ticket_ext(ssl, (void*)"own ticket", 10);),
                    SHOWS(only_tls12(ssl); return extension_holds(ssl, 35, "own ticket", 10);),
                    CHANGE(return SSL_set_session_ticket_ext(ssl, (void*)"other", 5);)})}
          .ConflictsWith({"options", "signature-algorithms", "signature-algorithms-overridden", "param-purpose",
                          "param-trust", "param-time", "param-host", "param-host-overridden", "param-email",
                          "param-ip", "dane-records", "dane-base-domain", "groups", "groups-overridden",
                          "max-send-fragment", "block-padding", "padding-callback", "server-name", "alpn-protocols",
                          "max-fragment-length", "extension-debug-callback", "extension-debug-data",
                          "certificate-compression", "ech-store", "ech-hello", "ech-outer-name", "ciphersuites-hello",
                          "post-handshake-auth", "ssl-method"}),
      Setting{"session-ticket-callback", Bullet::kUndocumented, "SSL_set_session_ticket_ext_cb",
              "the application does not see clients' tickets",
              Only({APPLY(return SSL_set_session_ticket_ext_cb(ssl, on_ticket_extension, NULL);),
                    SHOWS(calls = 0; serves_tls12(ssl); return called();),
                    CHANGE(return SSL_set_session_ticket_ext_cb(ssl, NULL, NULL);)})},
      Setting{"session-secret-callback", Bullet::kUndocumented, "SSL_set_session_secret_cb",
              "the application cannot give the master secret",
              Only({APPLY(return SSL_set_session_secret_cb(ssl, on_session_secret, NULL);),
                    SHOWS(calls = 0; serves_tls12(ssl); return called();),
                    CHANGE(return SSL_set_session_secret_cb(ssl, NULL, NULL);)})},
  });
}

}  // namespace dupmark
