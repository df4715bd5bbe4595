#pragma once
// The seams between a client and the world: something that carries a request to its answer, and
// something that knows the time. Real ones stand over sockets (aws/http), simulated ones over the
// simulated AWS and virtual time. Everything happens on one thread, the one that drives both.

#include "aws/http/message.hpp"

#include "gradus/event_loop.hpp"
#include "gradus/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace gradus::aws {

/// Why there is no answer. All of them may be tried again except `malformed` and `too_large`.
struct TransportError {
    enum class Kind {
        resolve,   // no address for the host
        connect,   // refused, unreachable
        tls,       // handshake or certificate
        timeout,   // of connecting or of the answer
        closed,    // the connection broke before the answer was complete
        malformed, // the answer isn't HTTP
        too_large, // the answer passes a limit
    };
    Kind kind = Kind::connect;
    std::string message;

    friend bool operator==(const TransportError&, const TransportError&) = default;
};

[[noreturn]] inline void throw_exception_from_error(const TransportError& error,
                                                    const boost::source_location& where) {
    assertion_failed(error.message.c_str(), where.file_name(), static_cast<int>(where.line()));
}

using TransportResult = Result<HttpResponse, TransportError>;
using TransportCompletion = std::function<void(TransportResult)>;
using SendId = std::uint64_t;

/// Limits of one attempt. A read that takes long is not the same as an answer that is large.
struct SendTimeouts {
    // Finding the host's address and connecting; or waiting for a connection of the pool.
    std::chrono::milliseconds connect{5'000};
    std::chrono::milliseconds tls{5'000};
    // Without a byte that went out or came in.
    std::chrono::milliseconds read{60'000};
    std::chrono::milliseconds attempt{600'000}; // all of it
};

/// All limits of a client.
struct ClientTimeouts {
    SendTimeouts send;
    std::chrono::milliseconds call{3'600'000}; // with all attempts and the waits between them
    // A connection that nobody uses. AWS closes idle ones after 20 s or more; a request on a dying
    // one would be lost.
    std::chrono::milliseconds idle{15'000};
};

class Transport {
public:
    virtual ~Transport() = default;

    /// Sends; `done` is called exactly once, later, never from inside send().
    virtual SendId send(HttpRequest request, SendTimeouts timeouts, TransportCompletion done) = 0;
    /// Gives up: `done` won't be called. An id that is done or unknown is ignored.
    virtual void cancel(SendId id) = 0;
};

/// The clock and the timers of the thread that drives a client.
using TimerService = EventLoop;
using gradus::TimerId;

} // namespace gradus::aws
