// OpenSSL objects owned by a scope, and the fixtures made into such objects.
#pragma once

#include <memory>

#include "status.h"

namespace dupmark {

using Handle = std::shared_ptr<SSL>;
using Context = std::shared_ptr<SSL_CTX>;
using Certificate = std::shared_ptr<X509>;
using Key = std::shared_ptr<EVP_PKEY>;
using Stack = std::shared_ptr<OPENSSL_STACK>;
using Session = std::shared_ptr<SSL_SESSION>;

// Each gives null when OpenSSL fails; the reason is then in the error queue.
Handle NewHandle(const Api& api, SSL_CTX* ctx);
Context NewContext(const Api& api);
Certificate ReadCertificate(const Api& api, const char* pem);
Key ReadKey(const Api& api, const char* pem);
Stack NewStack(const Api& api);

}  // namespace dupmark
