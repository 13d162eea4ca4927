#include "handshake.h"

#include <array>
#include <vector>

#include "fixtures/certificates.h"

namespace dupmark {
namespace {

// Moves all bytes that one side has written to where the other reads.
Status Carry(const Api& api, BIO* from, BIO* to) {
  std::array<unsigned char, 16384> bytes;
  int read;
  while ((read = api.BIO_read(from, bytes.data(), static_cast<int>(bytes.size()))) > 0) {
    if (api.BIO_write(to, bytes.data(), read) != read) return Failed(api, "BIO_write");
  }
  return Status::Ok();
}

// One step of one side. `finished` tells whether its handshake is complete.
Status Step(const Api& api, SSL* ssl, bool* finished) {
  const int result = api.SSL_do_handshake(ssl);
  *finished = result == 1;
  if (result == 1) return Status::Ok();
  const int reason = api.SSL_get_error(ssl, result);
  if (reason == openssl::SSL_ERROR_WANT_READ || reason == openssl::SSL_ERROR_WANT_WRITE) return Status::Ok();
  return Failed(api, "SSL_do_handshake");
}

}  // namespace

Status AttachMemoryBios(const Api& api, SSL* ssl, BIO** to_read, BIO** written) {
  BIO* read_bio = api.BIO_new(api.BIO_s_mem());
  BIO* write_bio = api.BIO_new(api.BIO_s_mem());
  if (read_bio == nullptr || write_bio == nullptr) {
    if (read_bio != nullptr) api.BIO_free(read_bio);
    if (write_bio != nullptr) api.BIO_free(write_bio);
    return Failed(api, "BIO_new");
  }
  api.SSL_set_bio(ssl, read_bio, write_bio);
  if (to_read != nullptr) *to_read = read_bio;
  if (written != nullptr) *written = write_bio;
  return Status::Ok();
}

Status BeginHandshake(const Api& api, SSL* ssl) {
  api.SSL_set_connect_state(ssl);
  Status status = AttachMemoryBios(api, ssl, nullptr, nullptr);
  if (!status.ok()) return status;
  bool finished = false;
  return Step(api, ssl, &finished);
}

Status CompleteHandshake(const Api& api, SSL* client, SSL* server) {
  BIO* client_reads = nullptr;
  BIO* client_wrote = nullptr;
  BIO* server_reads = nullptr;
  BIO* server_wrote = nullptr;
  Status status = AttachMemoryBios(api, client, &client_reads, &client_wrote);
  if (!status.ok()) return status;
  status = AttachMemoryBios(api, server, &server_reads, &server_wrote);
  if (!status.ok()) return status;
  api.SSL_set_connect_state(client);
  api.SSL_set_accept_state(server);

  bool client_finished = false;
  bool server_finished = false;
  // A handshake takes at most four flights; more steps mean that the two do not get anywhere.
  constexpr int kStepsMax = 10;
  for (int step = 0; step < kStepsMax && !(client_finished && server_finished); step++) {
    status = Step(api, client, &client_finished);
    if (!status.ok()) return status;
    status = Carry(api, client_wrote, server_reads);
    if (!status.ok()) return status;
    status = Step(api, server, &server_finished);
    if (!status.ok()) return status;
    status = Carry(api, server_wrote, client_reads);
    if (!status.ok()) return status;
  }
  if (!client_finished || !server_finished) return Status::Error("the handshake did not finish");
  // TLS 1.3 sends its tickets after the handshake: a read takes them in and then finds no data.
  unsigned char byte;
  if (api.SSL_read(client, &byte, 1) > 0) return Status::Error("data before any was sent");
  DrainErrors(api);
  return Status::Ok();
}

Status ExchangeData(const Api& api, SSL* client, SSL* server, size_t bytes) {
  std::vector<unsigned char> data(bytes, 'x');
  const int length = static_cast<int>(bytes);
  BIO* client_reads = nullptr;
  BIO* client_wrote = nullptr;
  BIO* server_reads = nullptr;
  BIO* server_wrote = nullptr;
  Status status = AttachMemoryBios(api, client, &client_reads, &client_wrote);
  if (status.ok()) status = AttachMemoryBios(api, server, &server_reads, &server_wrote);
  const auto send = [&](SSL* from, BIO* wrote, BIO* reads, SSL* to) {
    if (api.SSL_write(from, data.data(), length) != length) return Failed(api, "SSL_write");
    const Status carried = Carry(api, wrote, reads);
    if (!carried.ok()) return carried;
    for (int read = 0; read < length;) {
      const int got = api.SSL_read(to, data.data(), length - read);
      if (got <= 0) return Failed(api, "SSL_read");
      read += got;
    }
    return Status::Ok();
  };
  if (status.ok()) status = send(client, client_wrote, server_reads, server);
  if (status.ok()) status = send(server, server_wrote, client_reads, client);
  return status;
}

Status NewServerContext(const Api& api, Context* context) {
  *context = NewContext(api);
  const Certificate certificate = ReadCertificate(api, fixtures::kEcdsaCertificate);
  const Key key = ReadKey(api, fixtures::kEcdsaKey);
  if (*context == nullptr || certificate == nullptr || key == nullptr ||
      api.SSL_CTX_use_certificate(context->get(), certificate.get()) != 1 ||
      api.SSL_CTX_use_PrivateKey(context->get(), key.get()) != 1) {
    return Failed(api, "making a server");
  }
  return Status::Ok();
}

Status SessionOfHandshake(const Api& api, Session* session) {
  Context server_context;
  const Status made_server = NewServerContext(api, &server_context);
  if (!made_server.ok()) return made_server;
  const Context client_context = NewContext(api);
  if (client_context == nullptr) return Failed(api, "SSL_CTX_new");
  const Handle client = NewHandle(api, client_context.get());
  const Handle server = NewHandle(api, server_context.get());
  if (client == nullptr || server == nullptr) return Failed(api, "SSL_new");
  const Status status = CompleteHandshake(api, client.get(), server.get());
  if (!status.ok()) return status;
  SSL_SESSION* made = api.SSL_get1_session(client.get());
  if (made == nullptr) return Failed(api, "SSL_get1_session");
  *session = Session(made, api.SSL_SESSION_free);
  return Status::Ok();
}

}  // namespace dupmark
