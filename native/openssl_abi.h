// Our own declarations of what dupmark uses of OpenSSL. No OpenSSL header is included anywhere in native/: one
// binary serves every version, and each function is looked up by name in the library under test.
//
// A function is one line here and nothing else: the list is expanded into the struct of pointers (below), into
// the look-up (library.cc) and into the check against each version's real headers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "openssl_constants.h"

// C types by their OpenSSL struct tags, so that the same declarations compile against the real headers.
extern "C" {
typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;
typedef struct ssl_method_st SSL_METHOD;
typedef struct ssl_session_st SSL_SESSION;
typedef struct bio_st BIO;
typedef struct bio_method_st BIO_METHOD;
typedef struct x509_st X509;
typedef struct X509_name_st X509_NAME;
typedef struct x509_store_ctx_st X509_STORE_CTX;
typedef struct evp_pkey_st EVP_PKEY;
typedef struct crypto_ex_data_st CRYPTO_EX_DATA;
typedef struct stack_st OPENSSL_STACK;
typedef struct X509_VERIFY_PARAM_st X509_VERIFY_PARAM;
typedef struct x509_store_st X509_STORE;
typedef struct asn1_object_st ASN1_OBJECT;
typedef struct dh_st DH;
typedef struct evp_md_st EVP_MD;
typedef struct ssl_cipher_st SSL_CIPHER;
typedef struct evp_cipher_ctx_st EVP_CIPHER_CTX;
typedef struct hmac_ctx_st HMAC_CTX;
typedef struct ct_policy_eval_ctx_st CT_POLICY_EVAL_CTX;
typedef struct ossl_echstore_st OSSL_ECHSTORE;
typedef struct ossl_lib_ctx_st OSSL_LIB_CTX;
typedef struct {
  uint16_t kem_id;
  uint16_t kdf_id;
  uint16_t aead_id;
} OSSL_HPKE_SUITE;
struct stack_st_X509_NAME;
struct stack_st_SSL_CIPHER;
struct stack_st_SCT;
struct stack_st_SRTP_PROTECTION_PROFILE;

typedef void* (*CRYPTO_malloc_fn)(size_t, const char*, int);
typedef void* (*CRYPTO_realloc_fn)(void*, size_t, const char*, int);
typedef void (*CRYPTO_free_fn)(void*, const char*, int);
typedef int (*SSL_verify_cb)(int, X509_STORE_CTX*);
typedef int pem_password_cb(char*, int, int, void*);
typedef void dupmark_msg_callback(int, int, int, const void*, size_t, SSL*, void*);
typedef void dupmark_info_callback(const SSL*, int, int);
typedef int (*dupmark_security_callback)(const SSL*, const SSL_CTX*, int, int, int, void*, void*);
typedef unsigned int (*dupmark_psk_client)(SSL*, const char*, char*, unsigned int, unsigned char*, unsigned int);
typedef unsigned int (*dupmark_psk_server)(SSL*, const char*, unsigned char*, unsigned int);
typedef int (*dupmark_psk_use_session)(SSL*, const EVP_MD*, const unsigned char**, size_t*, SSL_SESSION**);
typedef int (*dupmark_psk_find_session)(SSL*, const unsigned char*, size_t, SSL_SESSION**);
typedef int (*dupmark_session_secret)(SSL*, void*, int*, struct stack_st_SSL_CIPHER*, const SSL_CIPHER**, void*);
typedef int (*dupmark_alpn_select)(SSL*, const unsigned char**, unsigned char*, const unsigned char*, unsigned int,
                                   void*);
typedef int (*dupmark_custom_add)(SSL*, unsigned int, const unsigned char**, size_t*, int*, void*);
typedef void (*dupmark_custom_free)(SSL*, unsigned int, const unsigned char*, void*);
typedef int (*dupmark_custom_parse)(SSL*, unsigned int, const unsigned char*, size_t, int*, void*);
typedef int (*dupmark_ct_callback)(const CT_POLICY_EVAL_CTX*, const struct stack_st_SCT*, void*);
}

