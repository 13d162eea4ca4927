#include "bindings.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include <climits>
#include <cstdlib>
#include <cstring>

namespace dupmark {
namespace {

std::string RealPath(const std::string& path) {
  char resolved[PATH_MAX];
  return realpath(path.c_str(), resolved) == nullptr ? path : std::string(resolved);
}

// The parts of a loaded library's dynamic section that name its imports.
struct Dynamic {
  const ElfW(Sym) * symbols = nullptr;
  const char* strings = nullptr;
  const ElfW(Rela) * tables[2] = {nullptr, nullptr};  // DT_JMPREL and DT_RELA
  size_t counts[2] = {0, 0};
};

Dynamic ReadDynamic(const link_map* map) {
  Dynamic dynamic;
  for (const ElfW(Dyn)* entry = map->l_ld; entry->d_tag != DT_NULL; entry++) {
    // glibc has already turned these d_ptr values into addresses on x86-64 and arm64.
    const auto address = static_cast<uintptr_t>(entry->d_un.d_ptr);
    switch (entry->d_tag) {
      case DT_SYMTAB: dynamic.symbols = reinterpret_cast<const ElfW(Sym)*>(address); break;
      case DT_STRTAB: dynamic.strings = reinterpret_cast<const char*>(address); break;
      case DT_JMPREL: dynamic.tables[0] = reinterpret_cast<const ElfW(Rela)*>(address); break;
      case DT_PLTRELSZ: dynamic.counts[0] = entry->d_un.d_val / sizeof(ElfW(Rela)); break;
      case DT_RELA: dynamic.tables[1] = reinterpret_cast<const ElfW(Rela)*>(address); break;
      case DT_RELASZ: dynamic.counts[1] = entry->d_un.d_val / sizeof(ElfW(Rela)); break;
      default: break;
    }
  }
  return dynamic;
}

bool IsImport(const ElfW(Rela) & relocation) {
  const auto type = ELF64_R_TYPE(relocation.r_info);
#if defined(__x86_64__)
  return type == R_X86_64_JUMP_SLOT || type == R_X86_64_GLOB_DAT;
#else
  return type == R_AARCH64_JUMP_SLOT || type == R_AARCH64_GLOB_DAT;
#endif
}

}  // namespace

std::string HomeOf(const void* address) {
  Dl_info info;
  if (address == nullptr || dladdr(address, &info) == 0 || info.dli_fname == nullptr) return "?";
  // The executable names itself as it was started ("node"), or not at all under an explicit loader.
  if (strchr(info.dli_fname, '/') == nullptr) return RealPath("/proc/self/exe");
  return RealPath(info.dli_fname);
}

Status CheckBindings(void* handle, const std::string& libssl, const std::string& libcrypto) {
  link_map* map = nullptr;
  if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0 || map == nullptr) {
    return Status::Error("cannot read the link map of " + libssl);
  }
  const Dynamic dynamic = ReadDynamic(map);
  if (dynamic.symbols == nullptr || dynamic.strings == nullptr) {
    return Status::Error(libssl + " has no dynamic symbols to check");
  }
  const std::string own = RealPath(libssl);
  const std::string crypto = RealPath(libcrypto);
  size_t right = 0;
  size_t wrong = 0;
  std::string answered;
  std::string example;
  for (int table = 0; table < 2; table++) {
    for (size_t i = 0; i < dynamic.counts[table]; i++) {
      const ElfW(Rela)& relocation = dynamic.tables[table][i];
      if (!IsImport(relocation)) continue;
      const char* name = dynamic.strings + dynamic.symbols[ELF64_R_SYM(relocation.r_info)].st_name;
      // What the library itself and its dependencies would answer; the linker may have asked others first.
      const void* expected = dlsym(handle, name);
      const void* bound = *reinterpret_cast<void* const*>(map->l_addr + relocation.r_offset);
      if (bound == nullptr) continue;  // weak, and nobody has it
      if (expected != nullptr) {
        const std::string expected_home = HomeOf(expected);
        if (expected_home != own && expected_home != crypto) continue;  // libc and its like
      }
      if (bound == expected) {
        right++;
        continue;
      }
      wrong++;
      answered = HomeOf(bound);
      example = name;
    }
  }
  if (wrong > 0) {
    return Status::Error(std::to_string(wrong) + " of " + std::to_string(right + wrong) + " OpenSSL functions that " +
                         libssl + " calls were answered by " + answered + " (for example " + example +
                         "), so this process would not measure " + libssl);
  }
  if (right == 0) {
    return Status::Error("no function that " + libssl + " imports is answered by " + libcrypto +
                         ": they do not belong together");
  }
  return Status::Ok();
}

}  // namespace dupmark
