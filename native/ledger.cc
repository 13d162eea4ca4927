#include "ledger.h"

#include <cstring>
#include <mutex>

namespace dupmark {
namespace {

std::mutex sites_lock;

std::vector<LedgerSite>& Sites() {
  static auto* sites = new std::vector<LedgerSite>{{"unknown", "", 0}};  // outlives every thread
  return *sites;
}

// The compiler names files as it was given them ("soak.cc"); people look for them from the project's folder.
std::string ProjectPath(const char* file) {
  return strchr(file, '/') == nullptr ? std::string("native/") + file : file;
}

}  // namespace

SiteId RegisterSite(const char* label, const char* file, int line) {
  const std::string path = ProjectPath(file);
  const std::lock_guard<std::mutex> guard(sites_lock);
  std::vector<LedgerSite>& sites = Sites();
  for (SiteId id = 0; id < sites.size(); id++) {
    if (sites[id].label == label && sites[id].file == path) return id;
  }
  if (sites.size() >= kSitesMax) return kSitesMax - 1;
  sites.push_back({label, path, line});
  return static_cast<SiteId>(sites.size() - 1);
}

LedgerSite SiteOf(SiteId id) {
  const std::lock_guard<std::mutex> guard(sites_lock);
  return id < Sites().size() ? Sites()[id] : Sites()[0];
}

void Ledger::Add(const Ledger& other) {
  for (SiteId site = 0; site < kSitesMax; site++) {
    outstanding_[site] += other.outstanding_[site];
    if (other.given_back_at_[site] != 0) given_back_at_[site] = other.given_back_at_[site];
  }
  if (!excess_.found) excess_ = other.excess_;
}

void Ledger::Clear() {
  outstanding_.assign(kSitesMax, 0);
  given_back_at_.assign(kSitesMax, 0);
  excess_ = {};
}

std::vector<LostReference> Ledger::Outstanding() const {
  std::vector<LostReference> lost;
  for (SiteId site = 0; site < kSitesMax; site++) {
    if (outstanding_[site] != 0) lost.push_back({site, outstanding_[site]});
  }
  return lost;
}

}  // namespace dupmark
