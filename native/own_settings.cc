#include "own_settings.h"

#include <dlfcn.h>

#include <cstdlib>
#include <sstream>
#include <string>

// The types of OpenSSL are declared outside of every namespace there, as here.
#include "own_setting.h"
#include "settings/setting.h"

namespace dupmark {
namespace {

constexpr const char* kVariable = "DUPMARK_OWN_SETTINGS";

bool IsName(const char* id) {
  if (id == nullptr || *id < 'a' || *id > 'z') return false;
  return std::string(id).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
}

Status Load(const std::string& file, void* (*find)(const char* name)) {
  // Never closed: the catalogue points into it.
  void* object = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (object == nullptr) return Status::Error("own setting " + file + ": " + dlerror());
  const auto entry = reinterpret_cast<const dupmark_own_setting* (*)(dupmark_find)>(dlsym(object, "dupmark_setting"));
  if (entry == nullptr) return Status::Error("own setting " + file + " does not define dupmark_setting");
  const dupmark_own_setting* own = entry(find);
  // This version cannot have it: what asks for it by name is told that the catalogue has no such setting.
  if (own == nullptr) return Status::Ok();
  if (own->abi != DUPMARK_OWN_SETTING_ABI) return Status::Error("own setting " + file + " was built for another dupmark");
  if (!IsName(own->id)) return Status::Error("own setting " + file + " has an id that is no name");
  if (FindSetting(own->id) != nullptr) return Status::Error("own setting " + file + ": the catalogue has " + own->id);
  if (own->apply == nullptr || own->shows == nullptr || own->call == nullptr || own->if_lost == nullptr) {
    return Status::Error("own setting " + file + " lacks apply, shows, call or if_lost");
  }
  const auto part = [](Part::Kind kind, int (*on_context)(SSL_CTX*), int (*on_handle)(SSL*)) {
    return Part{kind, on_context, on_handle, ""};
  };
  Level level("default", {part(Part::kContext, own->context, nullptr), part(Part::kApply, nullptr, own->apply),
                          part(Part::kShows, nullptr, own->shows), part(Part::kChange, nullptr, own->change)});
  // Its looks say nothing but yes and no.
  static char nothing_seen[1] = "";
  static const void* no_object = nullptr;
  level.seen_text = nothing_seen;
  level.seen_object = &no_object;
  AddSetting(Setting{own->id, Bullet::kUndocumented, own->call, own->if_lost, {level}});
  return Status::Ok();
}

}  // namespace

Status LoadOwnSettings(void* (*find)(const char* name)) {
  const char* files = std::getenv(kVariable);
  if (files == nullptr) return Status::Ok();
  std::istringstream list(files);
  for (std::string file; std::getline(list, file, ':');) {
    if (file.empty()) continue;
    const Status status = Load(file, find);
    if (!status.ok()) return status;
  }
  return Status::Ok();
}

}  // namespace dupmark
