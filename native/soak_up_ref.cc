// SSL_up_ref and SSL_free, the pair that takes a few nanoseconds: loops with their books in registers. What they
// enter into the ledger at their end is what calls through it would have entered one by one.
#include <pthread.h>

#include <algorithm>
#include <array>

#include "soak.h"

namespace dupmark {
namespace {

const char* NeedsUpRef(const Api& api) { return api.SSL_up_ref == nullptr ? "SSL_up_ref" : nullptr; }

// One loop's own books on one handle.
struct Books {
  SSL* ssl;
  SiteId owner;         // where the reference was taken that the loop lives on
  SiteId reference;     // where the loop takes its own
  SiteId at;            // where it gives them back
  int64_t refs = 1;     // all references to the handle that this loop knows of
  int64_t own = 0;      // those of `reference` among them
};

// False when the loop must end: what comes next could crash.
bool PlantInLoop(Hands& hands, Books& books, SoakPlant plant, bool* skip_free) {
  switch (plant) {
    case SoakPlant::kLostFree:
      *skip_free = true;
      return true;
    case SoakPlant::kExtraUpRef:
      if (!hands.UpRef(books.ssl, DUPMARK_SITE("planted SSL_up_ref"))) return false;
      books.refs++;
      return true;
    case SoakPlant::kHiddenUpRef:
      return hands.api().SSL_up_ref(books.ssl) == 1;
    case SoakPlant::kPrematureFree:
      if (!hands.ledger.GiveBack(books.owner, DUPMARK_SITE("planted early SSL_free"))) return false;
      hands.model.GiveBack(books.ssl);
      books.refs--;
      hands.api().SSL_free(books.ssl);
      return true;
    case SoakPlant::kDoubleFree:
      // The loop's own reference first, as it is about to be; then once more.
      books.own--;
      books.refs--;
      hands.api().SSL_free(books.ssl);
      hands.ledger.Enter(books.reference, 0, books.at);
      hands.ledger.GiveBack(books.reference, DUPMARK_SITE("planted second SSL_free"));
      return false;
    default: return true;
  }
}

Status UpRefLoop(Hands& hands, Trap& trap, Books& books, uint64_t cycles, uint64_t* done) {
  const auto up_ref = hands.api().SSL_up_ref;
  const auto ssl_free = hands.api().SSL_free;
  SSL* const ssl = books.ssl;
  const std::atomic<uint64_t>& freed = oracles::HandlesFreed();
  const uint64_t freed_before = freed.load(std::memory_order_relaxed);
  Status status = Status::Ok();
  uint64_t i = 0;
  int64_t refs = books.refs;
  int64_t own = books.own;
  for (; i < cycles; i++) {
    // Up to the next plant each cycle gives back what it took, and the books read the same after it as before.
    if (refs > 0 && own >= 0) {
      const uint64_t first = i;
      const uint64_t end = i + std::min(trap.Quiet(), cycles - i);
      while (i < end && up_ref(ssl) == 1) {
        ssl_free(ssl);
        // By OpenSSL's own word: a handle that is gone must not be touched again.
        if (freed.load(std::memory_order_relaxed) != freed_before) break;
        i++;
      }
      trap.Skip(i - first);
      if (i == cycles) break;
      if (i < end) {
        if (freed.load(std::memory_order_relaxed) != freed_before) hands.mismatch = {true, true, books.reference, books.at};
        else status = Failed(hands.api(), "SSL_up_ref");
        break;
      }
    }
    if (refs <= 0) {
      hands.ledger.Refuse(books.owner, books.reference, /*use=*/true);
      break;
    }
    if (up_ref(ssl) != 1) {
      status = Failed(hands.api(), "SSL_up_ref");
      break;
    }
    refs++;
    own++;
    if (trap.Step()) {
      books.refs = refs;
      books.own = own;
      bool skip_free = false;
      const bool go_on = PlantInLoop(hands, books, trap.plant(), &skip_free);
      refs = books.refs;
      own = books.own;
      if (!go_on) break;
      if (skip_free) continue;
    }
    if (own <= 0) {
      hands.ledger.Refuse(books.reference, books.at, /*use=*/false);
      break;
    }
    own--;
    refs--;
    ssl_free(ssl);
    if (freed.load(std::memory_order_relaxed) != freed_before && refs > 0) {
      hands.mismatch = {true, true, books.reference, books.at};
      break;
    }
  }
  books.refs = refs;
  books.own = own;
  *done += i < cycles ? i + 1 : i;
  hands.ledger.Enter(books.reference, own, books.at);
  return status;
}

class OneHandle final : public SoakScenario {
 public:
  Status Begin(const Stage& stage, Hands& hands) override {
    ssl_ = hands.New(stage.ctx, DUPMARK_SITE("SSL_new of the handle to refer to"));
    return ssl_ == nullptr ? Failed(stage.api, "SSL_new") : Status::Ok();
  }
  Status Run(const Stage&, Hands& hands, Trap& trap, uint64_t cycles, uint64_t* done) override {
    Books books{ssl_, DUPMARK_SITE("SSL_new of the handle to refer to"), DUPMARK_SITE("SSL_up_ref of one handle"),
                DUPMARK_SITE("SSL_free of one handle")};
    const Status status = UpRefLoop(hands, trap, books, cycles, done);
    gone_ = books.refs <= 0;
    if (!gone_) hands.model.Take(ssl_, books.own);
    return status;
  }
  void End(const Stage&, Hands& hands) override {
    if (ssl_ == nullptr || gone_) return;
    hands.Free(ssl_, DUPMARK_SITE("SSL_new of the handle to refer to"), DUPMARK_SITE("SSL_free at the end"));
  }

