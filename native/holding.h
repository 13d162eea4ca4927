// Many handles alive at once: what one more takes, in memory and in time, as their number grows.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "operations.h"
#include "resources.h"

namespace dupmark {

// What the process has when so many are alive, and what it took to get there from the reading before.
struct HoldingReading {
  uint64_t alive = 0;
  double elapsed_ns = 0;
  // What the C library has handed out, and what the kernel has given the process.
  uint64_t allocator_bytes = 0;
  uint64_t resident_bytes = 0;
};

// Handles as a scenario's creation makes them.
class HeldHandles {
 public:
  explicit HeldHandles(const Library& library) : scenario_(library) {}
  ~HeldHandles() { FreeAll(); }
  HeldHandles(const HeldHandles&) = delete;
  HeldHandles& operator=(const HeldHandles&) = delete;

  // `most` are the handles that there will be: their list is made, and its pages touched, before the first reading.
  Availability Prepare(const ScenarioSpec& spec, uint64_t most);
  const std::string& reason() const { return scenario_.reason(); }

  Status GrowTo(uint64_t alive, HoldingReading* reading);
  HoldingReading FreeAll();

 private:
  Scenario scenario_;
  std::vector<SSL*> handles_;
  size_t alive_ = 0;
};

// How the buffers of a connection are kept.
struct BufferSpec {
  bool release_buffers = false;  // SSL_MODE_RELEASE_BUFFERS
  bool read_ahead = false;       // SSL_set_read_ahead
};

// Pairs of handles that have shaken hands over memory BIOs, which are taken away again: what is left is the handles' own,
// as on a socket.
class HeldConnections {
 public:
  explicit HeldConnections(const Library& library) : library_(library), api_(library.api()) {}
  ~HeldConnections() { FreeAll(); }
  HeldConnections(const HeldConnections&) = delete;
  HeldConnections& operator=(const HeldConnections&) = delete;

  Status Prepare(const BufferSpec& spec);
  Status GrowTo(uint64_t alive, HoldingReading* reading);
  // Sends so many bytes each way over pairs [first, last).
  Status Exchange(uint64_t first, uint64_t last, size_t bytes, HoldingReading* reading);

  // What each side of one connection gives back when it is freed, by the counting hooks: exact.
  Status MeasureOne(size_t exchange_bytes, uint64_t* client_bytes, uint64_t* server_bytes);

  HoldingReading FreeAll();

 private:
  struct Pair {
    SSL* client;
    SSL* server;
  };
  Status Connect(Pair* pair);
  void Detach(const Pair& pair);
  void Free(const Pair& pair);

  const Library& library_;
  const Api& api_;
  Context client_context_;
  Context server_context_;
  std::vector<Pair> pairs_;
};

}  // namespace dupmark
