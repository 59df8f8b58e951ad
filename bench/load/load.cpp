// Load generator: many WebSocket clients in one thread, far cheaper than any server. It reads what servers write in large
// pieces, looks into each frame only as far as the number of the event, and checks that every socket gets every number of
// its branch once and in order. Driven by lines on standard input, answers with one line of JSON each:
//
//   connect PORT PROTOCOL FILE AT_ONCE RECEIVE_BYTES
//                                        opens one socket per line of FILE (a path); answers when all are greeted. The kernel
//                                        keeps at most RECEIVE_BYTES of what is not read (0: what it likes)
//   begin COUNT LATENCY                  from here on every socket must get COUNT events (0: none); LATENCY 1: look at "t" too
//   wait MS                              answers when all have got theirs, or after MS
//   stall NUMBER                         so many sockets, the first ones, read nothing from here on
//   read                                 all of them read again
//   close                                cuts all sockets at once
//
// PROTOCOL: greeted (the first message is a greeting), bare (nobody greets), socketio (Engine.IO 4 over WebSocket).
#include <arpa/inet.h>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <netinet/tcp.h>
#include <poll.h>
#include <sstream>
#include <string>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <vector>

namespace {

int64_t micros() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t(now.tv_sec) * 1000000 + now.tv_nsec / 1000;
}

// Microseconds, exact below 4096, then with 1/64 of error.
class Histogram {
  static constexpr int exact = 4096, steps = 64, octaves = 24;
  std::vector<uint32_t> counts = std::vector<uint32_t>(exact + octaves * steps);
  uint64_t total = 0;

 public:
  void clear() { counts.assign(counts.size(), 0), total = 0; }
  void add(int64_t value) {
    if (value < 0) value = 0;
    size_t at = size_t(value);
    if (value >= exact) {
      int octave = 63 - __builtin_clzll(uint64_t(value)) - 12;
      at = exact + size_t(octave) * steps + ((uint64_t(value) >> (octave + 6)) & (steps - 1));
    }
    counts[at < counts.size() ? at : counts.size() - 1]++;
    total++;
  }
  int64_t quantile(double share) const {
    uint64_t wanted = uint64_t(double(total) * share), seen = 0;
    for (size_t at = 0; at < counts.size(); at++) {
      seen += counts[at];
      if (seen <= wanted && seen < total) continue;
      if (at < exact) return int64_t(at);
      size_t octave = (at - exact) / steps, step = (at - exact) % steps;
      return int64_t((64 + step) << (octave + 6));
    }
    return 0;
  }
};

enum class Protocol { greeted, bare, socketio };
enum class Stage { waiting, connecting, upgrading, greeting, open, closed };

struct Client {
  int fd = -1;
  Stage stage = Stage::waiting;
  uint16_t closeCode = 0;
  uint32_t hint = 60;   // where the number stood in the last message
  int64_t last = -1;    // number of the last event
  uint32_t got = 0;     // events since `begin`
  bool stalled = false;
  std::string path, tail;
};

std::vector<Client> clients;
Protocol protocol;
int epoll, port, receiveBytes;
size_t nextToConnect, opening, atOnce, opened, failed;
bool connecting = false, waiting = false, latency = false;
int64_t connectBegan, deadline = 0, firstAt, lastAt;
uint32_t wanted = 0;
uint64_t deliveries, missing, repeated, disordered, bytes, reads, complete, closedNow;
Histogram delays;
std::vector<char> buffer(4 << 20);

int64_t cpuMicros() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return int64_t(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

void interest(size_t i, uint32_t events, int how) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = i;
  epoll_ctl(epoll, how, clients[i].fd, &event);
}

