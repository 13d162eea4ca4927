#include "status.h"

namespace dupmark {

std::string DrainErrors(const Api& api) {
  std::string all;
  while (const unsigned long code = api.ERR_get_error()) {
    char text[256];
    api.ERR_error_string_n(code, text, sizeof text);
    if (!all.empty()) all += "; ";
    all += text;
  }
  return all;
}

Status Failed(const Api& api, const char* call) {
  const std::string errors = DrainErrors(api);
  return Status::Error(std::string(call) + " failed: " + (errors.empty() ? "the error queue is empty" : errors));
}

}  // namespace dupmark
