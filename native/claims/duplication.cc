// What a duplicate is made from, what it shares, and what becomes of ex_data; handles of other kinds.
#include "handles.h"

namespace dupmark {
namespace {

constexpr char kSameContext[] =
    "The function SSL_dup() creates and returns a new SSL structure from the same SSL_CTX that was used to create s.";
constexpr char kExData[] = "application specific data set via SSL_set_ex_data(3)";
constexpr char kNull[] = "The creation of a new SSL structure failed. Check the error stack to find out the reason.";

inline int dup_calls = 0;
inline int new_calls = 0;
inline int replacement = 0;

void CountNew(void*, void*, CRYPTO_EX_DATA*, int, long, void*) { new_calls++; }

int ReplaceData(CRYPTO_EX_DATA*, const CRYPTO_EX_DATA*, void** data, int, long, void*) {
  dup_calls++;
  *data = &replacement;
  return 1;
}

int RefuseData(CRYPTO_EX_DATA*, const CRYPTO_EX_DATA*, void**, int, long, void*) { return 0; }

using DupFunction = int (*)(CRYPTO_EX_DATA*, const CRYPTO_EX_DATA*, void**, int, long, void*);

int RegisterIndex(DupFunction dup) {
  return CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_SSL, 0, nullptr, CountNew, dup, nullptr);
}

// SSL_dup of a handle with a QUIC method.
Answer OfQuic(Answer (*ask)(SSL*)) {
  if (OSSL_QUIC_client_method == nullptr) return {Answer::kAbsent, "this library has no OSSL_QUIC_client_method"};
  SSL* ssl = SSL_new(SSL_CTX_new(OSSL_QUIC_client_method()));
  if (ssl == nullptr) return Open("SSL_new gives NULL");
  ERR_clear_error();
  return ask(ssl);
}

}  // namespace

