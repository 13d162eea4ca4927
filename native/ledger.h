// The ledger of references: which call took each reference that is still out. OpenSSL only counts references; the
// ledger also says whose they are, so that a verdict can name the one that was never given back.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace dupmark {

// A place in a program that takes references or gives them back: a native line, or a JavaScript one.
using SiteId = uint32_t;

struct LedgerSite {
  std::string label;
  std::string file;
  int line;
};

// More would be a site per call instead of one per line. Calls past it share the last site.
constexpr SiteId kSitesMax = 1024;

// Process-wide; the same label and file give the same id, at the line that named it first: a reference is taken before
// it is given back. Site 0 is "unknown".
SiteId RegisterSite(const char* label, const char* file, int line);
LedgerSite SiteOf(SiteId id);

#define DUPMARK_SITE(label)                                                                  \
  ([] {                                                                                      \
    static const ::dupmark::SiteId id = ::dupmark::RegisterSite(label, __FILE__, __LINE__); \
    return id;                                                                               \
  }())

// A reference that should have been given back: from which site, and how many of them.
struct LostReference {
  SiteId site;
  int64_t count;
};

// A free that the references do not cover, noticed before it reached OpenSSL.
struct ExcessFree {
  SiteId reference = 0;  // where the reference had been taken
  SiteId at = 0;         // the free that was one too many, or the use after the last one
  SiteId earlier = 0;    // the free that gave the reference back before
  bool use = false;      // `at` used the handle instead of freeing it
  bool found = false;
};

// One thread's ledger. Not shared: the threads of a scenario have one each, added up when they have ended.
class Ledger {
 public:
  Ledger() : outstanding_(kSitesMax, 0), given_back_at_(kSitesMax, 0) {}

  void Take(SiteId site) { outstanding_[site]++; }

  // False, with `excess()` set, when no reference of `reference` is out: the caller must then not free.
  bool GiveBack(SiteId reference, SiteId at) {
    if (outstanding_[reference] <= 0) {
      Refuse(reference, at, /*use=*/false);
      return false;
    }
    outstanding_[reference]--;
    given_back_at_[reference] = at;
    return true;
  }

  // A reference is held by somebody else from here on (as an SSL holds its BIOs).
  void HandOver(SiteId site) { outstanding_[site]--; }

  void Refuse(SiteId reference, SiteId at, bool use) {
    if (excess_.found) return;
    excess_ = {reference, at, given_back_at_[reference], use, true};
  }

  void Add(const Ledger& other);
  void Clear();
  std::vector<LostReference> Outstanding() const;
  const ExcessFree& excess() const { return excess_; }
  // For loops that keep their own books and enter the sums at their end.
  void Enter(SiteId site, int64_t outstanding, SiteId given_back_at) {
    outstanding_[site] += outstanding;
    if (given_back_at != 0) given_back_at_[site] = given_back_at;
  }

 private:
  std::vector<int64_t> outstanding_;
  std::vector<SiteId> given_back_at_;
  ExcessFree excess_;
};

// How many references each live object should have. A free before the count reaches zero, or none when it does,
// is seen at once instead of at the end.
class ReferenceModel {
 public:
  void Take(const void* object, int64_t references = 1) {
    if (references > 0) counts_[object] += references;
  }
  // The references left, or -1 when there was none to give back.
  int64_t GiveBack(const void* object) {
    const auto found = counts_.find(object);
    if (found == counts_.end()) return -1;
    const int64_t left = --found->second;
    if (left == 0) counts_.erase(found);
    return left;
  }
  bool Knows(const void* object) const { return counts_.find(object) != counts_.end(); }
  void Clear() { counts_.clear(); }

 private:
  std::unordered_map<const void*, int64_t> counts_;
};

}  // namespace dupmark
