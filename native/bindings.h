// Where the functions that a library imports were really found. Node exports over 2,000 OpenSSL symbols of its
// own, and the dynamic linker prefers the executable's: a libssl opened plainly runs on Node's libcrypto. This is
// read from the filled-in relocation table, so it is known before any function of the library is called.
#pragma once

#include <string>

#include "status.h"

namespace dupmark {

// The file that holds the code at `address`, with symbolic links resolved; "?" when nobody knows.
std::string HomeOf(const void* address);

// Errors when any function that the library behind `handle` imports, and that `libcrypto` or the library itself
// defines, is bound to another file. Names the file that answered and how many imports went there.
Status CheckBindings(void* handle, const std::string& libssl, const std::string& libcrypto);

}  // namespace dupmark
