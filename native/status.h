// How functions of the core report failure: by value, since neither exceptions nor JavaScript errors may cross
// the native loops.
#pragma once

#include <string>
#include <utility>

#include "openssl_abi.h"

namespace dupmark {

// A Status is success, or one line that says what failed.
class [[nodiscard]] Status {
 public:
  static Status Ok() { return Status(); }
  static Status Error(std::string message) {
    Status status;
    status.message_ = message.empty() ? "unknown error" : std::move(message);
    return status;
  }
  bool ok() const { return message_.empty(); }
  const std::string& message() const { return message_; }

 private:
  std::string message_;
};

// Empties OpenSSL's error queue of this thread and gives its entries, oldest first, on one line.
std::string DrainErrors(const Api& api);

// "SSL_dup failed: error:…", with the error queue drained into the message.
Status Failed(const Api& api, const char* call);

}  // namespace dupmark
