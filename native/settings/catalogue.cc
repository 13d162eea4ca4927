#include "setting.h"

namespace dupmark {

const char* BulletId(Bullet bullet) {
  switch (bullet) {
#define DUPMARK_BULLET_ID(constant, id, text) \
  case Bullet::constant:                      \
    return id;
    DUPMARK_BULLETS(DUPMARK_BULLET_ID)
#undef DUPMARK_BULLET_ID
  }
  return "";
}

const std::vector<Setting>& Catalogue() {
  static const std::vector<Setting> catalogue = [] {
    std::vector<Setting> all;
    for (auto list : {OptionSettings, ProtocolSettings, CipherSettings, VerificationSettings, CertificateSettings,
                      SessionSettings, BufferSettings, CallbackSettings, ApplicationSettings}) {
      for (Setting& setting : list()) all.push_back(std::move(setting));
    }
    return all;
  }();
  return catalogue;
}

const Setting* FindSetting(const std::string& id) {
  for (const Setting& setting : Catalogue()) {
    if (id == setting.id) return &setting;
  }
  return nullptr;
}

}  // namespace dupmark
