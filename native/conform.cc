#include "conform.h"

#include "handshake.h"
#include "resources.h"

namespace dupmark {
namespace {

constexpr char kShows[] = "shows it";

std::string Words(const Observation& seen) { return seen.present() ? kShows : seen.detail; }

// Makes the handles of one cell, and looks at them.
class Cell {
 public:
  Cell(const Library& library, const Setting& setting, const Level& level, bool with_session)
      : api_(library.api()), setting_(setting), level_(level), with_session_(with_session) {}

  Conformance Observe() {
    Status status = Begin();
    if (!status.ok()) return Unobservable(status.message());
    if (cell_.carried == Carried::kAbsent) return cell_;
    for (auto step : {&Cell::Controls, &Cell::Duplicate, &Cell::ChangeDuplicate, &Cell::Inherit}) {
      status = (this->*step)();
      if (!status.ok()) return Unobservable(status.message());
    }
    return cell_;
  }

 private:
  Conformance Unobservable(std::string why) {
    DrainErrors(api_);
    cell_.carried = Carried::kUnobservable;
    cell_.detail = std::move(why);
    return cell_;
  }

  Context NewContextOfKind() {
    SSL_CTX* ctx = api_.SSL_CTX_new(setting_.dtls ? api_.DTLS_method() : api_.TLS_method());
    return ctx == nullptr ? nullptr : Context(ctx, api_.SSL_CTX_free);
  }

  Status Begin() {
    if (setting_.dtls && api_.DTLS_method == nullptr) return Status::Error("this library has no DTLS_method");
    ctx_ = NewContextOfKind();
    bare_ = NewContextOfKind();
    if (ctx_ == nullptr || bare_ == nullptr) return Failed(api_, "SSL_CTX_new");
    Availability availability;
    std::string reason;
    prepared_ = PrepareSetting(api_, ctx_.get(), setting_, level_, &availability, &reason);
    if (availability == Availability::kAbsent) {
      cell_.carried = Carried::kAbsent;
      cell_.detail = reason;
      return Status::Ok();
    }
    if (prepared_ == nullptr) return Status::Error(reason);
    return with_session_ ? SessionOfHandshake(api_, &session_) : Status::Ok();
  }

  // A handle, with the session where one is wanted, and with the setting where `configured`.
  Status Make(SSL_CTX* ctx, bool configured, Handle* handle) {
    *handle = NewHandle(api_, ctx);
    if (*handle == nullptr) return Failed(api_, "SSL_new");
    if (session_ != nullptr && api_.SSL_set_session(handle->get(), session_.get()) != 1) {
      return Failed(api_, "SSL_set_session");
    }
    if (!configured || prepared_->Apply(handle->get())) return Status::Ok();
    return Failed(api_, setting_.call);
  }

  Status Controls() {
    Handle original;
    Status status = Make(ctx_.get(), true, &original);
    if (!status.ok()) return status;
    const Observation with = prepared_->Verify(original.get());
    cell_.original = Words(with);
    if (with.kind == Observation::kUnobservable) return Status::Error(with.detail);
    if (!with.present()) {
      return Status::Error("set, but the handle that it was set on does not show it: " + with.detail);
    }

    // What is only on the context is not on a handle of another context.
    Handle sibling;
    status = Make(setting_.only_on_context ? bare_.get() : ctx_.get(), false, &sibling);
    if (!status.ok()) return status;
    const Observation without = prepared_->Verify(sibling.get());
    cell_.sibling = Words(without);
    if (without.present()) return Status::Error("a handle that it was not set on shows it as well");
    return Status::Ok();
  }

  Status MakePair(Handle* original, Handle* duplicate) {
    const Status status = Make(ctx_.get(), true, original);
    if (!status.ok()) return status;
    SSL* made = api_.SSL_dup(original->get());
    if (made == nullptr) {
      cell_.carried = Carried::kDupFails;
      cell_.detail = Failed(api_, "SSL_dup").message();
      return Status::Ok();
    }
    *duplicate = Handle(made, api_.SSL_free);
    if (made == original->get()) return Status::Error("SSL_dup gave the same handle, so that there is no duplicate");
    return Status::Ok();
  }

