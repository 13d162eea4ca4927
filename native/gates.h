// Stands between the catalogue's code and the library under test. An entry's code makes what it sets (lists, keys, names)
// beside setting it; only the second is the library's doing on a handle, and may be refused memory.
#pragma once

#include "library.h"
#include "settings/setting.h"

namespace dupmark::gates {

// From now on every call of the catalogue's code on a handle goes through here. Once per process.
void Install(const Library& library);

// Allocations count for allocations::FailAllocation in calls on this handle and on its verification parameters only; null
// for none.
void Watch(SSL* ssl);

// Gives the setting to the SSL_CTX, so that SSL_new has to pass it on: each call on a handle goes to the SSL_CTX's function
// of the same name (SSL_CTX_set_cipher_list for SSL_set_cipher_list). False when there is none, or it fails.
bool ApplyToContext(const Prepared& setting, SSL_CTX* ctx);

}  // namespace dupmark::gates