// F(need, return type, name, parameters). `required`: without it the library is no libssl that dupmark can
// work with. `optional`: its absence makes the operations and settings that need it "absent".
#define DUPMARK_OPENSSL_FUNCTIONS(F)                                                                   \
  F(required, const char*, OpenSSL_version, (int))                                                     \
  F(required, unsigned long, OpenSSL_version_num, (void))                                              \
  F(required, unsigned long, ERR_get_error, (void))                                                    \
  F(required, void, ERR_error_string_n, (unsigned long, char*, size_t))                                \
  F(required, void, ERR_clear_error, (void))                                                           \
  F(required, int, CRYPTO_set_mem_functions, (CRYPTO_malloc_fn, CRYPTO_realloc_fn, CRYPTO_free_fn))    \
  F(required, void*, CRYPTO_malloc, (size_t, const char*, int))                                        \
  F(required, void*, CRYPTO_realloc, (void*, size_t, const char*, int))                                \
  F(required, void, CRYPTO_free, (void*, const char*, int))                                            \
  F(required, const SSL_METHOD*, TLS_method, (void))                                                   \
  F(required, SSL_CTX*, SSL_CTX_new, (const SSL_METHOD*))                                              \
  F(required, void, SSL_CTX_free, (SSL_CTX*))                                                          \
  F(required, SSL*, SSL_new, (SSL_CTX*))                                                               \
  F(required, void, SSL_free, (SSL*))                                                                  \
  F(optional, SSL*, SSL_dup, (SSL*))                                                                   \
  F(optional, int, SSL_up_ref, (SSL*))                                                                 \
  F(optional, int, SSL_clear, (SSL*))                                                                  \
  F(optional, long, SSL_ctrl, (SSL*, int, long, void*))                                                \
  F(optional, long, SSL_CTX_ctrl, (SSL_CTX*, int, long, void*))                                        \
  F(optional, BIO*, BIO_new, (const BIO_METHOD*))                                                      \
  F(optional, const BIO_METHOD*, BIO_s_mem, (void))                                                    \
  F(optional, BIO*, BIO_new_mem_buf, (const void*, int))                                               \
  F(optional, int, BIO_free, (BIO*))                                                                   \
  F(optional, int, BIO_read, (BIO*, void*, int))                                                       \
  F(optional, int, BIO_write, (BIO*, const void*, int))                                                \
  F(optional, void, SSL_set_bio, (SSL*, BIO*, BIO*))                                                   \
  F(optional, void, SSL_set_connect_state, (SSL*))                                                     \
  F(optional, void, SSL_set_accept_state, (SSL*))                                                      \
  F(optional, int, SSL_do_handshake, (SSL*))                                                           \
  F(optional, int, SSL_get_error, (const SSL*, int))                                                   \
  F(optional, int, SSL_read, (SSL*, void*, int))                                                       \
  F(optional, uint64_t, SSL_set_options, (SSL*, uint64_t))                                             \
  F(optional, uint64_t, SSL_get_options, (const SSL*))                                                 \
  F(optional, int, SSL_set_cipher_list, (SSL*, const char*))                                           \
  F(optional, const char*, SSL_get_cipher_list, (const SSL*, int))                                     \
  F(optional, void, SSL_set_verify, (SSL*, int, SSL_verify_cb))                                        \
  F(optional, int, SSL_get_verify_mode, (const SSL*))                                                  \
  F(optional, SSL_verify_cb, SSL_get_verify_callback, (const SSL*))                                    \
  F(optional, X509*, PEM_read_bio_X509, (BIO*, X509**, pem_password_cb*, void*))                       \
  F(optional, EVP_PKEY*, PEM_read_bio_PrivateKey, (BIO*, EVP_PKEY**, pem_password_cb*, void*))         \
  F(optional, void, X509_free, (X509*))                                                                \
  F(optional, X509_NAME*, X509_get_subject_name, (const X509*))                                        \
  F(optional, void, EVP_PKEY_free, (EVP_PKEY*))                                                        \
  F(optional, int, X509_NAME_cmp, (const X509_NAME*, const X509_NAME*))                                \
  F(optional, int, SSL_use_certificate, (SSL*, X509*))                                                 \
  F(optional, int, SSL_use_PrivateKey, (SSL*, EVP_PKEY*))                                              \
  F(optional, X509*, SSL_get_certificate, (const SSL*))                                                \
  F(optional, EVP_PKEY*, SSL_get_privatekey, (const SSL*))                                             \
  F(optional, int, SSL_check_private_key, (const SSL*))                                                \
  F(optional, int, SSL_CTX_use_certificate, (SSL_CTX*, X509*))                                         \
  F(optional, int, SSL_CTX_use_PrivateKey, (SSL_CTX*, EVP_PKEY*))                                      \
  F(optional, OPENSSL_STACK*, OPENSSL_sk_new_null, (void))                                             \
  F(optional, int, OPENSSL_sk_push, (OPENSSL_STACK*, const void*))                                     \
  F(optional, int, OPENSSL_sk_num, (const OPENSSL_STACK*))                                             \
  F(optional, void*, OPENSSL_sk_value, (const OPENSSL_STACK*, int))                                    \
  F(optional, void, OPENSSL_sk_free, (OPENSSL_STACK*))                                                 \
  F(optional, void, SSL_set_client_CA_list, (SSL*, stack_st_X509_NAME*))                               \
  F(optional, stack_st_X509_NAME*, SSL_dup_CA_list, (const stack_st_X509_NAME*))                       \
  F(optional, stack_st_X509_NAME*, SSL_get_client_CA_list, (const SSL*))                               \
  F(optional, int, CRYPTO_get_ex_new_index,                                                            \
    (int, long, void*, void (*)(void*, void*, CRYPTO_EX_DATA*, int, long, void*),                      \
     int (*)(CRYPTO_EX_DATA*, const CRYPTO_EX_DATA*, void**, int, long, void*),                        \
     void (*)(void*, void*, CRYPTO_EX_DATA*, int, long, void*)))                                       \
  F(optional, int, SSL_set_ex_data, (SSL*, int, void*))                                                \
  F(optional, void*, SSL_get_ex_data, (const SSL*, int))                                               \
  F(optional, int, SSL_set_session, (SSL*, SSL_SESSION*))                                              \
  F(optional, SSL_SESSION*, SSL_get_session, (const SSL*))                                             \
  F(optional, SSL_SESSION*, SSL_get1_session, (SSL*))                                                  \
  F(optional, void, SSL_SESSION_free, (SSL_SESSION*))                                                  \
  F(optional, const unsigned char*, SSL_SESSION_get_id, (const SSL_SESSION*, unsigned int*))           \
  F(optional, void, SSL_set_read_ahead, (SSL*, int))                                                   \
  F(optional, int, SSL_get_read_ahead, (const SSL*))                                                   \
  F(optional, void, SSL_set_msg_callback, (SSL*, dupmark_msg_callback*))                               \
  F(optional, const SSL_METHOD*, DTLS_method, (void))                                                  \
  F(optional, const SSL_METHOD*, TLS_client_method, (void))                                            \
  F(optional, const SSL_METHOD*, TLS_server_method, (void))                                            \
  F(optional, const SSL_METHOD*, DTLS_client_method, (void))                                           \
  F(optional, const SSL_METHOD*, DTLS_server_method, (void))                                           \
  F(optional, const SSL_METHOD*, OSSL_QUIC_client_thread_method, (void))                               \
  F(optional, const SSL_METHOD*, OSSL_QUIC_server_method, (void))                                      \
  F(optional, SSL*, SSL_new_listener, (SSL_CTX*, uint64_t))                                            \
  F(optional, const SSL_METHOD*, OSSL_QUIC_client_method, (void))                                      \
  F(optional, int, SSL_write, (SSL*, const void*, int))                                                \
  F(optional, int, SSL_is_server, (const SSL*))                                                        \
  F(optional, BIO*, SSL_get_rbio, (const SSL*))                                                        \
  F(optional, BIO*, SSL_get_wbio, (const SSL*))                                                        \
  F(optional, int, BIO_up_ref, (BIO*))                                                                 \
  F(optional, SSL_CTX*, SSL_get_SSL_CTX, (const SSL*))                                                 \
  F(optional, const char*, SSL_get_version, (const SSL*))                                              \
  F(optional, const SSL_CIPHER*, SSL_get_current_cipher, (const SSL*))                                 \
  F(optional, const char*, SSL_CIPHER_get_name, (const SSL_CIPHER*))                                   \
  F(optional, int, SSL_session_reused, (const SSL*))                                                   \
  F(optional, SSL_CTX*, SSL_set_SSL_CTX, (SSL*, SSL_CTX*))                                             \
  F(optional, int, SSL_set_ssl_method, (SSL*, const SSL_METHOD*))                                      \
  F(optional, const SSL_METHOD*, SSL_get_ssl_method, (const SSL*))                                     \
  F(optional, uint64_t, SSL_clear_options, (SSL*, uint64_t))                                           \
  F(optional, uint64_t, SSL_CTX_set_options, (SSL_CTX*, uint64_t))                                     \
  F(optional, uint64_t, SSL_CTX_clear_options, (SSL_CTX*, uint64_t))                                   \
  F(optional, int, SSL_CTX_set_cipher_list, (SSL_CTX*, const char*))                                   \
  F(optional, int, SSL_set_ciphersuites, (SSL*, const char*))                                          \
  F(optional, void, SSL_CTX_set_verify, (SSL_CTX*, int, SSL_verify_cb))                                \
  F(optional, void, SSL_CTX_set_verify_depth, (SSL_CTX*, int))                                         \
  F(optional, void, SSL_set_verify_depth, (SSL*, int))                                                 \
  F(optional, int, SSL_get_verify_depth, (const SSL*))                                                 \
  F(optional, X509_VERIFY_PARAM*, SSL_get0_param, (SSL*))                                              \
  F(optional, X509_VERIFY_PARAM*, SSL_CTX_get0_param, (SSL_CTX*))                                      \
  F(optional, int, X509_VERIFY_PARAM_set_flags, (X509_VERIFY_PARAM*, unsigned long))                   \
  F(optional, int, X509_VERIFY_PARAM_clear_flags, (X509_VERIFY_PARAM*, unsigned long))                 \
  F(optional, unsigned long, X509_VERIFY_PARAM_get_flags, (const X509_VERIFY_PARAM*))                  \
  F(optional, int, X509_VERIFY_PARAM_set_inh_flags, (X509_VERIFY_PARAM*, uint32_t))                    \
  F(optional, uint32_t, X509_VERIFY_PARAM_get_inh_flags, (const X509_VERIFY_PARAM*))                   \
  F(optional, int, X509_VERIFY_PARAM_set_purpose, (X509_VERIFY_PARAM*, int))                           \
  F(optional, int, X509_VERIFY_PARAM_set_trust, (X509_VERIFY_PARAM*, int))                             \
  F(optional, void, X509_VERIFY_PARAM_set_time, (X509_VERIFY_PARAM*, long))                            \
  F(optional, long, X509_VERIFY_PARAM_get_time, (const X509_VERIFY_PARAM*))                            \
  F(optional, void, X509_VERIFY_PARAM_set_auth_level, (X509_VERIFY_PARAM*, int))                       \
  F(optional, int, X509_VERIFY_PARAM_get_auth_level, (const X509_VERIFY_PARAM*))                       \
  F(optional, int, X509_VERIFY_PARAM_set1_name, (X509_VERIFY_PARAM*, const char*))                     \
  F(optional, const char*, X509_VERIFY_PARAM_get0_name, (const X509_VERIFY_PARAM*))                    \
  F(optional, int, X509_VERIFY_PARAM_set1_host, (X509_VERIFY_PARAM*, const char*, size_t))             \
  F(optional, void, X509_VERIFY_PARAM_set_hostflags, (X509_VERIFY_PARAM*, unsigned int))               \
  F(optional, unsigned int, X509_VERIFY_PARAM_get_hostflags, (const X509_VERIFY_PARAM*))               \
  F(optional, int, X509_VERIFY_PARAM_set1_email, (X509_VERIFY_PARAM*, const char*, size_t))            \
  F(optional, int, X509_VERIFY_PARAM_set1_ip_asc, (X509_VERIFY_PARAM*, const char*))                   \
  F(optional, int, X509_VERIFY_PARAM_add0_policy, (X509_VERIFY_PARAM*, ASN1_OBJECT*))                  \
  F(optional, ASN1_OBJECT*, OBJ_txt2obj, (const char*, int))                                           \
  F(optional, void, ASN1_OBJECT_free, (ASN1_OBJECT*))                                                  \
  F(optional, int, X509_STORE_CTX_get_error, (const X509_STORE_CTX*))                                  \
  F(optional, X509_STORE*, X509_STORE_new, (void))                                                     \
  F(optional, int, X509_STORE_add_cert, (X509_STORE*, X509*))                                          \
  F(optional, X509_STORE*, SSL_CTX_get_cert_store, (const SSL_CTX*))                                   \
  F(optional, int, X509_add1_trust_object, (X509*, const ASN1_OBJECT*))                                \
  F(optional, X509*, X509_dup, (const X509*))                                                          \
  F(optional, int, i2d_X509, (const X509*, unsigned char**))                                           \
  F(optional, void, SSL_set_verify_result, (SSL*, long))                                               \
  F(optional, long, SSL_get_verify_result, (const SSL*))                                               \
  F(optional, int, SSL_CTX_dane_enable, (SSL_CTX*))                                                    \
  F(optional, unsigned long, SSL_CTX_dane_set_flags, (SSL_CTX*, unsigned long))                        \
  F(optional, int, SSL_dane_enable, (SSL*, const char*))                                               \
  F(optional, int, SSL_dane_tlsa_add, (SSL*, uint8_t, uint8_t, uint8_t, const unsigned char*, size_t)) \
  F(optional, unsigned long, SSL_dane_set_flags, (SSL*, unsigned long))                                \
  F(optional, unsigned long, SSL_dane_clear_flags, (SSL*, unsigned long))                              \
  F(optional, int, SSL_get0_dane_tlsa, (SSL*, uint8_t*, uint8_t*, uint8_t*, const unsigned char**, size_t*))\
  F(optional, int, SSL_set_session_id_context, (SSL*, const unsigned char*, unsigned int))             \
  F(optional, int, SSL_CTX_set_session_id_context, (SSL_CTX*, const unsigned char*, unsigned int))     \
  F(optional, const unsigned char*, SSL_SESSION_get0_id_context, (const SSL_SESSION*, unsigned int*))  \
  F(optional, long, SSL_SESSION_get_timeout, (const SSL_SESSION*))                                     \
  F(optional, DH*, DH_new_by_nid, (int))                                                               \
  F(optional, void, DH_free, (DH*))                                                                    \
  F(optional, void, SSL_set_tmp_dh_callback, (SSL*, DH* (*)(SSL*, int, int)))                          \
  F(optional, int, SSL_set0_tmp_dh_pkey, (SSL*, EVP_PKEY*))                                            \
  F(optional, EVP_PKEY*, PEM_read_bio_Parameters, (BIO*, EVP_PKEY**))                                  \
  F(optional, int, EVP_PKEY_up_ref, (EVP_PKEY*))                                                       \
  F(optional, int, SSL_get_sigalgs, (SSL*, int, int*, int*, int*, unsigned char*, unsigned char*))     \
  F(optional, void, SSL_set_info_callback, (SSL*, dupmark_info_callback*))                             \
  F(optional, dupmark_info_callback*, SSL_get_info_callback, (const SSL*))                             \
  F(optional, void, SSL_CTX_set_info_callback, (SSL_CTX*, dupmark_info_callback*))                     \
  F(optional, void, SSL_CTX_set_msg_callback, (SSL_CTX*, dupmark_msg_callback*))                       \
  F(optional, void, SSL_set_default_passwd_cb, (SSL*, pem_password_cb*))                               \
  F(optional, pem_password_cb*, SSL_get_default_passwd_cb, (SSL*))                                     \
  F(optional, void, SSL_CTX_set_default_passwd_cb, (SSL_CTX*, pem_password_cb*))                       \
  F(optional, void, SSL_set_default_passwd_cb_userdata, (SSL*, void*))                                 \
  F(optional, void*, SSL_get_default_passwd_cb_userdata, (SSL*))                                       \
  F(optional, int, SSL_set_generate_session_id, (SSL*, int (*)(SSL*, unsigned char*, unsigned int*)))  \
  F(optional, void, SSL_CTX_set_client_CA_list, (SSL_CTX*, stack_st_X509_NAME*))                       \
  F(optional, void, SSL_set0_CA_list, (SSL*, stack_st_X509_NAME*))                                     \
  F(optional, const stack_st_X509_NAME*, SSL_get0_CA_list, (const SSL*))                               \
  F(optional, int, SSL_add_client_CA, (SSL*, X509*))                                                   \
  F(optional, int, SSL_add1_to_CA_list, (SSL*, const X509*))                                           \
  F(optional, void, SSL_set_security_level, (SSL*, int))                                               \
  F(optional, int, SSL_get_security_level, (const SSL*))                                               \
  F(optional, void, SSL_CTX_set_security_level, (SSL_CTX*, int))                                       \
  F(optional, void, SSL_set_security_callback, (SSL*, dupmark_security_callback))                      \
  F(optional, dupmark_security_callback, SSL_get_security_callback, (const SSL*))                      \
  F(optional, void, SSL_set0_security_ex_data, (SSL*, void*))                                          \
  F(optional, void*, SSL_get0_security_ex_data, (const SSL*))                                          \
  F(optional, int, SSL_use_psk_identity_hint, (SSL*, const char*))                                     \
  F(optional, int, SSL_CTX_use_psk_identity_hint, (SSL_CTX*, const char*))                             \
  F(optional, void, SSL_set_psk_client_callback, (SSL*, dupmark_psk_client))                           \
  F(optional, void, SSL_set_psk_server_callback, (SSL*, dupmark_psk_server))                           \
  F(optional, void, SSL_set_psk_use_session_callback, (SSL*, dupmark_psk_use_session))                 \
  F(optional, void, SSL_set_psk_find_session_callback, (SSL*, dupmark_psk_find_session))               \
  F(optional, int, SSL_CTX_use_serverinfo, (SSL_CTX*, const unsigned char*, size_t))                   \
  F(optional, int, SSL_CTX_add_client_custom_ext,                                                      \
    (SSL_CTX*, unsigned int, dupmark_custom_add, dupmark_custom_free, void*, dupmark_custom_parse, void*))\
  F(optional, int, SSL_set_alpn_protos, (SSL*, const unsigned char*, unsigned int))                    \
  F(optional, int, SSL_set_num_tickets, (SSL*, size_t))                                                \
  F(optional, size_t, SSL_get_num_tickets, (const SSL*))                                               \
  F(optional, int, SSL_set_max_early_data, (SSL*, uint32_t))                                           \
  F(optional, uint32_t, SSL_get_max_early_data, (const SSL*))                                          \
  F(optional, int, SSL_set_recv_max_early_data, (SSL*, uint32_t))                                      \
  F(optional, uint32_t, SSL_get_recv_max_early_data, (const SSL*))                                     \
  F(optional, void, SSL_set_allow_early_data_cb, (SSL*, int (*)(SSL*, void*), void*))                  \
  F(optional, void, SSL_set_cert_cb, (SSL*, int (*)(SSL*, void*), void*))                              \
  F(optional, int, SSL_set_block_padding, (SSL*, size_t))                                              \
  F(optional, void, SSL_set_record_padding_callback, (SSL*, size_t (*)(SSL*, int, size_t, void*)))     \
  F(optional, void, SSL_set_record_padding_callback_arg, (SSL*, void*))                                \
  F(optional, void*, SSL_get_record_padding_callback_arg, (const SSL*))                                \
  F(optional, void, SSL_set_default_read_buffer_len, (SSL*, size_t))                                   \
  F(optional, void, SSL_set_quiet_shutdown, (SSL*, int))                                               \
  F(optional, int, SSL_get_quiet_shutdown, (const SSL*))                                               \
  F(optional, void, SSL_set_shutdown, (SSL*, int))                                                     \
  F(optional, int, SSL_get_shutdown, (const SSL*))                                                     \
  F(optional, void, SSL_set_post_handshake_auth, (SSL*, int))                                          \
  F(optional, int, SSL_set1_server_cert_type, (SSL*, const unsigned char*, size_t))                    \
  F(optional, int, SSL_get0_server_cert_type, (const SSL*, unsigned char**, size_t*))                  \
  F(optional, int, SSL_set1_client_cert_type, (SSL*, const unsigned char*, size_t))                    \
  F(optional, int, SSL_get0_client_cert_type, (const SSL*, unsigned char**, size_t*))                  \
  F(optional, int, SSL_set1_cert_comp_preference, (SSL*, int*, size_t))                                \
  F(optional, int, SSL_set_ct_validation_callback, (SSL*, dupmark_ct_callback, void*))                 \
  F(optional, int, SSL_ct_is_enabled, (const SSL*))                                                    \
  F(optional, OSSL_ECHSTORE*, OSSL_ECHSTORE_new, (OSSL_LIB_CTX*, const char*))                                 \
  F(optional, void, OSSL_ECHSTORE_free, (OSSL_ECHSTORE*))                                              \
  F(optional, int, OSSL_ECHSTORE_new_config,                                                           \
    (OSSL_ECHSTORE*, uint16_t, uint8_t, const char*, OSSL_HPKE_SUITE))\
  F(optional, int, SSL_set1_echstore, (SSL*, OSSL_ECHSTORE*))                                          \
  F(optional, OSSL_ECHSTORE*, SSL_get1_echstore, (const SSL*))                                         \
  F(optional, int, SSL_ech_set1_outer_server_name, (SSL*, const char*, int))                           \
  F(optional, void, SSL_ech_set_callback, (SSL*, unsigned int (*)(SSL*, const char*)))                 \
  F(optional, long, SSL_callback_ctrl, (SSL*, int, void (*)(void)))                                    \
  F(optional, long, SSL_CTX_callback_ctrl, (SSL_CTX*, int, void (*)(void)))                            \
  F(optional, int, SSL_set_tlsext_max_fragment_length, (SSL*, uint8_t))                                \
  F(optional, int, SSL_set_tlsext_use_srtp, (SSL*, const char*))                                       \
  F(optional, stack_st_SRTP_PROTECTION_PROFILE*, SSL_get_srtp_profiles, (SSL*))                        \
  F(optional, void, SSL_set_not_resumable_session_callback, (SSL*, int (*)(SSL*, int)))                \
  F(optional, int, SSL_set_session_ticket_ext, (SSL*, void*, int))                                     \
  F(optional, int, SSL_set_session_ticket_ext_cb,                                                      \
    (SSL*, int (*)(SSL*, const unsigned char*, int, void*), void*))\
  F(optional, int, SSL_set_session_secret_cb, (SSL*, dupmark_session_secret, void*))                   \
  F(optional, int, SSL_set_async_callback, (SSL*, int (*)(SSL*, void*)))                               \
  F(optional, void, DTLS_set_timer_cb, (SSL*, unsigned int (*)(SSL*, unsigned int)))                   \
  F(optional, void, SSL_CTX_set_keylog_callback, (SSL_CTX*, void (*)(const SSL*, const char*)))        \
  F(optional, void, SSL_CTX_set_alpn_select_cb, (SSL_CTX*, dupmark_alpn_select, void*))                \
  F(optional, void, SSL_CTX_set_client_hello_cb, (SSL_CTX*, int (*)(SSL*, int*, void*), void*))        \
  F(optional, void, SSL_CTX_sess_set_new_cb, (SSL_CTX*, int (*)(SSL*, SSL_SESSION*)))                  \
  F(optional, long, SSL_CTX_set_timeout, (SSL_CTX*, long))                                             \
  F(optional, unsigned long, ERR_peek_error, (void))                                                   \
  F(optional, int, SSL_CTX_set_num_tickets, (SSL_CTX*, size_t))                                        \
  F(optional, int, SSL_shutdown, (SSL*)) \
  F(optional, int, SSL_CTX_set_ex_data, (SSL_CTX*, int, void*))                                        \
  F(optional, int, SSL_SESSION_set_ex_data, (SSL_SESSION*, int, void*))                                \
  F(optional, int, SSL_CTX_up_ref, (SSL_CTX*))                                                         \
  F(optional, int, SSL_CTX_add1_to_CA_list, (SSL_CTX*, const X509*))                                   \
  F(optional, int, SSL_CTX_add_client_CA, (SSL_CTX*, X509*))                                           \
  F(optional, unsigned long, SSL_CTX_dane_clear_flags, (SSL_CTX*, unsigned long))                      \
  F(optional, void, SSL_CTX_set0_CA_list, (SSL_CTX*, stack_st_X509_NAME*))                             \
  F(optional, void, SSL_CTX_set0_security_ex_data, (SSL_CTX*, void*))                                  \
  F(optional, int, SSL_CTX_set0_tmp_dh_pkey, (SSL_CTX*, EVP_PKEY*))                                    \
  F(optional, int, SSL_CTX_set1_cert_comp_preference, (SSL_CTX*, int*, size_t))                        \
  F(optional, int, SSL_CTX_set1_client_cert_type, (SSL_CTX*, const unsigned char*, size_t))            \
  F(optional, int, SSL_CTX_set1_server_cert_type, (SSL_CTX*, const unsigned char*, size_t))            \
  F(optional, int, SSL_CTX_set1_echstore, (SSL_CTX*, OSSL_ECHSTORE*))                                  \
  F(optional, void, SSL_CTX_set_allow_early_data_cb, (SSL_CTX*, int (*)(SSL*, void*), void*))          \
  F(optional, int, SSL_CTX_set_alpn_protos, (SSL_CTX*, const unsigned char*, unsigned int))            \
  F(optional, int, SSL_CTX_set_async_callback, (SSL_CTX*, int (*)(SSL*, void*)))                       \
  F(optional, int, SSL_CTX_set_block_padding, (SSL_CTX*, size_t))                                      \
  F(optional, void, SSL_CTX_set_cert_cb, (SSL_CTX*, int (*)(SSL*, void*), void*))                      \
  F(optional, int, SSL_CTX_set_ciphersuites, (SSL_CTX*, const char*))                                  \
  F(optional, int, SSL_CTX_set_ct_validation_callback, (SSL_CTX*, dupmark_ct_callback, void*))         \
  F(optional, void, SSL_CTX_set_default_passwd_cb_userdata, (SSL_CTX*, void*))                         \
  F(optional, void, SSL_CTX_set_default_read_buffer_len, (SSL_CTX*, size_t))                           \
  F(optional, int, SSL_CTX_set_generate_session_id, (SSL_CTX*, int (*)(SSL*, unsigned char*, unsigned int*)))\
  F(optional, int, SSL_CTX_set_max_early_data, (SSL_CTX*, uint32_t))                                   \
  F(optional, int, SSL_CTX_set_recv_max_early_data, (SSL_CTX*, uint32_t))                              \
  F(optional, void, SSL_CTX_set_not_resumable_session_callback, (SSL_CTX*, int (*)(SSL*, int)))        \
  F(optional, void, SSL_CTX_set_post_handshake_auth, (SSL_CTX*, int))                                  \
  F(optional, void, SSL_CTX_set_psk_client_callback, (SSL_CTX*, dupmark_psk_client))                   \
  F(optional, void, SSL_CTX_set_psk_server_callback, (SSL_CTX*, dupmark_psk_server))                   \
  F(optional, void, SSL_CTX_set_psk_use_session_callback, (SSL_CTX*, dupmark_psk_use_session))         \
  F(optional, void, SSL_CTX_set_psk_find_session_callback, (SSL_CTX*, dupmark_psk_find_session))       \
  F(optional, void, SSL_CTX_set_quiet_shutdown, (SSL_CTX*, int))                                       \
  F(optional, void, SSL_CTX_set_record_padding_callback, (SSL_CTX*, size_t (*)(SSL*, int, size_t, void*)))\
  F(optional, void, SSL_CTX_set_record_padding_callback_arg, (SSL_CTX*, void*))                        \
  F(optional, void, SSL_CTX_set_security_callback, (SSL_CTX*, dupmark_security_callback))              \
  F(optional, int, SSL_CTX_set_ssl_version, (SSL_CTX*, const SSL_METHOD*))                             \
  F(optional, int, SSL_CTX_set_tlsext_max_fragment_length, (SSL_CTX*, uint8_t))                        \
  F(optional, int, SSL_CTX_set_tlsext_use_srtp, (SSL_CTX*, const char*))                               \
  F(optional, void, SSL_CTX_set_tmp_dh_callback, (SSL_CTX*, DH* (*)(SSL*, int, int)))

namespace dupmark {

// The functions of one library, found by name. A null member is a function that this version lacks.
struct Api {
#define DUPMARK_POINTER(need, result, name, parameters) result(*name) parameters = nullptr;
  DUPMARK_OPENSSL_FUNCTIONS(DUPMARK_POINTER)
#undef DUPMARK_POINTER
};

// The same functions of the library under test under their own names: what the catalogue's code calls, so that it is
// C that can also be printed and compiled alone (`dupmark conform --explain`). A process has one library under test
// for all its life, which Library::Open binds.
namespace c {
#define DUPMARK_NAME(need, result, name, parameters) inline decltype(Api::name) name = nullptr;
DUPMARK_OPENSSL_FUNCTIONS(DUPMARK_NAME)
#undef DUPMARK_NAME

inline void Bind(const Api& api) {
#define DUPMARK_BIND(need, result, function, parameters) function = api.function;
  DUPMARK_OPENSSL_FUNCTIONS(DUPMARK_BIND)
#undef DUPMARK_BIND
}
}  // namespace c

}  // namespace dupmark
