// The two steps of each operation: how a handle is created, and how it goes. Pointers are copied in, so that a loop keeps
// them in registers. Included by operations.cc only.
#pragma once

#include "operations.h"

namespace dupmark {

struct NoopSteps {
  SSL* handle;
  SSL* Make() const {
    asm volatile("" ::: "memory");  // keeps the empty loop
    return handle;
  }
  void Drop(SSL*) const {}
};

struct NewSteps {
  decltype(Api::SSL_new) ssl_new;
  decltype(Api::SSL_free) ssl_free;
  SSL_CTX* ctx;
  SSL* Make() const { return ssl_new(ctx); }
  void Drop(SSL* ssl) const { ssl_free(ssl); }
};

struct NewListenerSteps {
  decltype(Api::SSL_new_listener) ssl_new_listener;
  decltype(Api::SSL_free) ssl_free;
  SSL_CTX* ctx;
  SSL* Make() const { return ssl_new_listener(ctx, 0); }
  void Drop(SSL* ssl) const { ssl_free(ssl); }
};

struct NewConfigureSteps {
  decltype(Api::SSL_new) ssl_new;
  decltype(Api::SSL_free) ssl_free;
  SSL_CTX* ctx;
  const Chosen* first;
  const Chosen* last;
  SSL* Make() const {
    SSL* ssl = ssl_new(ctx);
    if (ssl == nullptr) return nullptr;
    for (auto setting = first; setting != last; ++setting) {
      if (!setting->prepared->Apply(ssl)) {
        ssl_free(ssl);
        return nullptr;
      }
    }
    return ssl;
  }
  void Drop(SSL* ssl) const { ssl_free(ssl); }
};

struct DupSteps {
  decltype(Api::SSL_dup) ssl_dup;
  decltype(Api::SSL_free) ssl_free;
  SSL* original;
  SSL* Make() const { return ssl_dup(original); }
  void Drop(SSL* ssl) const { ssl_free(ssl); }
};

struct UpRefSteps {
  decltype(Api::SSL_up_ref) ssl_up_ref;
  decltype(Api::SSL_free) ssl_free;
  SSL* handle;
  SSL* Make() const { return ssl_up_ref(handle) == 1 ? handle : nullptr; }
  void Drop(SSL* ssl) const { ssl_free(ssl); }
};

struct ClearSteps {
  decltype(Api::SSL_clear) ssl_clear;
  SSL* handle;
  SSL* Make() const { return ssl_clear(handle) == 1 ? handle : nullptr; }
  void Drop(SSL*) const {}
};

struct NewBioSteps {
  decltype(Api::SSL_new) ssl_new;
  decltype(Api::SSL_free) ssl_free;
  decltype(Api::SSL_set_bio) ssl_set_bio;
  decltype(Api::BIO_new) bio_new;
  decltype(Api::BIO_free) bio_free;
  const BIO_METHOD* memory;
  SSL_CTX* ctx;
  SSL* Make() const {
    SSL* ssl = ssl_new(ctx);
    BIO* read_bio = bio_new(memory);
    BIO* write_bio = bio_new(memory);
    if (ssl != nullptr && read_bio != nullptr && write_bio != nullptr) {
      ssl_set_bio(ssl, read_bio, write_bio);
      return ssl;
    }
    if (read_bio != nullptr) bio_free(read_bio);
    if (write_bio != nullptr) bio_free(write_bio);
    if (ssl != nullptr) ssl_free(ssl);
    return nullptr;
  }
  void Drop(SSL* ssl) const { ssl_free(ssl); }
};

}  // namespace dupmark
