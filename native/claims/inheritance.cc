// "The new structure inherits the settings of the underlying context ctx": each of those that the page names.
#include "handles.h"

namespace dupmark {
namespace {

constexpr char kInherits[] =
    "The new structure inherits the settings of the underlying context ctx: connection method, options, verification "
    "settings, timeout settings.";

// Sets something on a context, and looks for it on a handle made from it, and on one of a bare context.
template <class Set, class Look>
Answer Inherited(Set set, Look look) {
  SSL_CTX* ctx = SSL_CTX_new(TLS_method());
  set(ctx);
  SSL* with = SSL_new(ctx);
  SSL* without = SSL_new(other_context());
  const bool has = look(with);
  const bool bare_has = look(without);
  if (bare_has) return Open("not to be seen: a handle of a bare context shows it as well");
  return Holds(has, has ? "inherited" : "not inherited");
}

}  // namespace

std::vector<Claim> InheritanceClaims() {
  return {
      {"new-inherits-method", kInherits, "SSL_new from a context of TLS_client_method",
       [] {
         SSL* ssl = SSL_new(NewContextOf(TLS_client_method()));
         const bool same_method = SSL_get_ssl_method(ssl) == TLS_client_method();
         return Holds(same_method, same_method ? "inherited" : "another method");
       }},
      {"new-inherits-options", kInherits, "SSL_CTX_set_options, then SSL_new",
       [] {
         return Inherited([](SSL_CTX* ctx) { SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET); },
                          [](SSL* ssl) { return (SSL_get_options(ssl) & SSL_OP_NO_TICKET) != 0; });
       }},
      {"new-inherits-verify-mode", kInherits, "SSL_CTX_set_verify, then SSL_new",
       [] {
         return Inherited([](SSL_CTX* ctx) { SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, nullptr); },
                          [](SSL* ssl) { return SSL_get_verify_mode(ssl) == SSL_VERIFY_PEER; });
       }},
      {"new-inherits-verify-callback", kInherits, "SSL_CTX_set_verify with a callback, then SSL_new",
       [] {
         return Inherited([](SSL_CTX* ctx) { SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, accept_nothing); },
                          [](SSL* ssl) { return SSL_get_verify_callback(ssl) == accept_nothing; });
       }},
      {"new-inherits-verify-depth", kInherits, "SSL_CTX_set_verify_depth, then SSL_new",
       [] {
         return Inherited([](SSL_CTX* ctx) { SSL_CTX_set_verify_depth(ctx, 3); },
                          [](SSL* ssl) { return SSL_get_verify_depth(ssl) == 3; });
       }},
      {"new-inherits-verify-parameters", kInherits, "X509_VERIFY_PARAM_set_flags on the context, then SSL_new",
       [] {
         return Inherited(
             [](SSL_CTX* ctx) { X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(ctx), X509_V_FLAG_CRL_CHECK); },
             [](SSL* ssl) { return (X509_VERIFY_PARAM_get_flags(SSL_get0_param(ssl)) & X509_V_FLAG_CRL_CHECK) != 0; });
       }},
      {"new-inherits-timeout", kInherits, "SSL_CTX_set_timeout, then the session of a handshake",
       [] {
         return Inherited([](SSL_CTX* ctx) { SSL_CTX_set_timeout(ctx, 77); },
                          [](SSL* ssl) { return serves(ssl) && SSL_SESSION_get_timeout(SSL_get_session(ssl)) == 77; });
       }},
  };
}

}  // namespace dupmark
