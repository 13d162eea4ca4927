#include "soak_plants.h"

namespace dupmark {

// `names` is the label of the site that the verdict must name; `~` and a part of it where several will do.
const std::vector<PlantInfo>& Plants() {
  static const std::vector<PlantInfo> plants = {
      {"lost-free", "the SSL_free after an SSL_up_ref is forgotten", Plant::kLostFree, "up-ref",
       "SSL_up_ref of one handle", "ledger"},
      {"lost-free-many", "the same, over a pool of handles", Plant::kLostFree, "up-ref-many",
       "SSL_up_ref of a pool's handle", "ledger"},
      {"extra-up-ref", "one SSL_up_ref too many", Plant::kExtraUpRef, "up-ref", "planted SSL_up_ref", "ledger"},
      {"hidden-up-ref", "an SSL_up_ref that the ledger does not see (as a library's own)", Plant::kHiddenUpRef,
       "up-ref", "", "handles"},
      {"hidden-up-ref-dup", "the same on a duplicate: seen at the very free", Plant::kHiddenUpRef, "dup", "SSL_dup",
       "model"},
      {"lost-new", "a handle made by SSL_new is never freed", Plant::kLostFree, "new", "SSL_new", "ledger"},
      {"lost-dup", "a duplicate is never freed", Plant::kLostFree, "dup", "SSL_dup", "ledger"},
      {"lost-dup-started", "lost only after a started handshake, where SSL_dup takes a reference", Plant::kLostFree,
       "dup-started", "SSL_dup of a started handle", "ledger"},
      {"lost-dup-session", "a duplicate that shares a session is never freed", Plant::kLostFree, "dup-session",
       "SSL_dup with a session", "ledger"},
      {"lost-session", "an SSL_get1_session is never given back", Plant::kLostSession, "dup-session",
       "SSL_get1_session of a duplicate", "ledger"},
      {"lost-on-error", "the free is forgotten on the error path only", Plant::kLostFree, "failure",
       "SSL_new before a failing setter", "ledger"},
      {"lost-after-clear", "a handle is forgotten after SSL_clear", Plant::kLostFree, "clear",
       "SSL_new of a handle to clear", "ledger"},
      {"lost-handshake", "a client is forgotten after a complete handshake", Plant::kLostFree, "handshake",
       "SSL_new of a client", "ledger"},
      {"lost-session-handshake", "the session of a handshake is never given back", Plant::kLostSession, "handshake",
       "SSL_get1_session after a handshake", "ledger"},
      {"lost-bio", "a memory BIO that a handle should have taken is forgotten", Plant::kLostBio, "new-bio",
       "BIO_new for a handle", "ledger"},
      {"lost-context", "an SSL_CTX_up_ref is never given back", Plant::kLostContext, "new", "planted SSL_CTX_up_ref",
       "ledger"},
      {"lost-allocation", "a block of OPENSSL_malloc is never freed", Plant::kLostAllocation, "new", "",
       "allocations"},
      {"lost-malloc", "a block of the C library's malloc is never freed", Plant::kLostMalloc, "new", "", "slope"},
      {"lost-free-thread-2", "the free is forgotten on the second thread only", Plant::kLostFree, "threads",
       "SSL_up_ref on thread 2", "ledger"},
      {"lost-free-walk", "a random walk forgets a free", Plant::kLostFree, "walk", "~in a walk", "ledger"},
      {"extra-up-ref-walk", "a random walk takes one reference too many", Plant::kExtraUpRef, "walk",
       "planted SSL_up_ref", "ledger"},
      {"premature-free", "a handle's first reference is freed while others use it", Plant::kPrematureFree, "up-ref",
       "planted early SSL_free", "too-early"},
      {"premature-free-dup", "a duplicate is freed before its time", Plant::kPrematureFree, "dup",
       "planted early SSL_free", "too-early"},
      {"double-free", "an up_ref's reference is freed twice", Plant::kDoubleFree, "up-ref",
       "planted second SSL_free", "too-early"},
      {"double-free-new", "a handle is freed twice", Plant::kDoubleFree, "new", "planted second SSL_free",
       "too-early"},
      {"double-free-walk", "a random walk frees a reference twice", Plant::kDoubleFree, "walk",
       "planted second SSL_free", "too-early"},
      {"use-after-free", "a handle is referred to after its last free", Plant::kUseAfterFree, "new",
       "planted use after SSL_free", "too-early"},
      {"crash", "the target dies in a cycle (SSL_free of an address that is no handle)", Plant::kCrash, "new", "",
       "crash"},
  };
  return plants;
}

const PlantInfo* FindPlant(const std::string& kind) {
  for (const PlantInfo& info : Plants()) {
    if (kind == info.kind) return &info;
  }
  return nullptr;
}

}  // namespace dupmark
