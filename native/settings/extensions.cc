// Extensions that a handle sends or answers, seen in its ClientHello where it is a client's.
#include "code.h"

namespace dupmark {

std::vector<Setting> ExtensionSettings() {
  return WithLooks({
      Setting{"server-name", Bullet::kUndocumented, "SSL_set_tlsext_host_name",
              "it sends no server name: a shared host answers with the wrong certificate",
              Only({APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, 0, (void*)"own.example");),
                    SHOWS(return extension_holds(ssl, 0, "own.example", 11);),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, 0, (void*)"other.example");)})},
      Setting{"alpn-protocols", Bullet::kUndocumented, "SSL_set_alpn_protos", "it negotiates no application protocol",
              Only({APPLY(return SSL_set_alpn_protos(ssl, (const unsigned char*)"\2h2", 3) == 0;),
                    INHERIT(return SSL_CTX_set_alpn_protos(ctx, (const unsigned char*)"\2h2", 3) == 0;),
                    SHOWS(return extension_holds(ssl, 16, "\2h2", 3);),
                    CHANGE(return SSL_set_alpn_protos(ssl, (const unsigned char*)"\3foo", 4) == 0;)})},
      Setting{"max-fragment-length", Bullet::kUndocumented, "SSL_set_tlsext_max_fragment_length",
              "it does not ask for short records",
              Only({APPLY(return SSL_set_tlsext_max_fragment_length(ssl, TLSEXT_max_fragment_length_512);),
                    INHERIT(return SSL_CTX_set_tlsext_max_fragment_length(ctx, TLSEXT_max_fragment_length_512);),
                    SHOWS(return extension_holds(ssl, 1, "\1", 1);),
                    CHANGE(return SSL_set_tlsext_max_fragment_length(ssl, 2);)})},
      Setting{"srtp-profiles", Bullet::kUndocumented, "SSL_set_tlsext_use_srtp", "it negotiates no SRTP",
              Only({APPLY(return SSL_set_tlsext_use_srtp(ssl, "SRTP_AES128_CM_SHA1_80") == 0;),
                    INHERIT(return SSL_CTX_set_tlsext_use_srtp(ctx, "SRTP_AES128_CM_SHA1_80") == 0;),
                    SHOWS(return holds(SSL_get_srtp_profiles(ssl) != NULL, "there are none");)})}
          .ConflictsWith({"param-purpose", "param-trust", "param-time", "param-host", "param-host-overridden",
                          "param-email", "param-ip", "max-send-fragment", "block-padding", "padding-callback",
                          "extension-debug-callback", "extension-debug-data"}),
      Setting{"status-request", Bullet::kOcspStatusType, "SSL_set_tlsext_status_type",
              "it does not ask for the OCSP status of its peer's certificate",
              Only({APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_STATUS_REQ_TYPE, TLSEXT_STATUSTYPE_ocsp, NULL);),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_TLSEXT_STATUS_REQ_TYPE, TLSEXT_STATUSTYPE_ocsp,
                            NULL);),
                    SHOWS(return equal(SSL_ctrl(ssl, SSL_CTRL_GET_TLSEXT_STATUS_REQ_TYPE, 0, NULL),
                                       TLSEXT_STATUSTYPE_ocsp);),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_STATUS_REQ_TYPE, -1, NULL);)})},
      Setting{"status-request-off", Bullet::kOcspStatusType, "SSL_set_tlsext_status_type(ssl, -1)",
              "it asks for the OCSP status although told not to",
              Only({CONTEXT(
                        return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_TLSEXT_STATUS_REQ_TYPE, TLSEXT_STATUSTYPE_ocsp, NULL);),
                    APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_STATUS_REQ_TYPE, -1, NULL);),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_TLSEXT_STATUS_REQ_TYPE, -1, NULL);),
                    SHOWS(return equal(SSL_ctrl(ssl, SSL_CTRL_GET_TLSEXT_STATUS_REQ_TYPE, 0, NULL), -1);),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_STATUS_REQ_TYPE, TLSEXT_STATUSTYPE_ocsp,
                                                NULL);)})}
          .ConflictsWith({"status-request", "ct-validation-callback"}),
      Setting{"status-response", Bullet::kUndocumented, "SSL_set_tlsext_status_ocsp_resp",
              "as a server it staples no OCSP response",
              Only({APPLY(void* response = CRYPTO_malloc(4, "application.c", 1); memcpy(response, "ocsp", 4);
                          if (SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_STATUS_REQ_OCSP_RESP, 4, response) == 1) return 1;
                          CRYPTO_free(response, "", 0); return 0;),
                    SHOWS(const unsigned char* seen = NULL;
                          return equal(SSL_ctrl(ssl, SSL_CTRL_GET_TLSEXT_STATUS_REQ_OCSP_RESP, 0, &seen), 4);)})},
      Setting{"extension-debug-callback", Bullet::kUndocumented, "SSL_set_tlsext_debug_callback",
              "its peer's extensions are not traced",
              Only({APPLY(SSL_callback_ctrl(ssl, SSL_CTRL_SET_TLSEXT_DEBUG_CB, (void (*)(void))on_extension); return 1;),
                    SHOWS(calls = 0; connects(ssl); return called();),
                    CHANGE(SSL_callback_ctrl(ssl, SSL_CTRL_SET_TLSEXT_DEBUG_CB, NULL); return 1;)})},
      Setting{"extension-debug-data", Bullet::kUndocumented, "SSL_set_tlsext_debug_arg",
              "the trace of extensions has no data",
              Only({APPLY(SSL_callback_ctrl(ssl, SSL_CTRL_SET_TLSEXT_DEBUG_CB, (void (*)(void))on_extension);
                          return (int)SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_DEBUG_ARG, 0, &own_data);),
                    SHOWS(calls = 0; call_argument = NULL; connects(ssl); return called() && same(call_argument, &own_data);),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_DEBUG_ARG, 0, NULL);)})},
      Setting{"server-cert-type", Bullet::kServerCertType, "SSL_set1_server_cert_type",
              "it takes X.509 certificates only, no raw public keys",
              Only({APPLY(return SSL_set1_server_cert_type(ssl, (const unsigned char*)"\2", 1);),
                    INHERIT(return SSL_CTX_set1_server_cert_type(ctx, (const unsigned char*)"\2", 1);),
                    SHOWS(unsigned char* types = NULL; size_t length = 0;
                          SSL_get0_server_cert_type(ssl, &types, &length); seen_object = types; return equal(length, 1);),
                    CHANGE(return SSL_set1_server_cert_type(ssl, NULL, 0);)})},
      Setting{"client-cert-type", Bullet::kClientCertType, "SSL_set1_client_cert_type",
              "it shows X.509 certificates only, no raw public keys",
              Only({APPLY(return SSL_set1_client_cert_type(ssl, (const unsigned char*)"\2", 1);),
                    INHERIT(return SSL_CTX_set1_client_cert_type(ctx, (const unsigned char*)"\2", 1);),
                    SHOWS(unsigned char* types = NULL; size_t length = 0;
                          SSL_get0_client_cert_type(ssl, &types, &length); seen_object = types; return equal(length, 1);),
                    CHANGE(return SSL_set1_client_cert_type(ssl, NULL, 0);)})},
      Setting{"certificate-compression", Bullet::kUndocumented, "SSL_set1_cert_comp_preference",
              "it offers the compressions of the SSL_CTX",
              Only({APPLY(int zlib = 1; return SSL_set1_cert_comp_preference(ssl, &zlib, 1);),
                    INHERIT(int zlib = 1; return SSL_CTX_set1_cert_comp_preference(ctx, &zlib, 1);),
                    SHOWS(return extension_holds(ssl, 27, "\2\0\1", 3);)})}
          .ConflictsWith({"client-cert-type"}),
      Setting{"ct-validation-callback", Bullet::kCtValidation, "SSL_set_ct_validation_callback",
              "it does not check certificate transparency",
              Only({APPLY(return SSL_set_ct_validation_callback(ssl, on_ct, NULL);),
                    INHERIT(return SSL_CTX_set_ct_validation_callback(ctx, on_ct, NULL);),
                    SHOWS(return equal(SSL_ct_is_enabled(ssl), 1);),
                    CHANGE(return SSL_set_ct_validation_callback(ssl, NULL, NULL);),
                    GUARDS(return asks_for_transparency(ssl);)})},
      Setting{"ech-store", Bullet::kEch, "SSL_set1_echstore", "its ClientHello names the server in clear",
              Only({APPLY(return SSL_set1_echstore(ssl, own_echstore());),
                    INHERIT(return SSL_CTX_set1_echstore(ctx, own_echstore());),
                    SHOWS(OSSL_ECHSTORE* store = SSL_get1_echstore(ssl); int there = store != NULL;
                          OSSL_ECHSTORE_free(store); return holds(there, "there is none");),
                    CHANGE(return SSL_set1_echstore(ssl, NULL);),
                    GUARDS(return hides_name(ssl);)})}
          .ConflictsWith({"param-purpose", "param-trust", "param-time", "param-host", "param-host-overridden",
                          "param-email", "param-ip", "dane-base-domain", "session-secret-callback",
                          "max-send-fragment", "block-padding", "padding-callback", "server-name"}),
      Setting{"ech-hello", Bullet::kEch, "SSL_set1_echstore", "its ClientHello names the server in clear",
              Only({APPLY(return SSL_set1_echstore(ssl, own_echstore()) &&
                                 (int)SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, 0, (void*)"inner.example");),
                    SHOWS(return sends_extension(ssl, 0xfe0d);),
                    CHANGE(return SSL_set1_echstore(ssl, NULL);)})}
          .ConflictsWith({"max-proto-version", "param-purpose", "param-trust", "param-time", "param-host",
                          "param-host-overridden", "param-email", "param-ip", "dane-base-domain",
                          "session-secret-callback", "max-send-fragment", "block-padding", "padding-callback",
                          "server-name", "srtp-profiles"}),
      Setting{"ech-outer-name", Bullet::kEch, "SSL_ech_set1_outer_server_name", "it sends the default outer name",
              Only({APPLY(return SSL_set1_echstore(ssl, own_echstore()) && SSL_ech_set1_outer_server_name(ssl, "outer.example", 0);),
                    SHOWS(SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, 0, (void*)"inner.example");
                          return extension_holds(ssl, 0, "outer.example", 13);),
                    CHANGE(return SSL_ech_set1_outer_server_name(ssl, "other.example", 0);)})}
          .ConflictsWith({"max-proto-version", "param-purpose", "param-trust", "param-time", "param-host",
                          "param-host-overridden", "param-email", "param-ip", "dane-base-domain",
                          "session-secret-callback", "max-send-fragment", "block-padding", "padding-callback",
                          "server-name", "srtp-profiles"}),
  });
}

}  // namespace dupmark
