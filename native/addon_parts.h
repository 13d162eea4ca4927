// The parts of the addon that have files of their own, and the library that they all work on. For addon*.cc only.
#pragma once

#include <napi.h>

#include "library.h"
#include "operations.h"

namespace dupmark {

// The library that this process opened, or null; the same for every thread that has loaded the addon.
Library* OpenedLibrary();
void SetOpenedLibrary(Library* library);

// Each adds its functions to the addon's exports.
void DefineSoak(Napi::Env env, Napi::Object exports);
void DefineHandles(Napi::Env env, Napi::Object exports);
void DefineNodeLayer(Napi::Env env, Napi::Object exports);
void DefineTeam(Napi::Env env, Napi::Object exports);
void DefineHolding(Napi::Env env, Napi::Object exports);

// A scenario as messages.ts has it; false after a JavaScript error.
bool ScenarioOf(const Napi::Object& wanted, ScenarioSpec* spec);
// {kind, reason?}
Napi::Object AvailabilityObject(Napi::Env env, Availability availability, const std::string& reason);

Napi::Value Throw(Napi::Env env, const std::string& message);
std::string StringField(const Napi::Object& object, const char* name);
// A whole number, or `otherwise` when there is none.
double NumberField(const Napi::Object& object, const char* name, double otherwise);

}  // namespace dupmark
