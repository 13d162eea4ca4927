// A session to resume, taken from a real handshake.
#include <array>
#include <cstring>

#include "../fixtures/certificates.h"
#include "../handshake.h"
#include "../resources.h"
#include "setting.h"

namespace dupmark {
namespace {

// Runs a handshake against a server of its own and gives the client's session, or null with `scene.failure`.
Session SessionOfHandshake(Scene& scene) {
  const Api& api = scene.api;
  const Context server_context = NewContext(api);
  const Certificate certificate = ReadCertificate(api, fixtures::kEcdsaCertificate);
  const Key key = ReadKey(api, fixtures::kEcdsaKey);
  if (server_context == nullptr || certificate == nullptr || key == nullptr ||
      api.SSL_CTX_use_certificate(server_context.get(), certificate.get()) != 1 ||
      api.SSL_CTX_use_PrivateKey(server_context.get(), key.get()) != 1) {
    scene.failure = Failed(api, "making a server");
    return nullptr;
  }
  const Handle client = NewHandle(api, scene.ctx);
  const Handle server = NewHandle(api, server_context.get());
  if (client == nullptr || server == nullptr) {
    scene.failure = Failed(api, "SSL_new");
    return nullptr;
  }
  scene.failure = CompleteHandshake(api, client.get(), server.get());
  if (!scene.failure.ok()) return nullptr;
  SSL_SESSION* session = api.SSL_get1_session(client.get());
  if (session == nullptr) scene.failure = Failed(api, "SSL_get1_session");
  return session == nullptr ? nullptr : Session(session, api.SSL_SESSION_free);
}

// The session's id, which stays the same in a copy.
std::string SessionId(const Api& api, const SSL_SESSION* session) {
  unsigned int length = 0;
  const unsigned char* id = api.SSL_SESSION_get_id(session, &length);
  return std::string(reinterpret_cast<const char*>(id), length);
}

}  // namespace

std::vector<Setting> SessionSettings() {
  return {
      {"session", Bullet::kSession, kOpenssl111, Documented::kCarried, kOpenssl111, {"default"},
       {DUPMARK_NEED(SSL_set_session), DUPMARK_NEED(SSL_get_session), DUPMARK_NEED(SSL_get1_session),
        DUPMARK_NEED(SSL_SESSION_get_id), DUPMARK_NEED(SSL_do_handshake), DUPMARK_NEED(SSL_CTX_use_certificate),
        DUPMARK_NEED(SSL_CTX_use_PrivateKey), DUPMARK_NEED(BIO_s_mem)},
       [](Scene& scene) -> std::unique_ptr<Prepared> {
         const Api& api = scene.api;
         const Session session = SessionOfHandshake(scene);
         if (session == nullptr) return nullptr;
         return Prepare([&api, session](SSL* ssl) { return api.SSL_set_session(ssl, session.get()) == 1; },
                        [&api, session](SSL* ssl) {
                          const SSL_SESSION* seen = api.SSL_get_session(ssl);
                          if (seen == nullptr) return Seen(false, "no session");
                          return Seen(SessionId(api, seen) == SessionId(api, session.get()), "another session");
                        });
       }},
  };
}

}  // namespace dupmark
