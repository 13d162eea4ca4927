// "An SSL structure is reference counted."
#include "handles.h"

namespace dupmark {
namespace {

constexpr char kCounted[] =
    "Creating an SSL structure for the first time increments the reference count. Freeing it (using SSL_free) "
    "decrements it. When the reference count drops to zero, any memory or resources allocated to the SSL structure are "
    "freed.";
constexpr char kUpRef[] = "SSL_up_ref() increments the reference count for an existing SSL structure.";
constexpr char kReturns[] = "SSL_up_ref() returns 1 for success and 0 for failure.";

// Adds references, then frees as many, then once more.
Answer Counted(int references) {
  SSL* ssl = SSL_new(other_context());
  if (!Tag(ssl)) return Open("not to be seen: the oracle could not be set");
  for (int i = 0; i < references; i++) SSL_up_ref(ssl);
  for (int i = 0; i < references; i++) SSL_free(ssl);
  const int early = freed_handles;
  SSL_free(ssl);
  const bool exact = early == 0 && freed_handles == 1;
  return Holds(exact, exact ? "freed by the last SSL_free and by no other"
                            : "freed " + std::to_string(early) + " times early, " + std::to_string(freed_handles) +
                                  " times in all");
}

}  // namespace

std::vector<Claim> ReferenceClaims() {
  return {
      {"new-counts-one", kCounted, "SSL_new, SSL_free", [] { return Counted(0); }},
      {"up-ref-counts-one", kUpRef, "SSL_up_ref once, SSL_free twice", [] { return Counted(1); }},
      {"up-ref-counts-many", kUpRef, "SSL_up_ref 1000 times, SSL_free 1001 times", [] { return Counted(1000); }},
      {"up-ref-returns-one", kReturns, "SSL_up_ref of a new handle",
       [] {
         const int result = SSL_up_ref(SSL_new(other_context()));
         return Holds(result == 1, "returns " + std::to_string(result));
       }},
      {"free-of-null", "", "SSL_free(NULL)",
       [] {
         SSL_free(nullptr);
         return Open("does nothing");
       }},
      {"up-ref-of-null", "", "SSL_up_ref(NULL)",
       [] { return Open("returns " + std::to_string(SSL_up_ref(nullptr)) + ", " + Queued()); }},
      {"new-of-null", "The creation of a new SSL structure failed. Check the error stack to find out the reason.",
       "SSL_new(NULL)",
       [] {
         ERR_clear_error();
         const bool null = SSL_new(nullptr) == nullptr;
         const bool queued = ERR_peek_error() != 0;
         return Holds(null && queued, std::string(null ? "NULL, " : "a handle, ") + Queued());
       }},
      {"dup-of-null", "", "SSL_dup(NULL)",
       [] { return Open(std::string(SSL_dup(nullptr) == nullptr ? "NULL, " : "a handle, ") + Queued()); }},
      {"context-outlives-its-owner", "", "SSL_CTX_free while a handle lives, then a handshake",
       [] {
         SSL_CTX* ctx = SSL_CTX_new(TLS_method());
         SSL* ssl = SSL_new(ctx);
         SSL_CTX_free(ctx);
         return Open(connects(ssl) ? "the handle works on" : "the handle does not connect");
       }},
  };
}

}  // namespace dupmark
