#include "methods.h"

#include <cstddef>

namespace dupmark {
namespace {

// In the order of the enumeration.
constexpr MethodFacts kMethods[] = {
    {"tls", "TLS_method", &Api::TLS_method, false, false},
    {"tls-client", "TLS_client_method", &Api::TLS_client_method, false, false},
    {"tls-server", "TLS_server_method", &Api::TLS_server_method, false, false},
    {"dtls", "DTLS_method", &Api::DTLS_method, false, false},
    {"dtls-client", "DTLS_client_method", &Api::DTLS_client_method, false, false},
    {"dtls-server", "DTLS_server_method", &Api::DTLS_server_method, false, false},
    {"quic-client", "OSSL_QUIC_client_method", &Api::OSSL_QUIC_client_method, true, false},
    {"quic-client-thread", "OSSL_QUIC_client_thread_method", &Api::OSSL_QUIC_client_thread_method, true, false},
    {"quic-server", "OSSL_QUIC_server_method", &Api::OSSL_QUIC_server_method, true, true},
};

}  // namespace

const MethodFacts& FactsOf(Method method) { return kMethods[static_cast<size_t>(method)]; }

bool ParseMethod(const std::string& name, Method* method) {
  for (size_t i = 0; i < sizeof kMethods / sizeof *kMethods; i++) {
    if (name != kMethods[i].name) continue;
    *method = static_cast<Method>(i);
    return true;
  }
  return false;
}

}  // namespace dupmark
