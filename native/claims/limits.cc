// What happens where the counter, an int, ends. It takes 2^31 real references: ten seconds and more.
#include <climits>

#include "handles.h"

namespace dupmark {

std::vector<Claim> LimitClaims() {
  return {
      {"up-ref-at-limit", "SSL_up_ref() returns 1 for success and 0 for failure.",
       "SSL_up_ref until the counter stands at INT_MAX, and once more",
       [] {
         SSL* ssl = SSL_new(other_context());
         Tag(ssl);
         for (int count = 1; count < INT_MAX; count++) {
           if (SSL_up_ref(ssl) != 1) return Holds(true, "returns 0 at " + std::to_string(count));
         }
         const int at_limit = SSL_up_ref(ssl);
         if (at_limit != 1) return Holds(true, "returns 0 at the limit");
         // A failure that is not told: the counter has wrapped, and the next SSL_free sees a count below zero.
         SSL_free(ssl);
         SSL_free(ssl);
         return Holds(false, freed_handles == 0
                                 ? "returns 1 past the limit; the handle is not freed at once"
                                 : "returns 1 past the limit; a later SSL_free frees the handle under its other owners");
       },
       /*slow=*/true},
  };
}

}  // namespace dupmark