void shut(size_t i, bool cut) {
  Client &client = clients[i];
  if (client.fd < 0) return;
  if (cut) {
    // a reset leaves no port waiting
    linger now{1, 0};
    setsockopt(client.fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }
  close(client.fd);
  client.fd = -1;
  bool begun = client.stage == Stage::connecting || client.stage == Stage::upgrading || client.stage == Stage::greeting;
  if (begun) opening--, failed++;
  else if (!cut && client.stage == Stage::open) closedNow++;
  client.stage = Stage::closed;
  client.tail.clear();
}

void startOne(size_t i) {
  Client &client = clients[i];
  client.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (client.fd < 0) {
    perror("socket");
    exit(1);
  }
  int on = 1;
  setsockopt(client.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (receiveBytes > 0) setsockopt(client.fd, SOL_SOCKET, SO_RCVBUF, &receiveBytes, sizeof receiveBytes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(uint16_t(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  client.stage = Stage::connecting;
  opening++;
  connect(client.fd, reinterpret_cast<sockaddr *>(&address), sizeof address);
  interest(i, EPOLLOUT, EPOLL_CTL_ADD);
}

void sendFrame(Client &client, uint8_t opcode, const char *data, size_t length) {
  char frame[6 + 125] = {char(0x80 | opcode), char(0x80 | length), 0, 0, 0, 0};  // a mask of zeros changes nothing
  memcpy(frame + 6, data, length);
  if (send(client.fd, frame, 6 + length, MSG_NOSIGNAL) < 0) return;
}

void isOpen(Client &client) {
  if (client.stage == Stage::open) return;
  client.stage = Stage::open;
  opening--;
  opened++;
}

void takeEvent(Client &client, const char *text, size_t length, int64_t now) {
  static const char mark[] = "\"n\":";
  const char *found = nullptr;
  // the number moves by a digit now and then
  for (uint32_t at = client.hint; at <= client.hint + 2 && at + 5 < length; at++)
    if (memcmp(text + at, mark, 4) == 0) found = text + at;
  if (!found) found = static_cast<const char *>(memmem(text, length < 512 ? length : 512, mark, 4));
  if (!found) return;
  client.hint = uint32_t(found - text);
  const char *digit = found + 4;
  int64_t number = 0;
  while (*digit >= '0' && *digit <= '9') number = number * 10 + (*digit++ - '0');
  if (client.last >= 0 && number != client.last + 1) {
    if (number > client.last + 1) missing += uint64_t(number - client.last - 1);
    else if (number == client.last) repeated++;
    else disordered++;
  }
  if (number > client.last) client.last = number;
  deliveries++;
  if (deliveries == 1) firstAt = now;
  lastAt = now;
  if (++client.got == wanted) complete++;
  else if (client.got > wanted) repeated++;
  if (latency && memcmp(digit, ",\"t\":", 5) == 0) delays.add(now - strtoll(digit + 5, nullptr, 10));
}

void takeText(Client &client, const char *text, size_t length, int64_t now) {
  if (protocol == Protocol::socketio) {
    if (length > 0 && text[0] == '0') return sendFrame(client, 1, "40", 2);
    if (length == 1 && text[0] == '2') return sendFrame(client, 1, "3", 1);
    if (length > 1 && text[0] == '4' && text[1] == '0') return isOpen(client);
  }
  if (client.stage == Stage::greeting) {
    if (memmem(text, length, "connection_established", 22)) isOpen(client);
    return;
  }
  takeEvent(client, text, length, now);
}

// Takes whole frames; says how many bytes they were.
size_t takeFrames(size_t i, const char *data, size_t length, int64_t now) {
  Client &client = clients[i];
  size_t at = 0;
  while (length - at >= 2) {
    const uint8_t *head = reinterpret_cast<const uint8_t *>(data + at);
    size_t headBytes = 2, size = head[1] & 127;
    if (size == 126) {
      if (length - at < 4) break;
      headBytes = 4, size = size_t(head[2]) << 8 | head[3];
    } else if (size == 127) {
      if (length - at < 10) break;
      headBytes = 10, size = 0;
      for (int k = 2; k < 10; k++) size = size << 8 | head[k];
    }
    if (length - at < headBytes + size) break;
    const char *text = data + at + headBytes;
    switch (head[0] & 15) {
      case 1: case 2: takeText(client, text, size, now); break;
      case 8:
        client.closeCode = size >= 2 ? uint16_t(uint8_t(text[0]) << 8 | uint8_t(text[1])) : 1005;
        shut(i, false);
        return length;
      case 9: sendFrame(client, 10, text, size < 125 ? size : 125); break;
      default: break;
    }
    at += headBytes + size;
  }
  return at;
}

void readable(size_t i) {
  Client &client = clients[i];
  size_t kept = client.tail.size();
  if (kept) memcpy(buffer.data(), client.tail.data(), kept);
  ssize_t count = recv(client.fd, buffer.data() + kept, buffer.size() - kept, 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) {
    if (!client.closeCode) client.closeCode = 1006;
    return shut(i, false);
  }
  reads++;
  bytes += uint64_t(count);
  size_t length = kept + size_t(count), begin = 0;
  if (client.stage == Stage::upgrading) {
    const char *end = static_cast<const char *>(memmem(buffer.data(), length, "\r\n\r\n", 4));
    if (!end) {
      client.tail.assign(buffer.data(), length);
      return;
    }
    if (!memmem(buffer.data(), size_t(end - buffer.data()), " 101 ", 5)) {
      fprintf(stderr, "refused: %.*s\n", int(end - buffer.data()), buffer.data());
      return shut(i, true);
    }
    client.stage = Stage::greeting;
    if (protocol == Protocol::bare) isOpen(client);
    begin = size_t(end + 4 - buffer.data());
  }
  begin += takeFrames(i, buffer.data() + begin, length - begin, micros());
  if (client.fd < 0) return;
  if (begin < length) client.tail.assign(buffer.data() + begin, length - begin);
  else if (kept) client.tail.clear();
}

void writable(size_t i) {
  Client &client = clients[i];
  std::string request = "GET " + client.path +
    " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  client.stage = Stage::upgrading;
  if (send(client.fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) return shut(i, true);
  interest(i, EPOLLIN, EPOLL_CTL_MOD);
}

void connectMore() {
  while (opening < atOnce && nextToConnect < clients.size()) startOne(nextToConnect++);
  if (opened + failed < clients.size()) return;
  connecting = false;
  printf("{\"opened\":%zu,\"failed\":%zu,\"us\":%ld,\"cpu_us\":%ld}\n", opened, failed, long(micros() - connectBegan), long(cpuMicros()));
  fflush(stdout);
}

void answerWait() {
  waiting = false;
  printf("{\"expected\":%zu,\"deliveries\":%lu,\"missing\":%lu,\"repeated\":%lu,\"disordered\":%lu,\"closed\":%lu,\"first_us\":%ld,\"last_us\":%ld,"
    "\"bytes\":%lu,\"reads\":%lu,\"cpu_us\":%ld,\"p50_us\":%ld,\"p99_us\":%ld,\"close_codes\":[",
    size_t(wanted) * clients.size(), deliveries, missing, repeated, disordered, closedNow, long(firstAt), long(lastAt),
    bytes, reads, long(cpuMicros()), long(delays.quantile(0.5)), long(delays.quantile(0.99)));
  bool some = false;
  for (const Client &client : clients)
    if (client.closeCode) printf("%s%u", some ? "," : "", client.closeCode), some = true;
  printf("]}\n");
  fflush(stdout);
}

void command(const std::string &line) {
  std::istringstream words(line);
  std::string name;
  words >> name;
  if (name == "connect") {
    std::string kind, file, path;
    words >> port >> kind >> file >> atOnce >> receiveBytes;
    protocol = kind == "bare" ? Protocol::bare : kind == "socketio" ? Protocol::socketio : Protocol::greeted;
    std::ifstream paths(file);
    clients.clear();
    while (std::getline(paths, path)) clients.emplace_back().path = path;
    nextToConnect = opening = opened = failed = 0;
    connectBegan = micros();
    connecting = true;
    connectMore();
  } else if (name == "begin") {
    int look = 0;
    words >> wanted >> look;
    latency = look != 0;
    deliveries = missing = repeated = disordered = bytes = reads = complete = closedNow = 0;
    firstAt = lastAt = 0;
    delays.clear();
    for (Client &client : clients) client.got = 0;
    printf("{\"cpu_us\":%ld}\n", long(cpuMicros()));
    fflush(stdout);
  } else if (name == "wait") {
    int64_t limit;
    words >> limit;
    waiting = true;
    deadline = micros() + limit * 1000;
  } else if (name == "stall" || name == "read") {
    size_t count = clients.size();
    if (name == "stall") words >> count;
    for (size_t i = 0; i < count && i < clients.size(); i++) {
      if (clients[i].fd >= 0) interest(i, name == "stall" ? 0u : uint32_t(EPOLLIN), EPOLL_CTL_MOD);
      clients[i].stalled = name == "stall";
    }
    puts("{}");
    fflush(stdout);
  } else if (name == "close") {
    for (size_t i = 0; i < clients.size(); i++) shut(i, true);
    clients.clear();
    puts("{}");
    fflush(stdout);
  } else {
    fprintf(stderr, "unknown command: %s\n", line.c_str());
    exit(2);
  }
}

constexpr uint64_t standardInput = ~uint64_t(0);

}  // namespace

int main() {
  epoll = epoll_create1(EPOLL_CLOEXEC);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = standardInput;
  epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &event);
  std::vector<epoll_event> events(1024);
  std::string input;
  for (;;) {
    int64_t left = waiting ? (deadline - micros()) / 1000 + 1 : 1000;
    int count = epoll_wait(epoll, events.data(), int(events.size()), int(left < 0 ? 0 : left));
    for (int k = 0; k < count; k++) {
      uint64_t who = events[size_t(k)].data.u64;
      if (who == standardInput) {
        char text[4096];
        ssize_t length = read(0, text, sizeof text);
        if (length <= 0) return 0;
        input.append(text, size_t(length));
        for (size_t end; (end = input.find('\n')) != std::string::npos;) {
          std::string line = input.substr(0, end);
          input.erase(0, end + 1);
          command(line);
        }
        continue;
      }
      // a command of this turn may have ended it
      if (who >= clients.size() || clients[who].fd < 0) continue;
      Client &client = clients[who];
      if (client.stage == Stage::connecting) {
        if (events[size_t(k)].events & EPOLLOUT && !(events[size_t(k)].events & EPOLLERR)) writable(who);
        else shut(who, true);
      } else if (client.stalled) {
        if (events[size_t(k)].events & (EPOLLHUP | EPOLLERR)) client.closeCode = 1006, shut(who, false);
      } else {
        readable(who);
      }
    }
    if (connecting) connectMore();
    if (waiting) {
      bool all = wanted > 0 && complete == clients.size();
      if (all || micros() >= deadline) answerWait();
    }
  }
}
