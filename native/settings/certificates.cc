// What a handle shows of itself, and whom it names as trusted: certificate, key, chain, CA list.
#include "../fixtures/certificates.h"
#include "../resources.h"
#include "setting.h"

namespace dupmark {
namespace {

std::unique_ptr<Prepared> CertificateAndKey(Scene& scene) {
  const Api& api = scene.api;
  const bool rsa = scene.level == "rsa";
  const Certificate certificate = ReadCertificate(api, rsa ? fixtures::kRsaCertificate : fixtures::kEcdsaCertificate);
  if (certificate == nullptr) return Unprepared(scene, "PEM_read_bio_X509");
  const Key key = ReadKey(api, rsa ? fixtures::kRsaKey : fixtures::kEcdsaKey);
  if (key == nullptr) return Unprepared(scene, "PEM_read_bio_PrivateKey");
  return Prepare(
      [&api, certificate, key](SSL* ssl) {
        return api.SSL_use_certificate(ssl, certificate.get()) == 1 && api.SSL_use_PrivateKey(ssl, key.get()) == 1;
      },
      [&api, certificate, key](SSL* ssl) {
        if (api.SSL_get_certificate(ssl) != certificate.get()) return Seen(false, "another certificate, or none");
        if (api.SSL_get_privatekey(ssl) != key.get()) return Seen(false, "another private key, or none");
        return Seen(api.SSL_check_private_key(ssl) == 1, "the key does not belong to the certificate");
      });
}

std::unique_ptr<Prepared> CertificateChain(Scene& scene) {
  const Api& api = scene.api;
  const Certificate intermediate = ReadCertificate(api, fixtures::kIntermediateCertificate);
  const Certificate root = ReadCertificate(api, fixtures::kRootCertificate);
  if (intermediate == nullptr || root == nullptr) return Unprepared(scene, "PEM_read_bio_X509");
  const Stack chain = NewStack(api);
  if (chain == nullptr || api.OPENSSL_sk_push(chain.get(), intermediate.get()) == 0 ||
      api.OPENSSL_sk_push(chain.get(), root.get()) == 0) {
    return Unprepared(scene, "OPENSSL_sk_push");
  }
  return Prepare(
      // SSL_set1_chain, which hangs the chain on the certificate that is current; where none has been set, on the
      // place for one. So that this alone costs no more than the chain, and goes with any certificate.
      [&api, intermediate, root, chain](SSL* ssl) {
        return api.SSL_ctrl(ssl, openssl::SSL_CTRL_CHAIN, 1, chain.get()) == 1;
      },
      [&api, intermediate, root](SSL* ssl) {
        OPENSSL_STACK* seen = nullptr;
        if (api.SSL_ctrl(ssl, openssl::SSL_CTRL_GET_CHAIN_CERTS, 0, &seen) != 1) return Seen(false, "no chain");
        const int length = seen == nullptr ? 0 : api.OPENSSL_sk_num(seen);
        if (length != 2) return Seen(false, "a chain of " + std::to_string(length));
        return Seen(api.OPENSSL_sk_value(seen, 0) == intermediate.get() && api.OPENSSL_sk_value(seen, 1) == root.get(),
                    "other certificates in the chain");
      });
}

std::unique_ptr<Prepared> ClientCaList(Scene& scene) {
  const Api& api = scene.api;
  const Certificate root = ReadCertificate(api, fixtures::kRootCertificate);
  const Certificate intermediate = ReadCertificate(api, fixtures::kIntermediateCertificate);
  if (root == nullptr || intermediate == nullptr) return Unprepared(scene, "PEM_read_bio_X509");
  const Stack names = NewStack(api);
  if (names == nullptr || api.OPENSSL_sk_push(names.get(), api.X509_get_subject_name(root.get())) == 0 ||
      api.OPENSSL_sk_push(names.get(), api.X509_get_subject_name(intermediate.get())) == 0) {
    return Unprepared(scene, "OPENSSL_sk_push");
  }
  auto* list = reinterpret_cast<stack_st_X509_NAME*>(names.get());
  return Prepare(
      // SSL_set_client_CA_list takes the list over, so that every handle needs a copy: a program pays for both.
      [&api, list, names, root, intermediate](SSL* ssl) {
        stack_st_X509_NAME* copy = api.SSL_dup_CA_list(list);
        if (copy == nullptr) return false;
        api.SSL_set_client_CA_list(ssl, copy);
        return true;
      },
      [&api, names, root, intermediate](SSL* ssl) {
        auto* seen = reinterpret_cast<OPENSSL_STACK*>(api.SSL_get_client_CA_list(ssl));
        const int length = seen == nullptr ? 0 : api.OPENSSL_sk_num(seen);
        if (length != 2) return Seen(false, "a list of " + std::to_string(length));
        for (int i = 0; i < length; i++) {
          if (api.X509_NAME_cmp(static_cast<X509_NAME*>(api.OPENSSL_sk_value(seen, i)),
                                static_cast<X509_NAME*>(api.OPENSSL_sk_value(names.get(), i))) != 0) {
            return Seen(false, "other names in the list");
          }
        }
        return Seen(true);
      });
}

}  // namespace

std::vector<Setting> CertificateSettings() {
  return {
      {"certificate", Bullet::kCertificates, kOpenssl111, Documented::kCarried, kOpenssl111, {"ecdsa", "rsa"},
       {DUPMARK_NEED(PEM_read_bio_X509), DUPMARK_NEED(PEM_read_bio_PrivateKey), DUPMARK_NEED(SSL_use_certificate),
        DUPMARK_NEED(SSL_use_PrivateKey), DUPMARK_NEED(SSL_get_certificate), DUPMARK_NEED(SSL_get_privatekey),
        DUPMARK_NEED(SSL_check_private_key)},
       CertificateAndKey},
      {"certificate-chain", Bullet::kCertificates, kOpenssl111, Documented::kCarried, kOpenssl111, {"default"},
       {DUPMARK_NEED(PEM_read_bio_X509), DUPMARK_NEED(SSL_ctrl),
        DUPMARK_NEED(OPENSSL_sk_new_null), DUPMARK_NEED(OPENSSL_sk_push), DUPMARK_NEED(OPENSSL_sk_num),
        DUPMARK_NEED(OPENSSL_sk_value)},
       CertificateChain},
      {"client-ca-list", Bullet::kCaList, kOpenssl111, Documented::kCarried, kOpenssl111, {"default"},
       {DUPMARK_NEED(PEM_read_bio_X509), DUPMARK_NEED(X509_get_subject_name), DUPMARK_NEED(SSL_dup_CA_list),
        DUPMARK_NEED(SSL_set_client_CA_list), DUPMARK_NEED(SSL_get_client_CA_list), DUPMARK_NEED(X509_NAME_cmp),
        DUPMARK_NEED(OPENSSL_sk_push), DUPMARK_NEED(OPENSSL_sk_value)},
       ClientCaList},
  };
}

}  // namespace dupmark
