// The SSL_METHODs of which handles can be, by the names of bench/core/method.ts.
#pragma once

#include <string>

#include "openssl_abi.h"

namespace dupmark {

enum class Method {
  kTls,
  kTlsClient,
  kTlsServer,
  kDtls,
  kDtlsClient,
  kDtlsServer,
  kQuicClient,
  kQuicClientThread,
  kQuicServer,
};

struct MethodFacts {
  const char* name;
  // The function that gives it, null in the Api of a version that lacks it.
  const char* function;
  decltype(Api::TLS_method) Api::*get;
  bool quic;
  // Its handles are made by SSL_new_listener; SSL_new refuses.
  bool listener;
};

const MethodFacts& FactsOf(Method method);

// False when there is no method of this name.
bool ParseMethod(const std::string& name, Method* method);

}  // namespace dupmark
