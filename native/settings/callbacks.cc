// Callbacks that a handle carries. Most have no getter: they are seen by what a handshake makes them do.
#include "../handshake.h"
#include "setting.h"

namespace dupmark {
namespace {

// Calls of the message callback in this thread; a callback has no other way to tell the verifier.
thread_local int messages_seen = 0;

void CountMessage(int, int, int, const void*, size_t, SSL*, void*) { messages_seen++; }

}  // namespace

std::vector<Setting> CallbackSettings() {
  return {
      {"msg-callback", Bullet::kCallbacks, kOpenssl111, Documented::kCarried, kOpenssl111, {"default"},
       {DUPMARK_NEED(SSL_set_msg_callback), DUPMARK_NEED(SSL_do_handshake), DUPMARK_NEED(SSL_set_connect_state),
        DUPMARK_NEED(SSL_set_bio), DUPMARK_NEED(BIO_s_mem)},
       [](Scene& scene) {
         const Api& api = scene.api;
         return Prepare(
             [&api](SSL* ssl) {
               api.SSL_set_msg_callback(ssl, CountMessage);
               return true;
             },
             [&api](SSL* ssl) {
               messages_seen = 0;
               const Status begun = BeginHandshake(api, ssl);  // writes a ClientHello, which is a message
               if (!begun.ok()) return Seen(false, begun.message());
               return Seen(messages_seen > 0, "not called for the ClientHello");
             });
       }},
  };
}

}  // namespace dupmark