std::vector<Claim> DuplicationClaims() {
  return {
      {"dup-same-context", kSameContext, "SSL_get_SSL_CTX of a duplicate",
       [] {
         SSL* ssl = SSL_new(other_context());
         const bool same_context = SSL_get_SSL_CTX(SSL_dup(ssl)) == other_context();
         return Holds(same_context, same_context ? "the same context" : "another context");
       }},
      {"dup-context-replaced", kSameContext, "SSL_set_SSL_CTX on the original first",
       [] {
         SSL_CTX* first = SSL_CTX_new(TLS_method());
         SSL* ssl = SSL_new(first);
         SSL_set_SSL_CTX(ssl, other_context());
         const bool created_from = SSL_get_SSL_CTX(SSL_dup(ssl)) == first;
         return Holds(created_from, created_from ? "the context that the original was created from"
                                                 : "the context that replaced it");
       }},
      {"dup-context-changed-carried", "", "SSL_CTX_set_options between SSL_new and SSL_dup",
       [] {
         SSL_CTX* ctx = SSL_CTX_new(TLS_method());
         SSL* ssl = SSL_new(ctx);
         SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
         const bool has = (SSL_get_options(SSL_dup(ssl)) & SSL_OP_NO_TICKET) != 0;
         return Open(has ? "the duplicate has the context's new value" : "the duplicate has the original's value");
       }},
      {"dup-context-changed-not-carried", "", "SSL_CTX_set_num_tickets between SSL_new and SSL_dup",
       [] {
         SSL_CTX* ctx = SSL_CTX_new(TLS_method());
         SSL* ssl = SSL_new(ctx);
         SSL_CTX_set_num_tickets(ctx, 7);
         const bool has = SSL_get_num_tickets(SSL_dup(ssl)) == 7;
         return Open(has ? "the duplicate has the context's new value" : "the duplicate has the original's value");
       }},
      {"dup-context-extended", "", "SSL_CTX_add_client_custom_ext between SSL_new and SSL_dup",
       [] {
         SSL_CTX* ctx = SSL_CTX_new(TLS_method());
         SSL* ssl = SSL_new(ctx);
         SSL_CTX_add_client_custom_ext(ctx, 1001, nullptr, nullptr, nullptr, nullptr, nullptr);
         return Open(sends_extension(SSL_dup(ssl), 1001) ? "the duplicate sends it" : "the duplicate does not send it");
       }},
      {"dup-outlives-original", "", "SSL_free of the original, then a handshake of the duplicate",
       [] {
         SSL* ssl = SSL_new(other_context());
         SSL_use_certificate(ssl, ecdsa_certificate());
         SSL_use_PrivateKey(ssl, ecdsa_key());
         SSL* duplicate = SSL_dup(ssl);
         SSL_free(ssl);
         SSL* client = client_peer();
         return Open(handshake(client, duplicate) ? "the duplicate serves" : "the duplicate does not serve");
       }},
      {"dup-shares-certificates-with-session", "",
       "with a session set: another certificate on the duplicate, then SSL_get_certificate of the original",
       [] {
         SSL* ssl = SSL_new(other_context());
         SSL_set_session(ssl, real_session());
         SSL_use_certificate(ssl, ecdsa_certificate());
         SSL* duplicate = SSL_dup(ssl);
         SSL_use_certificate(duplicate, rsa_certificate());
         return Open(SSL_get_certificate(ssl) == ecdsa_certificate() ? "the original keeps its own"
                                                                     : "the original has the duplicate's certificate");
       }},
      {"dup-shares-certificates-without-session", "",
       "without a session: another certificate on the duplicate, then SSL_get_certificate of the original",
       [] {
         SSL* ssl = SSL_new(other_context());
         SSL_use_certificate(ssl, ecdsa_certificate());
         SSL* duplicate = SSL_dup(ssl);
         SSL_use_certificate(duplicate, rsa_certificate());
         return Open(SSL_get_certificate(ssl) == ecdsa_certificate() ? "the original keeps its own"
                                                                     : "the original has the duplicate's certificate");
       }},
      {"dup-shares-certificates-other-way", "",
       "with a session set: another certificate on the original, then SSL_get_certificate of the duplicate",
       [] {
         SSL* ssl = SSL_new(other_context());
         SSL_set_session(ssl, real_session());
         SSL_use_certificate(ssl, ecdsa_certificate());
         SSL* duplicate = SSL_dup(ssl);
         SSL_use_certificate(ssl, rsa_certificate());
         return Open(SSL_get_certificate(duplicate) == ecdsa_certificate()
                         ? "the duplicate keeps its own"
                         : "the duplicate has the original's new certificate");
       }},
      {"ex-data-without-dup-function", kExData, "ex_data of an index without a dup_func",
       [] {
         const int index = RegisterIndex(nullptr);
         SSL* ssl = SSL_new(other_context());
         SSL_set_ex_data(ssl, index, &own_data);
         const bool copied = SSL_get_ex_data(SSL_dup(ssl), index) == &own_data;
         return Holds(copied, copied ? "the same pointer on both" : "lost");
       }},
      {"ex-data-with-dup-function", kExData, "ex_data of an index whose dup_func gives another pointer",
       [] {
         const int index = RegisterIndex(ReplaceData);
         SSL* ssl = SSL_new(other_context());
         SSL_set_ex_data(ssl, index, &own_data);
         SSL* duplicate = SSL_dup(ssl);
         const bool replaced = SSL_get_ex_data(duplicate, index) == &replacement && dup_calls == 1;
         return Holds(replaced, replaced ? "what the dup_func gave" : "not what the dup_func gave");
       }},
      {"ex-data-new-function", "", "calls of an index's new_func in one SSL_dup",
       [] {
         RegisterIndex(nullptr);
         SSL* ssl = SSL_new(other_context());
         new_calls = 0;
         SSL_dup(ssl);
         return Open(std::to_string(new_calls) + " of new_func");
       }},
      {"ex-data-refused", kNull, "a dup_func that fails",
       [] {
         const int index = RegisterIndex(RefuseData);
         SSL* ssl = SSL_new(other_context());
         SSL_set_ex_data(ssl, index, &own_data);
         ERR_clear_error();
         const bool null = SSL_dup(ssl) == nullptr;
         return Holds(null && ERR_peek_error() != 0, std::string(null ? "NULL, " : "a handle, ") + Queued());
       }},
      {"app-data-unregistered", kExData, "SSL_set_app_data while no ex_data index was ever registered",
       [] {
         SSL* ssl = SSL_new(other_context());
         SSL_set_ex_data(ssl, 0, &own_data);
         ERR_clear_error();
         SSL* duplicate = SSL_dup(ssl);
         if (duplicate == nullptr) return Holds(false, "SSL_dup gives NULL, " + Queued());
         const bool copied = SSL_get_ex_data(duplicate, 0) == &own_data;
         return Holds(copied, copied ? "the same pointer on both" : "lost");
       }},
      {"dup-of-dtls", "", "SSL_dup of a DTLS handle",
       [] {
         SSL* ssl = SSL_new(SSL_CTX_new(DTLS_method()));
         SSL* duplicate = SSL_dup(ssl);
         if (duplicate == nullptr) return Open("NULL, " + Queued());
         return Open(duplicate == ssl ? "the same handle"
                                      : SSL_get_ssl_method(duplicate) == DTLS_method() ? "a new handle of the same method"
                                                                                       : "a new handle of another method");
       }},
      {"dup-of-quic", "SSL_dup() is not supported on QUIC SSL objects and returns NULL if called on such an object.",
       "SSL_dup of a QUIC handle",
       [] {
         return OfQuic([](SSL* ssl) {
           SSL* duplicate = SSL_dup(ssl);
           return Holds(duplicate == nullptr,
                        duplicate == nullptr ? "NULL, " + Queued()
                                             : std::string(duplicate == ssl ? "the same handle" : "a new handle"));
         });
       }},
      {"up-ref-of-quic", "", "SSL_up_ref of a QUIC handle",
       [] { return OfQuic([](SSL* ssl) { return Open("returns " + std::to_string(SSL_up_ref(ssl))); }); }},
  };
}

}  // namespace dupmark
