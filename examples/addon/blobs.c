// A small addon to soak: class Blob holds memory of its own until close(). Its finalizer forgets the memory of a Blob
// that was never closed, a mistake that addons often make, and that no heap snapshot shows.
#include <node_api.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  void* bytes;
} Blob;

static void Finalize(napi_env env, void* data, void* hint) {
  (void)env;
  (void)hint;
  free(data);  // and not ((Blob*)data)->bytes
}

static napi_value Construct(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value length;
  napi_value self;
  int64_t size = 0;
  if (napi_get_cb_info(env, info, &count, &length, &self, NULL) != napi_ok || count < 1 ||
      napi_get_value_int64(env, length, &size) != napi_ok || size < 1) {
    napi_throw_type_error(env, NULL, "Blob takes a number of bytes");
    return NULL;
  }
  Blob* blob = malloc(sizeof *blob);
  void* bytes = malloc((size_t)size);
  if (blob == NULL || bytes == NULL || napi_wrap(env, self, blob, Finalize, NULL, NULL) != napi_ok) {
    free(bytes);
    free(blob);
    napi_throw_error(env, NULL, "no memory for a Blob");
    return NULL;
  }
  memset(bytes, 1, (size_t)size);
  blob->bytes = bytes;
  return self;
}

static napi_value Close(napi_env env, napi_callback_info info) {
  napi_value self;
  void* data = NULL;
  if (napi_get_cb_info(env, info, NULL, NULL, &self, NULL) == napi_ok && napi_unwrap(env, self, &data) == napi_ok) {
    Blob* blob = data;
    free(blob->bytes);
    blob->bytes = NULL;
  }
  return NULL;
}

NAPI_MODULE_INIT() {
  const napi_property_descriptor close = {
      .utf8name = "close", .method = Close, .attributes = napi_default_method};
  napi_value constructor;
  if (napi_define_class(env, "Blob", NAPI_AUTO_LENGTH, Construct, NULL, 1, &close, &constructor) != napi_ok ||
      napi_set_named_property(env, exports, "Blob", constructor) != napi_ok) {
    return NULL;
  }
  return exports;
}
