// "For connections that are not in their initial state SSL_dup() just increments an internal reference count and returns
// the same handle": which exact calls take a handle out of its initial state.
#include "handles.h"

namespace dupmark {
namespace {

constexpr char kInitial[] =
    "For SSL_dup() to work, the connection MUST be in its initial state and MUST NOT have yet started the SSL handshake.";
constexpr char kBegun[] =
    "For connections that are not in their initial state SSL_dup() just increments an internal reference count and "
    "returns the same handle.";

// Duplicates a handle after `use`.
Answer DuplicateAfter(bool page_says_same, void (*use)(SSL*)) {
  SSL* ssl = SSL_new(other_context());
  use(ssl);
  ERR_clear_error();
  SSL* duplicate = SSL_dup(ssl);
  if (duplicate == nullptr) return Holds(false, "NULL, " + Queued());
  const bool same_handle = duplicate == ssl;
  return Holds(same_handle == page_says_same, same_handle ? "the same handle" : "a new handle");
}

void Complete(SSL* ssl) { connects(ssl); }

}  // namespace

std::vector<Claim> BegunClaims() {
  return {
      {"begun-untouched", kInitial, "SSL_dup right after SSL_new", [] { return DuplicateAfter(false, [](SSL*) {}); }},
      {"begun-connect-state", kInitial, "after SSL_set_connect_state",
       [] { return DuplicateAfter(false, [](SSL* ssl) { SSL_set_connect_state(ssl); }); }},
      {"begun-accept-state", kInitial, "after SSL_set_accept_state",
       [] { return DuplicateAfter(false, [](SSL* ssl) { SSL_set_accept_state(ssl); }); }},
      {"begun-session-set", kInitial, "after SSL_set_session",
       [] { return DuplicateAfter(false, [](SSL* ssl) { SSL_set_session(ssl, real_session()); }); }},
      {"begun-bios-set", kInitial, "after SSL_set_bio",
       [] { return DuplicateAfter(false, [](SSL* ssl) { memory_bios(ssl); }); }},
      {"begun-no-state", kInitial, "after an SSL_do_handshake that failed, as no side was chosen",
       [] { return DuplicateAfter(false, [](SSL* ssl) { SSL_do_handshake(ssl); }); }},
      {"begun-read-no-state", kInitial, "after an SSL_read that failed, as no side was chosen",
       [] {
         return DuplicateAfter(false, [](SSL* ssl) {
           char byte;
           SSL_read(ssl, &byte, 1);
         });
       }},
      {"begun-no-bio", kBegun, "after one SSL_do_handshake as a client, without a BIO",
       [] {
         return DuplicateAfter(true, [](SSL* ssl) {
           SSL_set_connect_state(ssl);
           SSL_do_handshake(ssl);
         });
       }},
      {"begun-client", kBegun, "after one SSL_do_handshake as a client",
       [] {
         return DuplicateAfter(true, [](SSL* ssl) {
           memory_bios(ssl);
           SSL_set_connect_state(ssl);
           SSL_do_handshake(ssl);
         });
       }},
      {"begun-server", kBegun, "after one SSL_do_handshake as a server, with nothing to read",
       [] {
         return DuplicateAfter(true, [](SSL* ssl) {
           memory_bios(ssl);
           SSL_set_accept_state(ssl);
           SSL_do_handshake(ssl);
         });
       }},
      {"begun-completed", kBegun, "after a whole handshake", [] { return DuplicateAfter(true, Complete); }},
      {"begun-shut-down", kBegun, "after a whole handshake and SSL_shutdown",
       [] {
         return DuplicateAfter(true, [](SSL* ssl) {
           Complete(ssl);
           SSL_shutdown(ssl);
         });
       }},
      {"begun-cleared", "It may be possible to use SSL_clear(3) to recycle an SSL handle that is not in its initial state "
                        "for re-use, but this is best avoided.",
       "after a whole handshake and SSL_clear",
       [] {
         return DuplicateAfter(false, [](SSL* ssl) {
           Complete(ssl);
           SSL_clear(ssl);
         });
       }},
      {"begun-counts", kBegun, "SSL_dup of a begun handle, then SSL_free twice",
       [] {
         SSL* ssl = SSL_new(other_context());
         Complete(ssl);
         Tag(ssl);
         if (SSL_dup(ssl) != ssl) return Holds(false, "a new handle");
         SSL_free(ssl);
         const int early = freed_handles;
         SSL_free(ssl);
         const bool exact = early == 0 && freed_handles == 1;
         return Holds(exact, exact ? "freed by the second SSL_free" : "not freed by the second SSL_free");
       }},
  };
}

}  // namespace dupmark
