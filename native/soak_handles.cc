// Scenarios that make and free whole handles: a microsecond or more each, so that every call goes through the ledger.
#include <array>

#include "fixtures/certificates.h"
#include "handshake.h"
#include "resources.h"
#include "soak.h"

namespace dupmark {
namespace {

const char* NeedsNothing(const Api&) { return nullptr; }
const char* NeedsDup(const Api& api) { return api.SSL_dup == nullptr ? "SSL_dup" : nullptr; }
const char* NeedsClear(const Api& api) { return api.SSL_clear == nullptr ? "SSL_clear" : nullptr; }
const char* NeedsBios(const Api& api) {
  if (api.SSL_set_bio == nullptr) return "SSL_set_bio";
  return api.BIO_s_mem == nullptr ? "BIO_s_mem" : nullptr;
}
const char* NeedsSetters(const Api& api) {
  if (api.SSL_set_cipher_list == nullptr) return "SSL_set_cipher_list";
  return api.SSL_use_certificate == nullptr ? "SSL_use_certificate" : nullptr;
}
const char* NeedsHandshake(const Api& api) {
  if (api.SSL_do_handshake == nullptr) return "SSL_do_handshake";
  if (api.SSL_get1_session == nullptr || api.SSL_SESSION_free == nullptr) return "SSL_get1_session";
  if (api.SSL_CTX_use_certificate == nullptr || api.SSL_CTX_use_PrivateKey == nullptr) return "SSL_CTX_use_certificate";
  return NeedsBios(api);
}
const char* NeedsDupHandshake(const Api& api) {
  if (api.SSL_set_session == nullptr) return "SSL_set_session";
  return api.SSL_dup == nullptr ? "SSL_dup" : NeedsHandshake(api);
}

// Ends a cycle's handle, with the faults that can happen there.
void FreeOrNot(Hands& hands, SSL* ssl, SiteId reference, SiteId at, SoakPlant plant) {
  switch (plant) {
    case SoakPlant::kLostFree: return;
    case SoakPlant::kHiddenUpRef:
      hands.api().SSL_up_ref(ssl);
      break;
    case SoakPlant::kPrematureFree:
      hands.Free(ssl, reference, DUPMARK_SITE("planted early SSL_free"));
      break;
    default: break;
  }
  hands.Free(ssl, reference, at);
  if (plant == SoakPlant::kDoubleFree) hands.Free(ssl, reference, DUPMARK_SITE("planted second SSL_free"));
  if (plant == SoakPlant::kUseAfterFree) hands.UpRef(ssl, DUPMARK_SITE("planted use after SSL_free"));
}

class New final : public SoakScenario {
  Status Cycle(const Stage& stage, Hands& hands, SoakPlant plant) override {
    SSL* ssl = hands.New(stage.ctx, DUPMARK_SITE("SSL_new"));
    if (ssl == nullptr) return Failed(stage.api, "SSL_new");
    const bool configured = stage.Configure(ssl);
    FreeOrNot(hands, ssl, DUPMARK_SITE("SSL_new"), DUPMARK_SITE("SSL_free after SSL_new"), plant);
    return configured ? Status::Ok() : Failed(stage.api, "a setting");
  }
};

// Scenarios around one handle that lives as long as the segment.
class WithTemplate : public SoakScenario {
 public:
  Status Begin(const Stage& stage, Hands& hands) override {
    template_ = hands.New(stage.ctx, DUPMARK_SITE("SSL_new of a template"));
    if (template_ == nullptr) return Failed(stage.api, "SSL_new");
    return stage.Configure(template_) ? MakeReady(stage) : Failed(stage.api, "a setting");
  }
  void End(const Stage&, Hands& hands) override {
    if (template_ == nullptr) return;
    const SiteId reference = DUPMARK_SITE("SSL_new of a template");
    hands.Free(template_, reference, DUPMARK_SITE("SSL_free of a template"));
  }