  Status Duplicate() {
    Handle original;
    Handle duplicate;
    Status status = MakePair(&original, &duplicate);
    if (!status.ok() || duplicate == nullptr) return status;
    const Observation carried = prepared_->Verify(duplicate.get());
    cell_.duplicate = Words(carried);
    const Observation after = prepared_->Verify(original.get());
    cell_.original_after = Words(after);
    if (!after.present()) return Status::Error("the original has lost it after SSL_dup: " + after.detail);

    if (!carried.present()) {
      cell_.carried = Carried::kNotCarried;
      cell_.detail = carried.detail;
    } else if (setting_.only_on_context) {
      cell_.carried = Carried::kOnlyOnContext;
      cell_.detail = "no function sets it on an SSL; a duplicate has what its SSL_CTX has";
    } else if (carried.object != nullptr && carried.object == after.object) {
      cell_.carried = Carried::kShared;
      cell_.detail = "both refer to one object";
    } else {
      cell_.carried = Carried::kOwnCopy;
      cell_.detail = carried.object == nullptr ? "a value of its own" : "an object of its own";
    }
    return Status::Ok();
  }

  // A plain value may still lie in something that both share: give the duplicate another and look at the original.
  Status ChangeDuplicate() {
    const bool carried = cell_.carried == Carried::kOwnCopy || cell_.carried == Carried::kShared;
    if (!carried || !prepared_->CanChange()) return Status::Ok();
    Handle original;
    Handle duplicate;
    const Status status = MakePair(&original, &duplicate);
    if (!status.ok() || duplicate == nullptr) return status;
    if (!prepared_->Change(duplicate.get())) return Failed(api_, "changing the duplicate");
    const Observation after = prepared_->Verify(original.get());
    cell_.original_after_change = Words(after);
    if (after.present()) return Status::Ok();
    cell_.carried = Carried::kShared;
    cell_.detail = "changing the duplicate changes the original";
    return Status::Ok();
  }

  // Whether a handle has it when it was set on its SSL_CTX. Says nothing of SSL_dup: what goes wrong is what is noted.
  Status Inherit() {
    if (!prepared_->CanInherit()) return Status::Ok();
    const Context ctx = NewContextOfKind();
    if (ctx == nullptr) return Failed(api_, "SSL_CTX_new");
    Availability availability;
    std::string reason;
    const auto prepared = PrepareSetting(api_, ctx.get(), setting_, level_, &availability, &reason);
    if (prepared == nullptr) return Status::Error(reason);
    if (!prepared->Inherit(ctx.get())) {
      cell_.inherited = Failed(api_, "setting it on the SSL_CTX").message();
      return Status::Ok();
    }
    Handle handle;
    const Status status = Make(ctx.get(), false, &handle);
    if (status.ok()) cell_.inherited = Words(prepared->Verify(handle.get()));
    return status;
  }

  const Api& api_;
  const Setting& setting_;
  const Level& level_;
  const bool with_session_;
  Conformance cell_;
  Context ctx_;
  Context bare_;
  Session session_;
  std::unique_ptr<Prepared> prepared_;
};

}  // namespace

const char* CarriedName(Carried carried) {
  switch (carried) {
    case Carried::kOwnCopy: return "own copy";
    case Carried::kShared: return "shared";
    case Carried::kNotCarried: return "not carried";
    case Carried::kDupFails: return "SSL_dup fails";
    case Carried::kOnlyOnContext: return "only on the context";
    case Carried::kAbsent: return "absent";
    case Carried::kUnobservable: return "could not observe";
  }
  return "";
}

Conformance Conform(const Library& library, const Setting& setting, const Level& level, bool with_session) {
  if (with_session && setting.is_session) {
    Conformance cell;
    cell.detail = "it is the session itself";
    return cell;
  }
  return Cell(library, setting, level, with_session).Observe();
}

}  // namespace dupmark
