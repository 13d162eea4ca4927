// Settings that users bring (own_setting.h), as entries of the catalogue.
#pragma once

#include "status.h"

namespace dupmark {

// The files that DUPMARK_OWN_SETTINGS names, separated by colons, opened and asked. `find` gives a function of the target.
// Once a process, before the catalogue is read.
Status LoadOwnSettings(void* (*find)(const char* name));

}  // namespace dupmark
