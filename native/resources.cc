#include "resources.h"

namespace dupmark {
namespace {

// A shared_ptr calls its deleter for null as well; not every OpenSSL function would mind, but none needs to.
template <class T, class Free>
std::shared_ptr<T> Own(T* object, Free free_function) {
  return object == nullptr ? nullptr : std::shared_ptr<T>(object, free_function);
}

template <class Read>
auto ReadPem(const Api& api, const char* pem, Read read) -> decltype(read(nullptr, nullptr, nullptr, nullptr)) {
  BIO* bio = api.BIO_new_mem_buf(pem, -1);
  if (bio == nullptr) return nullptr;
  auto* object = read(bio, nullptr, nullptr, nullptr);
  api.BIO_free(bio);
  return object;
}

}  // namespace

Handle NewHandle(const Api& api, SSL_CTX* ctx) { return Own(api.SSL_new(ctx), api.SSL_free); }

Context NewContext(const Api& api) { return Own(api.SSL_CTX_new(api.TLS_method()), api.SSL_CTX_free); }

Certificate ReadCertificate(const Api& api, const char* pem) {
  return Own(ReadPem(api, pem, api.PEM_read_bio_X509), api.X509_free);
}

Key ReadKey(const Api& api, const char* pem) {
  return Own(ReadPem(api, pem, api.PEM_read_bio_PrivateKey), api.EVP_PKEY_free);
}

Stack NewStack(const Api& api) { return Own(api.OPENSSL_sk_new_null(), api.OPENSSL_sk_free); }

}  // namespace dupmark
