// OpenSSL's constants as dupmark uses them. Its headers are not included anywhere (openssl_abi.h); `make check-headers`
// compares each value with the headers of every version.
#pragma once

#include <cstdint>

namespace dupmark {

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
constexpr uint64_t SSL_OP_NO_TX_CERTIFICATE_COMPRESSION = 1ull << 32;
constexpr int SSL_VERIFY_NONE = 0x00;
constexpr int SSL_VERIFY_PEER = 0x01;
constexpr int SSL_VERIFY_FAIL_IF_NO_PEER_CERT = 0x02;
constexpr int SSL_CTRL_SET_TMP_DH = 3;
constexpr int SSL_CTRL_SET_MSG_CALLBACK_ARG = 16;
constexpr int SSL_CTRL_SET_MTU = 17;
constexpr int SSL_CTRL_SET_READ_AHEAD = 41;
constexpr int SSL_CTRL_SET_SESS_CACHE_MODE = 44;
constexpr int SSL_CTRL_GET_MAX_CERT_LIST = 50;
constexpr int SSL_CTRL_SET_MAX_CERT_LIST = 51;
constexpr int SSL_CTRL_SET_MAX_SEND_FRAGMENT = 52;
constexpr int SSL_CTRL_SET_TLSEXT_SERVERNAME_CB = 53;
constexpr int SSL_CTRL_SET_TLSEXT_HOSTNAME = 55;
constexpr int SSL_CTRL_SET_TLSEXT_DEBUG_CB = 56;
constexpr int SSL_CTRL_SET_TLSEXT_DEBUG_ARG = 57;
constexpr int SSL_CTRL_SET_TLSEXT_STATUS_REQ_TYPE = 65;
constexpr int SSL_CTRL_GET_TLSEXT_STATUS_REQ_OCSP_RESP = 70;
constexpr int SSL_CTRL_SET_TLSEXT_STATUS_REQ_OCSP_RESP = 71;
constexpr int SSL_CTRL_CLEAR_MODE = 78;
constexpr int SSL_CTRL_SET_GROUPS_LIST = 92;
constexpr int SSL_CTRL_SET_SIGALGS_LIST = 98;
constexpr int SSL_CTRL_CERT_FLAGS = 99;
constexpr int SSL_CTRL_CLEAR_CERT_FLAGS = 100;
constexpr int SSL_CTRL_SET_CLIENT_SIGALGS_LIST = 102;
constexpr int SSL_CTRL_GET_CLIENT_CERT_TYPES = 103;
constexpr int SSL_CTRL_SET_CLIENT_CERT_TYPES = 104;
constexpr int SSL_CTRL_SET_VERIFY_CERT_STORE = 106;
constexpr int SSL_CTRL_SET_CHAIN_CERT_STORE = 107;
constexpr int SSL_CTRL_SET_TLSEXT_TICKET_KEY_CB = 72;
constexpr int SSL_CTRL_SET_CURRENT_CERT = 117;
constexpr int SSL_CERT_SET_FIRST = 1;
constexpr int SSL_CERT_SET_NEXT = 2;
constexpr int DTLS_CTRL_SET_LINK_MTU = 120;
constexpr int SSL_CTRL_SET_DH_AUTO = 118;
constexpr int SSL_CTRL_SET_SPLIT_SEND_FRAGMENT = 125;
constexpr int SSL_CTRL_SET_MAX_PIPELINES = 126;
constexpr int SSL_CTRL_GET_TLSEXT_STATUS_REQ_TYPE = 127;
constexpr int SSL_CTRL_GET_VERIFY_CERT_STORE = 137;
constexpr int SSL_CTRL_GET_CHAIN_CERT_STORE = 138;
constexpr int TLS1_1_VERSION = 0x0302;
constexpr int TLS1_3_VERSION = 0x0304;
constexpr int TLSEXT_STATUSTYPE_ocsp = 1;
constexpr int TLSEXT_max_fragment_length_512 = 1;
constexpr unsigned long X509_V_FLAG_CRL_CHECK = 0x4;
constexpr unsigned int X509_CHECK_FLAG_NO_WILDCARDS = 0x2;
constexpr int X509_V_ERR_UNABLE_TO_GET_CRL = 3;
constexpr int X509_V_ERR_CERT_NOT_YET_VALID = 9;
constexpr int X509_V_ERR_INVALID_PURPOSE = 26;
constexpr int X509_V_ERR_CERT_REJECTED = 28;
constexpr int X509_V_ERR_HOSTNAME_MISMATCH = 62;
constexpr int X509_V_ERR_EMAIL_MISMATCH = 63;
constexpr int X509_V_ERR_IP_ADDRESS_MISMATCH = 64;
constexpr int X509_PURPOSE_SMIME_SIGN = 4;
constexpr int X509_TRUST_EMAIL = 4;
constexpr uint64_t SSL_OP_NO_QUERY_MTU = 1u << 12;
constexpr unsigned long DANE_FLAG_NO_DANE_EE_NAMECHECKS = 1;
constexpr long SSL_CERT_FLAG_TLS_STRICT = 0x1;
constexpr long SSL_MODE_AUTO_RETRY = 0x4;
constexpr int SSL_SENT_SHUTDOWN = 1;
constexpr int SSL_RECEIVED_SHUTDOWN = 2;
constexpr int NID_ffdhe2048 = 1126;
constexpr int SSL_SESS_CACHE_CLIENT = 1;
constexpr int SSL_TLSEXT_ERR_OK = 0;
constexpr int SSL_CLIENT_HELLO_SUCCESS = 1;
constexpr int SSL_ERROR_WANT_READ = 2;
constexpr int SSL_ERROR_WANT_WRITE = 3;
}  // namespace openssl

}  // namespace dupmark
