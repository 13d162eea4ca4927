#include "node_layer.h"

#include "clock.h"
#include "fixtures/certificates.h"
#include "handshake.h"

namespace dupmark {
Status NodeLayer::Prepare() {
  if (api_.SSL_CTX_use_certificate == nullptr || api_.SSL_CTX_use_PrivateKey == nullptr ||
      api_.SSL_CTX_set_cipher_list == nullptr || api_.SSL_CTX_set_verify == nullptr ||
      api_.SSL_CTX_get_cert_store == nullptr || api_.X509_STORE_add_cert == nullptr) {
    return Status::Error("the library lacks a function that sets up a context");
  }
  client_ = NewContext(api_);
  server_ = NewContext(api_);
  const Certificate root = ReadCertificate(api_, fixtures::kRootCertificate);
  const Certificate intermediate = ReadCertificate(api_, fixtures::kIntermediateCertificate);
  const Certificate certificate = ReadCertificate(api_, fixtures::kEcdsaCertificate);
  const Key key = ReadKey(api_, fixtures::kEcdsaKey);
  if (client_ == nullptr || server_ == nullptr || root == nullptr || intermediate == nullptr || certificate == nullptr || key == nullptr) {
    return Failed(api_, "making a client and a server");
  }
  if (api_.SSL_CTX_use_certificate(server_.get(), certificate.get()) != 1 ||
      api_.SSL_CTX_use_PrivateKey(server_.get(), key.get()) != 1) {
    return Failed(api_, "giving the server its certificate");
  }
  X509_STORE* trusted = api_.SSL_CTX_get_cert_store(client_.get());
  if (api_.X509_STORE_add_cert(trusted, root.get()) != 1 || api_.X509_STORE_add_cert(trusted, intermediate.get()) != 1) {
    return Failed(api_, "giving the client its authorities");
  }
  api_.SSL_CTX_set_verify(client_.get(), openssl::SSL_VERIFY_PEER, nullptr);
  // One of each, so that what is made once for a process is made before anything is timed.
  double ignored;
  return TimeConnections(1, &ignored);
}

Status NodeLayer::TimeContexts(const char* ciphers, uint64_t iterations, double* ns) const {
  const int64_t started = NowNs();
  for (uint64_t i = 0; i < iterations; i++) {
    SSL_CTX* ctx = api_.SSL_CTX_new(api_.TLS_method());
    if (ctx == nullptr) return Failed(api_, "SSL_CTX_new");
    const int listed = api_.SSL_CTX_set_cipher_list(ctx, ciphers);
    api_.SSL_CTX_free(ctx);
    if (listed != 1) return Failed(api_, "SSL_CTX_set_cipher_list");
  }
  *ns = static_cast<double>(NowNs() - started) / static_cast<double>(iterations);
  return Status::Ok();
}

Status NodeLayer::TimeConnections(uint64_t iterations, double* ns) const {
  const int64_t started = NowNs();
  for (uint64_t i = 0; i < iterations; i++) {
    const Handle client = NewHandle(api_, client_.get());
    const Handle server = NewHandle(api_, server_.get());
    if (client == nullptr || server == nullptr) return Failed(api_, "SSL_new");
    const Status status = CompleteHandshake(api_, client.get(), server.get());
    if (!status.ok()) return status;
  }
  *ns = static_cast<double>(NowNs() - started) / static_cast<double>(iterations);
  return Status::Ok();
}

}  // namespace dupmark
