// What the claims share: OpenSSL's functions under their own names, the catalogue's helpers, and the oracle that tells
// when a handle is really freed.
#pragma once

#include "../settings/code.h"
#include "claim.h"

namespace dupmark {
namespace {

// The oracle: the free function of an ex_data index runs exactly when a handle is freed. It counts handles that were
// tagged and no others.
inline int freed_handles = 0;

inline void CountFree(void*, void* tag, CRYPTO_EX_DATA*, int, long, void*) {
  if (tag != nullptr) freed_handles++;
}

// Tags a handle for the oracle.
inline bool Tag(SSL* ssl) {
  static int tag;
  static const int index = CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_SSL, 0, nullptr, nullptr, nullptr, CountFree);
  return ssl != nullptr && SSL_set_ex_data(ssl, index, &tag) == 1;
}

inline SSL_CTX* NewContextOf(const SSL_METHOD* method) { return SSL_CTX_new(method); }

inline std::string Queued() { return ERR_peek_error() == 0 ? "the error queue is empty" : "an error is queued"; }

}  // namespace
}  // namespace dupmark
