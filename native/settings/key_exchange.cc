// Finite-field Diffie-Hellman, seen by whether a client that offers nothing else is served; and the groups.
#include "code.h"

namespace dupmark {

std::vector<Setting> KeyExchangeSettings() {
  return WithLooks({
      Setting{"tmp-dh", Bullet::kTmpDh, "SSL_set_tmp_dh", "clients that only know DHE are refused",
              Only({APPLY(DH* dh = DH_new_by_nid(NID_ffdhe2048);
                          int done = (int)SSL_ctrl(ssl, SSL_CTRL_SET_TMP_DH, 0, dh); DH_free(dh); return done;),
                    INHERIT(DH* dh = DH_new_by_nid(NID_ffdhe2048); int done = (int)SSL_CTX_ctrl(ctx,
                            SSL_CTRL_SET_TMP_DH, 0, dh); DH_free(dh); return done;),
                    SHOWS(return serves_dhe(ssl);)})}
          .ConflictsWith({"cipher-list=2", "cipher-list-overridden", "signature-algorithms",
                          "signature-algorithms-overridden", "dh-auto-off", "security-level-lowered"}),
      Setting{"tmp-dh-key", Bullet::kTmpDh, "SSL_set0_tmp_dh_pkey", "clients that only know DHE are refused",
              Only({APPLY(EVP_PKEY_up_ref(dh_parameters()); if (SSL_set0_tmp_dh_pkey(ssl, dh_parameters())) return 1;
                          EVP_PKEY_free(dh_parameters()); return 0;),
                    INHERIT(EVP_PKEY_up_ref(dh_parameters()); return SSL_CTX_set0_tmp_dh_pkey(ctx, dh_parameters());),
                    SHOWS(return serves_dhe(ssl);)})}
          .ConflictsWith({"cipher-list=2", "cipher-list-overridden", "signature-algorithms",
                          "signature-algorithms-overridden", "tmp-dh-callback", "dh-auto-off",
                          "security-level-lowered"}),
      Setting{"tmp-dh-callback", Bullet::kTmpDh, "SSL_set_tmp_dh_callback", "clients that only know DHE are refused",
              Only({APPLY(SSL_set_tmp_dh_callback(ssl, on_tmp_dh); return 1;),
                    INHERIT(SSL_CTX_set_tmp_dh_callback(ctx, on_tmp_dh); return 1;),
                    SHOWS(calls = 0; serves_dhe(ssl); return called();),
                    CHANGE(SSL_set_tmp_dh_callback(ssl, NULL); return 1;)})}
          .ConflictsWith({"cipher-list=2", "cipher-list-overridden", "signature-algorithms",
                          "signature-algorithms-overridden", "tmp-dh", "dh-auto", "dh-auto-off"}),
      Setting{"dh-auto", Bullet::kTmpDh, "SSL_set_dh_auto", "clients that only know DHE are refused",
              Only({APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_DH_AUTO, 1, NULL);),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_DH_AUTO, 1, NULL);),
                    SHOWS(return serves_dhe(ssl);),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_DH_AUTO, 0, NULL);)})}
          .ConflictsWith({"cipher-list=2", "signature-algorithms", "signature-algorithms-overridden", "dh-auto-off"}),
      Setting{"dh-auto-off", Bullet::kTmpDh, "SSL_set_dh_auto(ssl, 0)", "it serves DHE although told not to",
              Only({CONTEXT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_DH_AUTO, 1, NULL);),
                    APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_DH_AUTO, 0, NULL);),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_DH_AUTO, 0, NULL);),
                    SHOWS(return holds(!serves_dhe(ssl), "it serves DHE");),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_DH_AUTO, 1, NULL);)})},
      Setting{"groups", Bullet::kUndocumented, "SSL_set1_groups_list", "it offers the groups of the SSL_CTX",
              Only({APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_GROUPS_LIST, 0, (void*)"P-384");),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_GROUPS_LIST, 0, (void*)"P-384");),
                    SHOWS(return extension_holds(ssl, 10, "\0\2\0\30", 4);),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_GROUPS_LIST, 0, (void*)"P-256");),
                    GUARDS(return refuses(ssl, server_with_group("P-256"), "a server with another group only");)})},
      Setting{"groups-overridden", Bullet::kUndocumented, "SSL_set1_groups_list", "it offers the groups of the SSL_CTX",
              Only({CONTEXT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_GROUPS_LIST, 0, (void*)"P-256");),
                    APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_GROUPS_LIST, 0, (void*)"P-384");),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_GROUPS_LIST, 0, (void*)"P-384");),
                    SHOWS(return extension_holds(ssl, 10, "\0\2\0\30", 4);),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_GROUPS_LIST, 0, (void*)"P-256");),
                    GUARDS(return refuses(ssl, server_with_group("P-256"), "a server with another group only");)})},
  });
}

}  // namespace dupmark
