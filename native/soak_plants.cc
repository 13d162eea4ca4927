#include "soak_plants.h"

namespace dupmark {

// `names` is the label of the site that the verdict must name; `~` and a part of it where several will do.
const std::vector<PlantInfo>& Plants() {
  static const std::vector<PlantInfo> plants = {
      {"lost-free", "the SSL_free after an SSL_up_ref is forgotten", SoakPlant::kLostFree, "up-ref",
       "SSL_up_ref of one handle", "ledger"},
      {"lost-free-many", "the same, over a pool of handles", SoakPlant::kLostFree, "up-ref-many",
       "SSL_up_ref of a pool's handle", "ledger"},
      {"extra-up-ref", "one SSL_up_ref too many", SoakPlant::kExtraUpRef, "up-ref", "planted SSL_up_ref", "ledger"},
      {"hidden-up-ref", "an SSL_up_ref that the ledger does not see (as a library's own)", SoakPlant::kHiddenUpRef,
       "up-ref", "", "handles"},
      {"hidden-up-ref-dup", "the same on a duplicate: seen at the very free", SoakPlant::kHiddenUpRef, "dup", "SSL_dup",
       "model"},
      {"lost-new", "a handle made by SSL_new is never freed", SoakPlant::kLostFree, "new", "SSL_new", "ledger"},
      {"lost-dup", "a duplicate is never freed", SoakPlant::kLostFree, "dup", "SSL_dup", "ledger"},
      {"lost-dup-started", "lost only after a started handshake, where SSL_dup takes a reference", SoakPlant::kLostFree,
       "dup-started", "SSL_dup of a started handle", "ledger"},
      {"lost-dup-session", "a duplicate that shares a session is never freed", SoakPlant::kLostFree, "dup-session",
       "SSL_dup with a session", "ledger"},
      {"lost-session", "an SSL_get1_session is never given back", SoakPlant::kLostSession, "dup-session",
       "SSL_get1_session of a duplicate", "ledger"},
      {"lost-on-error", "the free is forgotten on the error path only", SoakPlant::kLostFree, "failure",
       "SSL_new before a failing setter", "ledger"},
      {"lost-after-clear", "a handle is forgotten after SSL_clear", SoakPlant::kLostFree, "clear",
       "SSL_new of a handle to clear", "ledger"},
      {"lost-handshake", "a client is forgotten after a complete handshake", SoakPlant::kLostFree, "handshake",
       "SSL_new of a client", "ledger"},
      {"lost-session-handshake", "the session of a handshake is never given back", SoakPlant::kLostSession, "handshake",
       "SSL_get1_session after a handshake", "ledger"},
      {"lost-bio", "a memory BIO that a handle should have taken is forgotten", SoakPlant::kLostBio, "new-bio",
       "BIO_new for a handle", "ledger"},
      {"lost-context", "an SSL_CTX_up_ref is never given back", SoakPlant::kLostContext, "new", "planted SSL_CTX_up_ref",
       "ledger"},
      {"lost-allocation", "a block of OPENSSL_malloc is never freed", SoakPlant::kLostAllocation, "new", "",
       "allocations"},
      {"lost-malloc", "a block of the C library's malloc is never freed", SoakPlant::kLostMalloc, "new", "", "slope"},
      {"lost-free-thread-2", "the free is forgotten on the second thread only", SoakPlant::kLostFree, "threads",
       "SSL_up_ref on thread 2", "ledger"},
      {"lost-free-walk", "a random walk forgets a free", SoakPlant::kLostFree, "walk", "~in a walk", "ledger"},
      {"extra-up-ref-walk", "a random walk takes one reference too many", SoakPlant::kExtraUpRef, "walk",
       "planted SSL_up_ref", "ledger"},
      {"premature-free", "a handle's first reference is freed while others use it", SoakPlant::kPrematureFree, "up-ref",
       "planted early SSL_free", "too-early"},
      {"premature-free-dup", "a duplicate is freed before its time", SoakPlant::kPrematureFree, "dup",
       "planted early SSL_free", "too-early"},
      {"double-free", "an up_ref's reference is freed twice", SoakPlant::kDoubleFree, "up-ref",
       "planted second SSL_free", "too-early"},
      {"double-free-new", "a handle is freed twice", SoakPlant::kDoubleFree, "new", "planted second SSL_free",
       "too-early"},
      {"double-free-walk", "a random walk frees a reference twice", SoakPlant::kDoubleFree, "walk",
       "planted second SSL_free", "too-early"},
      {"use-after-free", "a handle is referred to after its last free", SoakPlant::kUseAfterFree, "new",
       "planted use after SSL_free", "too-early"},
      {"crash", "the target dies in a cycle (SSL_free of an address that is no handle)", SoakPlant::kCrash, "new", "",
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