 protected:
  virtual Status MakeReady(const Stage&) { return Status::Ok(); }
  SSL* template_ = nullptr;
};

class Dup final : public WithTemplate {
  Status Cycle(const Stage& stage, Hands& hands, SoakPlant plant) override {
    SSL* ssl = hands.Dup(template_, DUPMARK_SITE("SSL_dup"));
    if (ssl == nullptr) return Failed(stage.api, "SSL_dup");
    FreeOrNot(hands, ssl, DUPMARK_SITE("SSL_dup"), DUPMARK_SITE("SSL_free of a duplicate"), plant);
    return Status::Ok();
  }
};

class DupStarted final : public WithTemplate {
  Status MakeReady(const Stage& stage) override { return BeginHandshake(stage.api, template_); }
  Status Cycle(const Stage& stage, Hands& hands, SoakPlant plant) override {
    SSL* ssl = hands.Dup(template_, DUPMARK_SITE("SSL_dup of a started handle"));
    if (ssl == nullptr) return Failed(stage.api, "SSL_dup");
    if (ssl != template_) return Status::Error("SSL_dup of a started handle gave another handle, not the same one");
    FreeOrNot(hands, ssl, DUPMARK_SITE("SSL_dup of a started handle"), DUPMARK_SITE("SSL_free of a started handle"),
              plant);
    return Status::Ok();
  }
};

class Clear final : public SoakScenario {
  Status Cycle(const Stage& stage, Hands& hands, SoakPlant plant) override {
    SSL* ssl = hands.New(stage.ctx, DUPMARK_SITE("SSL_new of a handle to clear"));
    if (ssl == nullptr) return Failed(stage.api, "SSL_new");
    bool cleared = stage.Configure(ssl);
    // Used, cleared and used again, as a pool of handles does.
    for (int use = 0; use < 2 && cleared; use++) {
      cleared = BeginHandshake(stage.api, ssl).ok() && stage.api.SSL_clear(ssl) == 1;
    }
    FreeOrNot(hands, ssl, DUPMARK_SITE("SSL_new of a handle to clear"), DUPMARK_SITE("SSL_free after SSL_clear"), plant);
    return cleared ? Status::Ok() : Failed(stage.api, "SSL_clear");
  }
};

class NewBio final : public SoakScenario {
  Status Cycle(const Stage& stage, Hands& hands, SoakPlant plant) override {
    const SiteId site = DUPMARK_SITE("BIO_new for a handle");
    SSL* ssl = hands.New(stage.ctx, DUPMARK_SITE("SSL_new of a handle with BIOs"));
    BIO* read_bio = hands.NewBio(site);
    BIO* write_bio = hands.NewBio(site);
    Status status = Status::Ok();
    if (ssl == nullptr || read_bio == nullptr || write_bio == nullptr) {
      status = Failed(stage.api, "making a handle with BIOs");
      if (read_bio != nullptr) hands.FreeBio(read_bio, site, DUPMARK_SITE("BIO_free on failure"));
      if (write_bio != nullptr) hands.FreeBio(write_bio, site, DUPMARK_SITE("BIO_free on failure"));
    } else if (plant == SoakPlant::kLostBio) {
      // Gives the handle one BIO for both directions and forgets the other.
      stage.api.SSL_set_bio(ssl, read_bio, read_bio);
      hands.ledger.HandOver(site);
    } else {
      stage.api.SSL_set_bio(ssl, read_bio, write_bio);
      hands.ledger.HandOver(site);
      hands.ledger.HandOver(site);
    }
    if (ssl != nullptr) {
      FreeOrNot(hands, ssl, DUPMARK_SITE("SSL_new of a handle with BIOs"),
                DUPMARK_SITE("SSL_free of a handle with BIOs"), plant);
    }
    return status;
  }
};

// Setters that refuse, each with its own error path.
class Failure final : public SoakScenario {
  Status Cycle(const Stage& stage, Hands& hands, SoakPlant plant) override {
    const Api& api = stage.api;
    SSL* ssl = hands.New(stage.ctx, DUPMARK_SITE("SSL_new before a failing setter"));
    if (ssl == nullptr) return Failed(api, "SSL_new");
    int result = 0;
    switch (turn_++ % 3) {
      case 0: result = api.SSL_set_cipher_list(ssl, "NO-SUCH-CIPHER"); break;
      case 1: result = api.SSL_use_certificate(ssl, nullptr); break;
      default: result = api.SSL_do_handshake == nullptr ? 0 : api.SSL_do_handshake(ssl); break;
    }
    const bool failed = result != 1;
    api.ERR_clear_error();
    FreeOrNot(hands, ssl, DUPMARK_SITE("SSL_new before a failing setter"), DUPMARK_SITE("SSL_free on an error path"),
              plant);
    return failed ? Status::Ok() : Status::Error("a setter took what it must refuse");
  }
  unsigned turn_ = 0;
};

// A server to shake hands with.
class Server {
 public:
  Status Make(const Api& api) {
    ctx_ = NewContext(api);
    const Certificate certificate = ReadCertificate(api, fixtures::kEcdsaCertificate);
    const Key key = ReadKey(api, fixtures::kEcdsaKey);
    if (ctx_ == nullptr || certificate == nullptr || key == nullptr || !oracles::Own(api, ctx_.get()) ||
        api.SSL_CTX_use_certificate(ctx_.get(), certificate.get()) != 1 ||
        api.SSL_CTX_use_PrivateKey(ctx_.get(), key.get()) != 1) {
      return Failed(api, "making a server");
    }
    return Status::Ok();
  }
  // Completes a handshake of `client` with a new handle of this server, which is freed again.
  Status Shake(const Api& api, Hands& hands, SSL* client) {
    SSL* server = hands.New(ctx_.get(), DUPMARK_SITE("SSL_new of a server"));
    if (server == nullptr) return Failed(api, "SSL_new");
    const Status status = CompleteHandshake(api, client, server);
    hands.Free(server, DUPMARK_SITE("SSL_new of a server"), DUPMARK_SITE("SSL_free of a server"));
    return status;
  }

