// What Node makes OpenSSL do beneath its own layers, done natively and timed, so that the rest is Node's: a context,
// and a whole connection over memory BIOs.
#pragma once

#include <cstdint>

#include "resources.h"

namespace dupmark {

// A NodeLayer has what its rounds need: contexts of a client that checks its server's certificate, and of that server.
class NodeLayer {
 public:
  explicit NodeLayer(const Api& api) : api_(api) {}

  // Once, before anything is timed.
  Status Prepare();

  // Nanoseconds of one SSL_CTX_new, its cipher list, and its SSL_CTX_free, as the mean of `iterations`.
  Status TimeContexts(const char* ciphers, uint64_t iterations, double* ns) const;

  // The same of a connection: SSL_new of both sides, the handshake with its tickets, SSL_free of both.
  Status TimeConnections(uint64_t iterations, double* ns) const;

 private:
  const Api& api_;
  Context client_;
  Context server_;
};

}  // namespace dupmark
