// Callbacks that a handle carries. Most have no getter: they are seen by what a handshake makes them do.
#include "code.h"

namespace dupmark {

std::vector<Setting> CallbackSettings() {
  return WithLooks({
      Setting{"msg-callback", Bullet::kCallbacks, "SSL_set_msg_callback", "its messages are not traced",
              Only({APPLY(SSL_set_msg_callback(ssl, on_message); return 1;),
                    INHERIT(SSL_CTX_set_msg_callback(ctx, on_message); return 1;),
                    SHOWS(calls = 0; sends_extension(ssl, 0); return called();),
                    CHANGE(SSL_set_msg_callback(ssl, NULL); return 1;)})}
          .Everyday(),
      Setting{"msg-callback-off", Bullet::kCallbacks, "SSL_set_msg_callback(ssl, NULL)",
              "its messages are traced although told not to",
              Only({CONTEXT(SSL_CTX_set_msg_callback(ctx, on_message); return 1;),
                    APPLY(SSL_set_msg_callback(ssl, NULL); return 1;),
                    INHERIT(SSL_CTX_set_msg_callback(ctx, NULL); return 1;),
                    SHOWS(calls = 0; sends_extension(ssl, 0); return holds(calls == 0, "it is called");),
                    CHANGE(SSL_set_msg_callback(ssl, on_message); return 1;)})}
          .ConflictsWith({"msg-callback", "msg-callback-data", "info-callback", "info-callback-overridden"}),
      Setting{"msg-callback-data", Bullet::kCallbacks, "SSL_set_msg_callback_arg", "the trace has no data",
              Only({APPLY(SSL_set_msg_callback(ssl, on_message);
                          SSL_ctrl(ssl, SSL_CTRL_SET_MSG_CALLBACK_ARG, 0, &own_data); return 1;),
                    INHERIT(SSL_CTX_set_msg_callback(ctx, on_message); SSL_CTX_ctrl(ctx, SSL_CTRL_SET_MSG_CALLBACK_ARG,
                            0, &own_data); return 1;),
                    SHOWS(calls = 0; call_argument = NULL; sends_extension(ssl, 0);
                          return called() && same(call_argument, &own_data);),
                    CHANGE(SSL_ctrl(ssl, SSL_CTRL_SET_MSG_CALLBACK_ARG, 0, NULL); return 1;)})},
      Setting{"info-callback", Bullet::kCallbacks, "SSL_set_info_callback", "its progress is not told",
              Only({APPLY(SSL_set_info_callback(ssl, on_info); return 1;),
                    INHERIT(SSL_CTX_set_info_callback(ctx, on_info); return 1;),
                    // By what is called: the getter knows nothing of the callback of the SSL_CTX.
                    SHOWS(calls = 0; sends_extension(ssl, 0); return called();),
                    CHANGE(SSL_set_info_callback(ssl, NULL); return 1;)})},
      Setting{"info-callback-overridden", Bullet::kCallbacks, "SSL_set_info_callback",
              "its progress is told to the callback of the SSL_CTX",
              Only({CONTEXT(SSL_CTX_set_info_callback(ctx, on_info_of_context); return 1;),
                    APPLY(SSL_set_info_callback(ssl, on_info); return 1;),
                    INHERIT(SSL_CTX_set_info_callback(ctx, on_info); return 1;),
                    SHOWS(calls = 0; sends_extension(ssl, 0); return called();),
                    CHANGE(SSL_set_info_callback(ssl, NULL); return 1;)})},
      Setting{"password-callback", Bullet::kPasswordCallback, "SSL_set_default_passwd_cb",
              "it cannot read encrypted keys",
              Only({APPLY(SSL_set_default_passwd_cb(ssl, on_password); return 1;),
                    INHERIT(SSL_CTX_set_default_passwd_cb(ctx, on_password); return 1;),
                    SHOWS(return holds(SSL_get_default_passwd_cb(ssl) == on_password, "another callback, or none");),
                    CHANGE(SSL_set_default_passwd_cb(ssl, NULL); return 1;)})},
      Setting{"password-callback-off", Bullet::kPasswordCallback, "SSL_set_default_passwd_cb(ssl, NULL)",
              "it asks for the password as the SSL_CTX does",
              Only({CONTEXT(SSL_CTX_set_default_passwd_cb(ctx, on_password); return 1;),
                    APPLY(SSL_set_default_passwd_cb(ssl, NULL); return 1;),
                    INHERIT(SSL_CTX_set_default_passwd_cb(ctx, NULL); return 1;),
                    SHOWS(return holds(SSL_get_default_passwd_cb(ssl) == NULL, "the callback of the SSL_CTX");),
                    CHANGE(SSL_set_default_passwd_cb(ssl, on_password); return 1;)})}
          .ConflictsWith({"password-callback"}),
      Setting{"password-callback-data", Bullet::kPasswordCallback, "SSL_set_default_passwd_cb_userdata",
              "the password callback gets no data",
              Only({APPLY(SSL_set_default_passwd_cb_userdata(ssl, &own_data); return 1;),
                    INHERIT(SSL_CTX_set_default_passwd_cb_userdata(ctx, &own_data); return 1;),
                    SHOWS(return same(SSL_get_default_passwd_cb_userdata(ssl), &own_data);),
                    CHANGE(SSL_set_default_passwd_cb_userdata(ssl, NULL); return 1;)})},
      Setting{"async-callback", Bullet::kUndocumented, "SSL_set_async_callback", "nobody is told of finished jobs",
              Only({APPLY(return SSL_set_async_callback(ssl, on_async);),
                    INHERIT(return SSL_CTX_set_async_callback(ctx, on_async);),
                    SHOWS(return unobservable("there is no getter, and only an asynchronous engine calls it");)})},
  });
}

}  // namespace dupmark
