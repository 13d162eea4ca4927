#include "soak.h"

namespace dupmark {

SSL* Hands::New(SSL_CTX* ctx, SiteId site) {
  SSL* ssl = api_.SSL_new(ctx);
  if (ssl == nullptr) return nullptr;
  if (!oracles::Own(api_, ssl)) {
    api_.SSL_free(ssl);
    return nullptr;
  }
  ledger.Take(site);
  model.Take(ssl);
  return ssl;
}

SSL* Hands::Dup(SSL* ssl, SiteId site) {
  if (!model.Knows(ssl)) {
    ledger.Refuse(0, site, /*use=*/true);
    return nullptr;
  }
  SSL* duplicate = api_.SSL_dup(ssl);
  if (duplicate == nullptr) return nullptr;
  // A handle whose handshake has begun is not copied: the answer is the same handle with a reference more.
  ledger.Take(site);
  model.Take(duplicate);
  return duplicate;
}

bool Hands::UpRef(SSL* ssl, SiteId site) {
  if (!model.Knows(ssl)) {
    ledger.Refuse(0, site, /*use=*/true);
    return false;
  }
  if (api_.SSL_up_ref(ssl) != 1) return false;
  ledger.Take(site);
  model.Take(ssl);
  return true;
}

void Hands::Free(SSL* ssl, SiteId reference, SiteId at) {
  if (!ledger.GiveBack(reference, at)) return;
  const int64_t left = model.GiveBack(ssl);
  if (left < 0) {
    ledger.Refuse(reference, at, /*use=*/false);
    return;
  }
  const uint64_t before = oracles::HandlesFreed();
  api_.SSL_free(ssl);
  if (!alone_ || mismatch.found) return;
  const bool freed = oracles::HandlesFreed() != before;
  if (freed != (left == 0)) mismatch = {true, freed, reference, at};
}

SSL_SESSION* Hands::TakeSession(SSL* ssl, SiteId site) {
  SSL_SESSION* session = api_.SSL_get1_session(ssl);
  if (session != nullptr) ledger.Take(site);
  return session;
}

void Hands::FreeSession(SSL_SESSION* session, SiteId reference, SiteId at) {
  if (ledger.GiveBack(reference, at)) api_.SSL_SESSION_free(session);
}

bool Hands::UpRefContext(SSL_CTX* ctx, SiteId site) {
  if (api_.SSL_CTX_up_ref == nullptr || api_.SSL_CTX_up_ref(ctx) != 1) return false;
  ledger.Take(site);
  return true;
}

BIO* Hands::NewBio(SiteId site) {
  BIO* bio = api_.BIO_new(api_.BIO_s_mem());
  if (bio != nullptr) ledger.Take(site);
  return bio;
}

void Hands::FreeBio(BIO* bio, SiteId reference, SiteId at) {
  if (ledger.GiveBack(reference, at)) api_.BIO_free(bio);
}

}  // namespace dupmark
