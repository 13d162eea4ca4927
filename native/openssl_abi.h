// Our own declarations of what dupmark uses of OpenSSL. No OpenSSL header is included anywhere in native/: one
// binary serves every version, and each function is looked up by name in the library under test.
//
// A function is one line here and nothing else: the list is expanded into the struct of pointers (below), into
// the look-up (library.cc) and into the check against each version's real headers.
#pragma once

#include <cstddef>
#include <cstdint>

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
struct stack_st_X509_NAME;

typedef void* (*CRYPTO_malloc_fn)(size_t, const char*, int);
typedef void* (*CRYPTO_realloc_fn)(void*, size_t, const char*, int);
typedef void (*CRYPTO_free_fn)(void*, const char*, int);
typedef int (*SSL_verify_cb)(int, X509_STORE_CTX*);
typedef int pem_password_cb(char*, int, int, void*);
typedef void dupmark_msg_callback(int, int, int, const void*, size_t, SSL*, void*);
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
  F(optional, void, SSL_set_msg_callback, (SSL*, dupmark_msg_callback*))

namespace dupmark {

// The functions of one library, found by name. A null member is a function that this version lacks.
struct Api {
#define DUPMARK_POINTER(need, result, name, parameters) result(*name) parameters = nullptr;
  DUPMARK_OPENSSL_FUNCTIONS(DUPMARK_POINTER)
#undef DUPMARK_POINTER
};

// Constants that have had these values in every OpenSSL since 1.1.1; checked against each version's headers.
namespace openssl {
constexpr int OPENSSL_VERSION = 0;
constexpr int OPENSSL_CFLAGS = 1;
constexpr int OPENSSL_PLATFORM = 3;
constexpr int CRYPTO_EX_INDEX_SSL = 0;
constexpr int SSL_CTRL_MODE = 33;
constexpr int SSL_CTRL_CHAIN = 88;
constexpr int SSL_CTRL_GET_CHAIN_CERTS = 115;
constexpr int SSL_CTRL_SET_MIN_PROTO_VERSION = 123;
constexpr int SSL_CTRL_SET_MAX_PROTO_VERSION = 124;
constexpr int SSL_CTRL_GET_MIN_PROTO_VERSION = 130;
constexpr int SSL_CTRL_GET_MAX_PROTO_VERSION = 131;
constexpr int TLS1_2_VERSION = 0x0303;
constexpr long SSL_MODE_ENABLE_PARTIAL_WRITE = 0x1;
constexpr long SSL_MODE_RELEASE_BUFFERS = 0x10;
constexpr uint64_t SSL_OP_NO_TICKET = 1u << 14;
constexpr uint64_t SSL_OP_NO_RENEGOTIATION = 1u << 30;
constexpr int SSL_VERIFY_PEER = 0x01;
constexpr int SSL_VERIFY_FAIL_IF_NO_PEER_CERT = 0x02;
constexpr int SSL_ERROR_WANT_READ = 2;
constexpr int SSL_ERROR_WANT_WRITE = 3;
}  // namespace openssl

}  // namespace dupmark
