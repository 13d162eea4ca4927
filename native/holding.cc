#include "holding.h"

#include "clock.h"
#include "handshake.h"
#include "oracles.h"

namespace dupmark {
namespace {

HoldingReading Read(uint64_t alive, int64_t started) {
  HoldingReading reading;
  reading.elapsed_ns = static_cast<double>(NowNs() - started);
  reading.alive = alive;
  reading.allocator_bytes = oracles::AllocatorBytes();
  reading.resident_bytes = oracles::ResidentBytes();
  return reading;
}

}  // namespace

Availability HeldHandles::Prepare(const ScenarioSpec& spec, uint64_t most) {
  const Availability availability = scenario_.Prepare(spec);
  if (availability == Availability::kAvailable) handles_.assign(most, nullptr);
  return availability;
}

Status HeldHandles::GrowTo(uint64_t alive, HoldingReading* reading) {
  if (alive < alive_ || alive > handles_.size()) return Status::Error("more handles than were prepared for");
  const int64_t started = NowNs();
  for (; alive_ < alive; alive_++) {
    handles_[alive_] = scenario_.Create();
    if (handles_[alive_] == nullptr) return Status::Error(scenario_.reason());
  }
  *reading = Read(alive_, started);
  return Status::Ok();
}

HoldingReading HeldHandles::FreeAll() {
  const int64_t started = NowNs();
  // As a server whose connections end in the order in which they came.
  for (size_t i = 0; i < alive_; i++) scenario_.Destroy(handles_[i]);
  alive_ = 0;
  return Read(0, started);
}

Status HeldConnections::Prepare(const BufferSpec& spec) {
  if (api_.SSL_CTX_ctrl == nullptr || api_.SSL_ctrl == nullptr || api_.SSL_get_read_ahead == nullptr) {
    return Status::Error("this library lacks SSL_CTX_ctrl, SSL_ctrl or SSL_get_read_ahead");
  }
  client_context_ = NewContext(api_);
  if (client_context_ == nullptr) return Failed(api_, "SSL_CTX_new");
  const Status made = NewServerContext(api_, &server_context_);
  if (!made.ok()) return made;
  for (SSL_CTX* ctx : {client_context_.get(), server_context_.get()}) {
    if (spec.release_buffers) api_.SSL_CTX_ctrl(ctx, openssl::SSL_CTRL_MODE, openssl::SSL_MODE_RELEASE_BUFFERS, nullptr);
    if (spec.read_ahead) api_.SSL_CTX_ctrl(ctx, openssl::SSL_CTRL_SET_READ_AHEAD, 1, nullptr);
  }
  // Whatever the first handshake makes for all that follow is no connection's own.
  Pair pair{};
  const Status warm = Connect(&pair);
  if (!warm.ok()) return warm;
  const bool releases =
      (api_.SSL_ctrl(pair.server, openssl::SSL_CTRL_MODE, 0, nullptr) & openssl::SSL_MODE_RELEASE_BUFFERS) != 0;
  const bool reads_ahead = api_.SSL_get_read_ahead(pair.server) != 0;
  Free(pair);
  if (releases != spec.release_buffers) return Status::Error("SSL_MODE_RELEASE_BUFFERS did not reach the handle");
  if (reads_ahead != spec.read_ahead) return Status::Error("read-ahead did not reach the handle");
  return Status::Ok();
}

Status HeldConnections::Connect(Pair* pair) {
  *pair = {api_.SSL_new(client_context_.get()), api_.SSL_new(server_context_.get())};
  Status status = pair->client == nullptr || pair->server == nullptr
                      ? Failed(api_, "SSL_new")
                      : CompleteHandshake(api_, pair->client, pair->server);
  if (status.ok()) Detach(*pair);
  else Free(*pair);
  return status;
}

void HeldConnections::Detach(const Pair& pair) {
  api_.SSL_set_bio(pair.client, nullptr, nullptr);
  api_.SSL_set_bio(pair.server, nullptr, nullptr);
}

void HeldConnections::Free(const Pair& pair) {
  if (pair.client != nullptr) api_.SSL_free(pair.client);
  if (pair.server != nullptr) api_.SSL_free(pair.server);
}

Status HeldConnections::GrowTo(uint64_t alive, HoldingReading* reading) {
  pairs_.reserve(alive);
  const int64_t started = NowNs();
  while (pairs_.size() < alive) {
    Pair pair{};
    const Status connected = Connect(&pair);
    if (!connected.ok()) return connected;
    pairs_.push_back(pair);
  }
  *reading = Read(pairs_.size(), started);
  return Status::Ok();
}

Status HeldConnections::Exchange(uint64_t first, uint64_t last, size_t bytes, HoldingReading* reading) {
  const int64_t started = NowNs();
  for (uint64_t i = first; i < last && i < pairs_.size(); i++) {
    const Status exchanged = ExchangeData(api_, pairs_[i].client, pairs_[i].server, bytes);
    if (!exchanged.ok()) return exchanged;
    Detach(pairs_[i]);
  }
  *reading = Read(pairs_.size(), started);
  return Status::Ok();
}

Status HeldConnections::MeasureOne(size_t exchange_bytes, uint64_t* client_bytes, uint64_t* server_bytes) {
  const allocations::Probe* probe = library_.probe();
  if (probe == nullptr) return Status::Error("the counting hooks are not installed in this process");
  Pair pair{};
  Status status = Connect(&pair);
  if (!status.ok()) return status;
  if (exchange_bytes > 0) status = ExchangeData(api_, pair.client, pair.server, exchange_bytes);
  if (status.ok()) Detach(pair);
  const uint64_t before = probe->read().live_bytes;
  api_.SSL_free(pair.server);
  const uint64_t between = probe->read().live_bytes;
  api_.SSL_free(pair.client);
  *server_bytes = before - between;
  *client_bytes = between - probe->read().live_bytes;
  return status;
}

HoldingReading HeldConnections::FreeAll() {
  const int64_t started = NowNs();
  for (const Pair& pair : pairs_) Free(pair);
  pairs_.clear();
  return Read(0, started);
}

}  // namespace dupmark