 private:
  Context ctx_;
};

class Handshake final : public SoakScenario {
 public:
  Status Begin(const Stage& stage, Hands&) override { return server_.Make(stage.api); }
  // At the segment's end, as everything: the oracles are read while the scenario still exists.
  void End(const Stage&, Hands&) override { server_ = Server(); }

 private:
  Status Cycle(const Stage& stage, Hands& hands, SoakPlant plant) override {
    const Api& api = stage.api;
    SSL* client = hands.New(stage.ctx, DUPMARK_SITE("SSL_new of a client"));
    if (client == nullptr) return Failed(api, "SSL_new");
    Status status = stage.Configure(client) ? server_.Shake(api, hands, client) : Failed(api, "a setting");
    if (status.ok()) {
      const SiteId site = DUPMARK_SITE("SSL_get1_session after a handshake");
      SSL_SESSION* session = hands.TakeSession(client, site);
      if (session == nullptr || !oracles::Own(api, session)) {
        status = Failed(api, "SSL_get1_session");
      } else if (plant != SoakPlant::kLostSession) {
        hands.FreeSession(session, site, DUPMARK_SITE("SSL_SESSION_free after a handshake"));
      }
    }
    FreeOrNot(hands, client, DUPMARK_SITE("SSL_new of a client"), DUPMARK_SITE("SSL_free of a client"), plant);
    return status;
  }
  Server server_;
};

class DupSession final : public WithTemplate {
 public:
  Status Begin(const Stage& stage, Hands& hands) override {
    Status status = WithTemplate::Begin(stage, hands);
    if (!status.ok()) return status;
    Server server;
    status = server.Make(stage.api);
    if (!status.ok()) return status;
    SSL* client = hands.New(stage.ctx, DUPMARK_SITE("SSL_new for a session"));
    if (client == nullptr) return Failed(stage.api, "SSL_new");
    status = server.Shake(stage.api, hands, client);
    SSL_SESSION* session = status.ok() ? hands.TakeSession(client, DUPMARK_SITE("SSL_get1_session to share")) : nullptr;
    if (session != nullptr) {
      if (!oracles::Own(stage.api, session) || stage.api.SSL_set_session(template_, session) != 1) {
        status = Failed(stage.api, "SSL_set_session");
      }
      hands.FreeSession(session, DUPMARK_SITE("SSL_get1_session to share"), DUPMARK_SITE("SSL_SESSION_free of the shared"));
    } else if (status.ok()) {
      status = Failed(stage.api, "SSL_get1_session");
    }
    hands.Free(client, DUPMARK_SITE("SSL_new for a session"), DUPMARK_SITE("SSL_free after a session"));
    return status;
  }

 private:
  Status Cycle(const Stage& stage, Hands& hands, SoakPlant plant) override {
    SSL* ssl = hands.Dup(template_, DUPMARK_SITE("SSL_dup with a session"));
    if (ssl == nullptr) return Failed(stage.api, "SSL_dup");
    const SiteId site = DUPMARK_SITE("SSL_get1_session of a duplicate");
    SSL_SESSION* session = hands.TakeSession(ssl, site);
    if (session != nullptr && plant != SoakPlant::kLostSession) {
      hands.FreeSession(session, site, DUPMARK_SITE("SSL_SESSION_free of a duplicate's"));
    }
    FreeOrNot(hands, ssl, DUPMARK_SITE("SSL_dup with a session"), DUPMARK_SITE("SSL_free with a session"), plant);
    return session == nullptr ? Status::Error("the duplicate has no session") : Status::Ok();
  }
};

template <class Scenario>
std::unique_ptr<SoakScenario> Make() {
  return std::unique_ptr<SoakScenario>(new Scenario);
}

}  // namespace

std::vector<SoakScenarioInfo> HandleScenarios() {
  return {
      {"new", "SSL_new, the settings, SSL_free", true, NeedsNothing, Make<New>},
      {"new-bio", "SSL_new with two memory BIOs", false, NeedsBios, Make<NewBio>},
      {"dup", "SSL_dup of a configured template", true, NeedsDup, Make<Dup>},
      {"dup-started", "SSL_dup of a handle whose handshake has begun", false, NeedsDup, Make<DupStarted>},
      {"dup-session", "SSL_dup that shares a session, and SSL_get1_session of it", false, NeedsDupHandshake,
       Make<DupSession>},
      {"clear", "a handle used, cleared and used again", false, NeedsClear, Make<Clear>, /*slow=*/true},
      {"failure", "handles freed on the error paths of failing setters", false, NeedsSetters, Make<Failure>},
      {"handshake", "complete handshakes, with their sessions", false, NeedsHandshake, Make<Handshake>,
       /*slow=*/true},
  };
}

}  // namespace dupmark
