// The list of what SSL_dup duplicates on the man page SSL_new(3), one line a bullet, in its order: 23 up to 3.6, of
// which one is said to hold from 1.1.1h, and five more in 4.0. The number is the OpenSSL_version_num from which the page
// promises it: a setting may exist for longer.
#pragma once

#define DUPMARK_BULLETS(B)                                                                                          \
  B(kSession, "session", 0x1010100fL, "any session data if configured (including the session_id_context)")          \
  B(kTmpDh, "tmp-dh", 0x1010100fL,                                                                                  \
    "any tmp_dh settings set via SSL_set_tmp_dh(3), SSL_set_tmp_dh_callback(3), or SSL_set_dh_auto(3)")             \
  B(kCertificates, "certificates", 0x1010100fL, "any configured certificates, private keys or certificate chains")  \
  B(kSignatureAlgorithms, "signature-algorithms", 0x1010100fL,                                                      \
    "any configured signature algorithms, or client signature algorithms")                                          \
  B(kDane, "dane", 0x1010100fL, "any DANE settings")                                                                \
  B(kOptions, "options", 0x1010100fL, "any Options set via SSL_set_options(3)")                                     \
  B(kMode, "mode", 0x1010100fL, "any Mode set via SSL_set_mode(3)")                                                 \
  B(kProtocolBounds, "protocol-bounds", 0x1010108fL,                                                                \
    "any minimum or maximum protocol settings set via SSL_set_min_proto_version(3) or "                             \
    "SSL_set_max_proto_version(3) (Note: Only from OpenSSL 1.1.1h and above)")                                      \
  B(kVerify, "verify", 0x1010100fL,                                                                                 \
    "any Verify mode, callback or depth set via SSL_set_verify(3) or SSL_set_verify_depth(3) or any configured "    \
    "X509 verification parameters")                                                                                 \
  B(kCallbacks, "callbacks", 0x1010100fL,                                                                           \
    "any msg callback or info callback set via SSL_set_msg_callback(3) or SSL_set_info_callback(3)")                \
  B(kPasswordCallback, "password-callback", 0x1010100fL,                                                            \
    "any default password callback set via SSL_set_default_passwd_cb(3)")                                           \
  B(kGenerateSessionId, "generate-session-id", 0x1010100fL,                                                         \
    "any session id generation callback set via SSL_set_generate_session_id(3)")                                    \
  B(kCipherList, "cipher-list", 0x1010100fL, "any configured Cipher List")                                          \
  B(kInitialState, "initial-state", 0x1010100fL, "initial accept (server) or connect (client) state")               \
  B(kMaxCertList, "max-cert-list", 0x1010100fL, "the max cert list value set via SSL_set_max_cert_list(3)")         \
  B(kReadAhead, "read-ahead", 0x1010100fL, "the read_ahead value set via SSL_set_read_ahead(3)")                    \
  B(kExData, "ex-data", 0x1010100fL, "application specific data set via SSL_set_ex_data(3)")                        \
  B(kCaList, "ca-list", 0x1010100fL,                                                                                \
    "any CA list or client CA list set via SSL_set0_CA_list(3), SSL_set0_client_CA_list() or similar functions")    \
  B(kSecurityLevel, "security-level", 0x1010100fL, "any security level settings or callbacks")                      \
  B(kServerinfo, "serverinfo", 0x1010100fL, "any configured serverinfo data")                                       \
  B(kPskIdentityHint, "psk-identity-hint", 0x1010100fL, "any configured PSK identity hint")                         \
  B(kCustomExtensions, "custom-extensions", 0x1010100fL, "any configured custom extensions")                        \
  B(kClientCertificateTypes, "client-certificate-types", 0x1010100fL,                                               \
    "any client certificate types configured via SSL_set1_client_certificate_types")                                \
  B(kEch, "ech", 0x40000000L, "any Encrypted Client Hello (ECH) settings (see SSL_set1_echstore(3)).")              \
  B(kServerCertType, "server-cert-type", 0x40000000L,                                                               \
    "type of server certificate set via SSL_set1_server_cert_type(3).")                                             \
  B(kClientCertType, "client-cert-type", 0x40000000L,                                                               \
    "type of client certificate set via SSL_set1_client_cert_type(3).")                                             \
  B(kCtValidation, "ct-validation", 0x40000000L,                                                                    \
    "certificate transparency validation callback set via SSL_set_ct_validation_callback(3),")                      \
  B(kOcspStatusType, "ocsp-status-type", 0x40000000L, "OCSP validation set via SSL_set_tlsext_status_type(3).")     \
  B(kUndocumented, "undocumented", 0x1010100fL, "no bullet of the man page names it")

namespace dupmark {

enum class Bullet {
#define DUPMARK_BULLET(constant, id, since, text) constant,
  DUPMARK_BULLETS(DUPMARK_BULLET)
#undef DUPMARK_BULLET
};

struct BulletFacts {
  const char* id;
  unsigned long since;
  const char* text;
};

const BulletFacts& FactsOf(Bullet bullet);

}  // namespace dupmark