 private:
  SSL* ssl_ = nullptr;
  bool gone_ = false;
};

class ManyHandles final : public SoakScenario {
 public:
  Status Begin(const Stage& stage, Hands& hands) override {
    for (SSL*& ssl : pool_) {
      ssl = hands.New(stage.ctx, DUPMARK_SITE("SSL_new of a pool's handle"));
      if (ssl == nullptr) return Failed(stage.api, "SSL_new");
    }
    return Status::Ok();
  }
  // Takes a reference to each handle of the pool in turn and gives the one before it back, so that other handles'
  // memory comes between.
  Status Run(const Stage& stage, Hands& hands, Trap& trap, uint64_t cycles, uint64_t* done) override {
    const auto up_ref = stage.api.SSL_up_ref;
    const auto ssl_free = stage.api.SSL_free;
    const SiteId reference = DUPMARK_SITE("SSL_up_ref of a pool's handle");
    const SiteId at = DUPMARK_SITE("SSL_free of a pool's handle");
    int64_t own = 0;
    SSL* previous = nullptr;
    size_t next = 0;
    for (uint64_t i = 0; i < cycles; i++) {
      SSL* const ssl = pool_[next];
      if (++next == pool_.size()) next = 0;
      if (up_ref(ssl) != 1) return Failed(stage.api, "SSL_up_ref");
      own++;
      (*done)++;
      if (trap.Step() && previous != nullptr && trap.plant() == SoakPlant::kLostFree) {
        hands.model.Take(previous);
      } else if (previous != nullptr) {
        own--;
        ssl_free(previous);
      }
      previous = ssl;
    }
    if (previous != nullptr) {
      own--;
      ssl_free(previous);
    }
    hands.ledger.Enter(reference, own, at);
    return Status::Ok();
  }
  void End(const Stage&, Hands& hands) override {
    for (SSL* ssl : pool_) {
      if (ssl == nullptr) continue;
      hands.Free(ssl, DUPMARK_SITE("SSL_new of a pool's handle"), DUPMARK_SITE("SSL_free at the end"));
    }
  }

 private:
  std::array<SSL*, 256> pool_{};
};

// Several threads on one shared handle, each with a ledger of its own. The plant is on the second thread only.
class Threads final : public SoakScenario {
 public:
  Status Begin(const Stage& stage, Hands& hands) override {
    ssl_ = hands.New(stage.ctx, DUPMARK_SITE("SSL_new of the shared handle"));
    return ssl_ == nullptr ? Failed(stage.api, "SSL_new") : Status::Ok();
  }
  Status Run(const Stage& stage, Hands& hands, Trap& trap, uint64_t cycles, uint64_t* done) override {
    struct Work {
      Hands hands;
      Trap trap;
      Books books;
      uint64_t cycles;
      uint64_t done = 0;
      Status status = Status::Ok();
      pthread_t thread = 0;
    };
    std::vector<std::unique_ptr<Work>> all;
    Status status = Status::Ok();
    for (uint32_t i = 0; i < stage.threads; i++) {
      const bool second = i == 1;
      const uint64_t share = cycles / stage.threads + (second ? cycles % stage.threads : 0);
      all.push_back(std::unique_ptr<Work>(new Work{
          Hands(stage.api, /*alone=*/false), second ? trap.From(stage.first_cycle / stage.threads) : Trap(PlantSpec(), 0),
          Books{ssl_, DUPMARK_SITE("SSL_new of the shared handle"),
                second ? DUPMARK_SITE("SSL_up_ref on thread 2") : DUPMARK_SITE("SSL_up_ref on another thread"),
                DUPMARK_SITE("SSL_free on a thread")},
          share}));
      Work* work = all.back().get();
      const auto body = [](void* data) -> void* {
        auto* const mine = static_cast<Work*>(data);
        mine->status = UpRefLoop(mine->hands, mine->trap, mine->books, mine->cycles, &mine->done);
        return nullptr;
      };
      if (pthread_create(&work->thread, nullptr, body, work) != 0) {
        all.pop_back();
        status = Status::Error("cannot start a thread");
        break;
      }
    }
    for (const auto& work : all) {
      pthread_join(work->thread, nullptr);
      hands.ledger.Add(work->hands.ledger);
      if (work->hands.mismatch.found) hands.mismatch = work->hands.mismatch;
      hands.model.Take(ssl_, work->books.own);
      *done += work->done;
      if (!work->status.ok()) status = work->status;
    }
    return status;
  }
  void End(const Stage&, Hands& hands) override {
    if (ssl_ == nullptr) return;
    hands.Free(ssl_, DUPMARK_SITE("SSL_new of the shared handle"), DUPMARK_SITE("SSL_free at the end"));
  }

 private:
  SSL* ssl_ = nullptr;
};

}  // namespace

std::vector<SoakScenarioInfo> UpRefScenarios() {
  return {
      {"up-ref", "SSL_up_ref and SSL_free on one handle", false, NeedsUpRef,
       [] { return std::unique_ptr<SoakScenario>(new OneHandle); }},
      {"up-ref-many", "the same over a pool of 256 handles", false, NeedsUpRef,
       [] { return std::unique_ptr<SoakScenario>(new ManyHandles); }},
      {"threads", "the same from four threads on one shared handle", false, NeedsUpRef,
       [] { return std::unique_ptr<SoakScenario>(new Threads); }},
  };
}

}  // namespace dupmark
