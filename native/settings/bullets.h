// The list of what SSL_dup duplicates on the man page SSL_new(3), one line a bullet, in its order,
// as 1.1.1h to 3.6 have it.
#pragma once

#define DUPMARK_BULLETS(B)                                                                                        \
  B(kSession, "session", "any session data if configured (including the session_id_context)")                     \
  B(kTmpDh, "tmp-dh",                                                                                              \
    "any tmp_dh settings set via SSL_set_tmp_dh(3), SSL_set_tmp_dh_callback(3), or SSL_set_dh_auto(3)")            \
  B(kCertificates, "certificates", "any configured certificates, private keys or certificate chains")             \
  B(kSignatureAlgorithms, "signature-algorithms",                                                                  \
    "any configured signature algorithms, or client signature algorithms")                                        \
  B(kDane, "dane", "any DANE settings")                                                                            \
  B(kOptions, "options", "any Options set via SSL_set_options(3)")                                                 \
  B(kMode, "mode", "any Mode set via SSL_set_mode(3)")                                                             \
  B(kProtocolBounds, "protocol-bounds",                                                                            \
    "any minimum or maximum protocol settings set via SSL_set_min_proto_version(3) or "                           \
    "SSL_set_max_proto_version(3) (Note: Only from OpenSSL 1.1.1h and above)")                                    \
  B(kVerify, "verify",                                                                                             \
    "any Verify mode, callback or depth set via SSL_set_verify(3) or SSL_set_verify_depth(3) or any configured "  \
    "X509 verification parameters")                                                                               \
  B(kCallbacks, "callbacks",                                                                                       \
    "any msg callback or info callback set via SSL_set_msg_callback(3) or SSL_set_info_callback(3)")              \
  B(kPasswordCallback, "password-callback",                                                                        \
    "any default password callback set via SSL_set_default_passwd_cb(3)")                                         \
  B(kGenerateSessionId, "generate-session-id",                                                                     \
    "any session id generation callback set via SSL_set_generate_session_id(3)")                                  \
  B(kCipherList, "cipher-list", "any configured Cipher List")                                                      \
  B(kInitialState, "initial-state", "initial accept (server) or connect (client) state")                          \
  B(kMaxCertList, "max-cert-list", "the max cert list value set via SSL_set_max_cert_list(3)")                     \
  B(kReadAhead, "read-ahead", "the read_ahead value set via SSL_set_read_ahead(3)")                                \
  B(kExData, "ex-data", "application specific data set via SSL_set_ex_data(3)")                                    \
  B(kCaList, "ca-list",                                                                                            \
    "any CA list or client CA list set via SSL_set0_CA_list(3), SSL_set0_client_CA_list() or similar functions")  \
  B(kSecurityLevel, "security-level", "any security level settings or callbacks")                                  \
  B(kServerinfo, "serverinfo", "any configured serverinfo data")                                                   \
  B(kPskIdentityHint, "psk-identity-hint", "any configured PSK identity hint")                                     \
  B(kCustomExtensions, "custom-extensions", "any configured custom extensions")                                   \
  B(kClientCertificateTypes, "client-certificate-types",                                                           \
    "any client certificate types configured via SSL_set1_client_certificate_types")                              \
  B(kUndocumented, "undocumented", "no bullet of the man page names it")

namespace dupmark {

enum class Bullet {
#define DUPMARK_BULLET(constant, id, text) constant,
  DUPMARK_BULLETS(DUPMARK_BULLET)
#undef DUPMARK_BULLET
};

const char* BulletId(Bullet bullet);

}  // namespace dupmark
