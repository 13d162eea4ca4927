// Real handshakes between two handles of the same library over memory BIOs.
#pragma once

#include "resources.h"

namespace dupmark {

// Gives `ssl` two memory BIOs of its own.
Status AttachMemoryBios(const Api& api, SSL* ssl, BIO** to_read, BIO** written);

// Makes `ssl` a client and lets it write its ClientHello into a memory BIO: from here on its handshake has begun.
Status BeginHandshake(const Api& api, SSL* ssl);

// Connects `client` and `server` and lets each finish its handshake and read what follows (TLS 1.3 tickets).
Status CompleteHandshake(const Api& api, SSL* client, SSL* server);

// Sends `bytes` of application data each way between two connected handles, over memory BIOs of their own.
Status ExchangeData(const Api& api, SSL* client, SSL* server, size_t bytes);

// A context with a certificate to show.
Status NewServerContext(const Api& api, Context* context);

// The session of a whole handshake between two handles made for it.
Status SessionOfHandshake(const Api& api, Session* session);

}  // namespace dupmark
