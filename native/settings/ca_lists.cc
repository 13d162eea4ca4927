// Whom a handle names as trusted.
#include "code.h"

namespace dupmark {

std::vector<Setting> CaListSettings() {
  return WithLooks({
      // SSL_set_client_CA_list takes the list over, so that every handle needs a copy: a program pays for both.
      Setting{"client-ca-list", Bullet::kCaList, "SSL_set_client_CA_list", "it names no issuers to clients",
              // The copy is the program's own call, whose failure is its own to notice.
              Only({APPLY(struct stack_st_X509_NAME* names = two_names(); if (names == NULL) return 0;
                          SSL_set_client_CA_list(ssl, names); return 1;),
                    INHERIT(struct stack_st_X509_NAME* names = two_names(); if (names == NULL) return 0;
                            SSL_CTX_set_client_CA_list(ctx, names); return 1;),
                    SHOWS(return list_length(SSL_get_client_CA_list(ssl), 2);),
                    CHANGE(SSL_set_client_CA_list(ssl, one_name()); return 1;),
                    GUARDS(return names_issuers(ssl);)})}
          .Everyday(),
      Setting{"client-ca-list-overridden", Bullet::kCaList, "SSL_set_client_CA_list",
              "it names the issuers of the SSL_CTX to clients",
              Only({CONTEXT(SSL_CTX_set_client_CA_list(ctx, one_name()); return 1;),
                    APPLY(SSL_set_client_CA_list(ssl, two_names()); return 1;),
                    INHERIT(SSL_CTX_set_client_CA_list(ctx, two_names()); return 1;),
                    SHOWS(return list_length(SSL_get_client_CA_list(ssl), 2);),
                    CHANGE(SSL_set_client_CA_list(ssl, one_name()); return 1;)})},
      Setting{"client-ca-added", Bullet::kCaList, "SSL_add_client_CA", "it names no issuers to clients",
              Only({APPLY(return SSL_add_client_CA(ssl, root_certificate());),
                    INHERIT(return SSL_CTX_add_client_CA(ctx, root_certificate());),
                    SHOWS(return list_length(SSL_get_client_CA_list(ssl), 1);),
                    CHANGE(SSL_set_client_CA_list(ssl, two_names()); return 1;),
                    GUARDS(return names_issuers(ssl);)})}
          .ConflictsWith({"client-ca-list", "client-ca-list-overridden"}),
      Setting{"ca-list", Bullet::kCaList, "SSL_set0_CA_list", "it names no issuers to its peer",
              Only({APPLY(SSL_set0_CA_list(ssl, two_names()); return 1;),
                    INHERIT(SSL_CTX_set0_CA_list(ctx, two_names()); return 1;),
                    SHOWS(return list_length(SSL_get0_CA_list(ssl), 2);),
                    CHANGE(SSL_set0_CA_list(ssl, one_name()); return 1;),
                    GUARDS(return sends_issuers(ssl);)})}
          .ConflictsWith({"ca-added"}),
      Setting{"ca-added", Bullet::kCaList, "SSL_add1_to_CA_list", "it names no issuers to its peer",
              Only({APPLY(return SSL_add1_to_CA_list(ssl, root_certificate());),
                    INHERIT(return SSL_CTX_add1_to_CA_list(ctx, root_certificate());),
                    SHOWS(return list_length(SSL_get0_CA_list(ssl), 1);),
                    CHANGE(SSL_set0_CA_list(ssl, two_names()); return 1;),
                    GUARDS(return sends_issuers(ssl);)})},
  });
}

}  // namespace dupmark
