#pragma once
// Which connection a request takes, how many there may be and when an idle one is closed: the
// policy of the connection pool, without any socket or clock.

#include "aws/http/message.hpp"
#include "aws/http/transport.hpp"

#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace gradus::aws {

struct PoolLimits {
    std::size_t connections_per_endpoint_max = 32;
    std::size_t connections_max = 256;
    std::size_t idle_per_endpoint_max = 8;
    std::size_t waiting_max = 10'000;
    std::int64_t idle_milliseconds_max = 15'000; // ClientTimeouts::idle
};

/// What a connection leads to.
struct PoolKey {
    HttpRequest::Scheme scheme = HttpRequest::Scheme::https;
    std::string host;
    std::uint16_t port = 443;

    friend auto operator<=>(const PoolKey&, const PoolKey&) = default;
};

using ConnectionId = std::uint64_t;

class PoolPolicy {
public:
    struct Reuse {
        ConnectionId connection;
    };
    struct Open {
        ConnectionId connection; // the id that the new connection gets
    };
    struct Queue {}; // start() names the send once a connection may be opened or is free
    struct Refuse {};
    using Acquired = std::variant<Reuse, Open, Queue, Refuse>;

    /// What became free when a connection was given back, and for whom.
    struct Released {
        bool keep = false; // the connection stays open: idle, or for `next` on the same one
        // A waiting send that goes on: over this connection when `keep`, else over a new one by
        // acquire().
        std::vector<SendId> next;
    };

    explicit PoolPolicy(PoolLimits limits) : limits_(limits) {}

    Acquired acquire(const PoolKey& key, SendId send, std::int64_t now_milliseconds);
    /// The exchange is over. `reusable` tells whether another may follow on the connection.
    enum class Reusable { no, yes };
    Released release(ConnectionId connection, Reusable reusable, std::int64_t now_milliseconds);
    /// A queued send gives up.
    void forget(SendId send);
    /// Idle connections that are to be closed now; they are forgotten here.
    std::vector<ConnectionId> take_expired(std::int64_t now_milliseconds);

    std::size_t connections() const { return connections_.size(); }
    std::size_t idle() const;
    std::size_t waiting() const { return waiting_.size(); }

private:
    struct Idle {
        ConnectionId connection;
        std::int64_t since;
    };
    struct Endpoint {
        std::size_t connections = 0;
        std::vector<Idle> idle; // the one used last at the end
    };
    struct Waiting {
        PoolKey key;
        SendId send;
    };

    bool may_open(const PoolKey& key) const;
    bool drop_oldest_idle(const PoolKey& except, std::vector<ConnectionId>& dropped);
    void remove(ConnectionId connection);

    PoolLimits limits_;
    std::map<PoolKey, Endpoint> endpoints_;
    std::unordered_map<ConnectionId, PoolKey> connections_;
    std::deque<Waiting> waiting_;
    std::vector<ConnectionId> dropped_; // idle ones that made room, for take_expired
    ConnectionId last_id_ = 0;
};

} // namespace gradus::aws
