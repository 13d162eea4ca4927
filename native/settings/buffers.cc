// How a handle reads, writes and buffers.
#include "code.h"

namespace dupmark {

std::vector<Setting> BufferSettings() {
  return WithLooks({
      Setting{"read-ahead", Bullet::kReadAhead, "SSL_set_read_ahead", "it reads a record at a time",
              Only({APPLY(SSL_set_read_ahead(ssl, 1); return 1;),
                    INHERIT(SSL_CTX_ctrl(ctx, SSL_CTRL_SET_READ_AHEAD, 1, NULL); return 1;),
                    SHOWS(return equal(SSL_get_read_ahead(ssl), 1);),
                    CHANGE(SSL_set_read_ahead(ssl, 0); return 1;)})}
          .Everyday(),
      Setting{"read-ahead-off", Bullet::kReadAhead, "SSL_set_read_ahead(ssl, 0)", "it reads ahead although told not to",
              Only({CONTEXT(SSL_CTX_ctrl(ctx, SSL_CTRL_SET_READ_AHEAD, 1, NULL); return 1;),
                    APPLY(SSL_set_read_ahead(ssl, 0); return 1;),
                    INHERIT(SSL_CTX_ctrl(ctx, SSL_CTRL_SET_READ_AHEAD, 0, NULL); return 1;),
                    SHOWS(return equal(SSL_get_read_ahead(ssl), 0);),
                    CHANGE(SSL_set_read_ahead(ssl, 1); return 1;)})}
          .ConflictsWith({"read-ahead", "max-pipelines"}),
      Setting{"max-cert-list", Bullet::kMaxCertList, "SSL_set_max_cert_list", "it takes longer chains from its peer",
              Only({APPLY(SSL_ctrl(ssl, SSL_CTRL_SET_MAX_CERT_LIST, 12345, NULL); return 1;),
                    INHERIT(SSL_CTX_ctrl(ctx, SSL_CTRL_SET_MAX_CERT_LIST, 12345, NULL); return 1;),
                    SHOWS(return equal(SSL_ctrl(ssl, SSL_CTRL_GET_MAX_CERT_LIST, 0, NULL), 12345);),
                    CHANGE(SSL_ctrl(ssl, SSL_CTRL_SET_MAX_CERT_LIST, 54321, NULL); return 1;)})},
      Setting{"max-cert-list-overridden", Bullet::kMaxCertList, "SSL_set_max_cert_list",
              "the limit of the SSL_CTX holds",
              Only({CONTEXT(SSL_CTX_ctrl(ctx, SSL_CTRL_SET_MAX_CERT_LIST, 54321, NULL); return 1;),
                    APPLY(SSL_ctrl(ssl, SSL_CTRL_SET_MAX_CERT_LIST, 12345, NULL); return 1;),
                    INHERIT(SSL_CTX_ctrl(ctx, SSL_CTRL_SET_MAX_CERT_LIST, 12345, NULL); return 1;),
                    SHOWS(return equal(SSL_ctrl(ssl, SSL_CTRL_GET_MAX_CERT_LIST, 0, NULL), 12345);),
                    CHANGE(SSL_ctrl(ssl, SSL_CTRL_SET_MAX_CERT_LIST, 54321, NULL); return 1;)})},
      Setting{"max-send-fragment", Bullet::kUndocumented, "SSL_set_max_send_fragment", "it sends records of full length",
              Only({APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_MAX_SEND_FRAGMENT, 512, NULL);),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_MAX_SEND_FRAGMENT, 512, NULL);),
                    SHOWS(int length = record_length(ssl, 4096);
                          return length < 0 ? 0 : holds(length < 700, "records are longer");),
                    CHANGE(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_MAX_SEND_FRAGMENT, 4096, NULL);)})}
          .ConflictsWith({"verify-mode", "verify-callback-overridden"}),
      Setting{"split-send-fragment", Bullet::kUndocumented, "SSL_set_split_send_fragment",
              "its pipelines get longer pieces",
              Only({APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_SPLIT_SEND_FRAGMENT, 512, NULL);),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_SPLIT_SEND_FRAGMENT, 512, NULL);),
                    SHOWS(return unobservable("there is no getter, and it shows only with a pipelining engine");)})},
      Setting{"max-pipelines", Bullet::kUndocumented, "SSL_set_max_pipelines", "it has a single pipeline",
              Only({APPLY(return (int)SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PIPELINES, 4, NULL);),
                    INHERIT(return (int)SSL_CTX_ctrl(ctx, SSL_CTRL_SET_MAX_PIPELINES, 4, NULL);),
                    SHOWS(return unobservable("there is no getter, and it shows only with a pipelining engine");)})},
      Setting{"default-read-buffer", Bullet::kUndocumented, "SSL_set_default_read_buffer_len",
              "its read buffer has the default length",
              Only({APPLY(SSL_set_default_read_buffer_len(ssl, 40000); return 1;),
                    INHERIT(SSL_CTX_set_default_read_buffer_len(ctx, 40000); return 1;),
                    SHOWS(return unobservable("there is no getter, and only the length of one allocation tells");)})},
      Setting{"block-padding", Bullet::kUndocumented, "SSL_set_block_padding", "its records show their length",
              Only({APPLY(return SSL_set_block_padding(ssl, 512);),
                    INHERIT(return SSL_CTX_set_block_padding(ctx, 512);),
                    SHOWS(int length = record_length(ssl, 1);
                          return length < 0 ? 0 : holds(length >= 512, "records are shorter");),
                    CHANGE(return SSL_set_block_padding(ssl, 0);)})}
          .ConflictsWith({"verify-mode", "verify-callback-overridden"}),
      Setting{"padding-callback", Bullet::kUndocumented, "SSL_set_record_padding_callback",
              "its records show their length",
              Only({APPLY(SSL_set_record_padding_callback(ssl, on_padding); return 1;),
                    INHERIT(SSL_CTX_set_record_padding_callback(ctx, on_padding); return 1;),
                    SHOWS(calls = 0; record_length(ssl, 1); return called();),
                    CHANGE(SSL_set_record_padding_callback(ssl, NULL); return 1;)})}
          .ConflictsWith({"max-proto-version", "verify-mode", "verify-callback-overridden", "block-padding"}),
      Setting{"padding-callback-data", Bullet::kUndocumented, "SSL_set_record_padding_callback_arg",
              "the padding callback gets no data",
              Only({APPLY(SSL_set_record_padding_callback_arg(ssl, &own_data); return 1;),
                    INHERIT(SSL_CTX_set_record_padding_callback_arg(ctx, &own_data); return 1;),
                    SHOWS(return same(SSL_get_record_padding_callback_arg(ssl), &own_data);),
                    CHANGE(SSL_set_record_padding_callback_arg(ssl, NULL); return 1;)})},
  });
}

}  // namespace dupmark
