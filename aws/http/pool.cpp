#include "aws/http/pool.hpp"

#include "gradus/assert.hpp"

#include <algorithm>

namespace gradus::aws {

PoolPolicy::Acquired PoolPolicy::acquire(const PoolKey& key, SendId send,
                                         std::int64_t now_milliseconds) {
    Endpoint& endpoint = endpoints_[key];
    // The one used last is the least likely to have been closed by the other side.
    if (!endpoint.idle.empty()) {
        const Idle newest = endpoint.idle.back();
        if (now_milliseconds - newest.since < limits_.idle_milliseconds_max) {
            endpoint.idle.pop_back();
            return Reuse{newest.connection};
        }
    }
    const bool has_room_here = endpoint.connections < limits_.connections_per_endpoint_max;
    if (has_room_here && connections_.size() >= limits_.connections_max)
        drop_oldest_idle(key, dropped_);
    if (may_open(key)) {
        const ConnectionId id = ++last_id_;
        connections_.emplace(id, key);
        ++endpoint.connections;
        return Open{id};
    }
    if (waiting_.size() >= limits_.waiting_max) return Refuse{};
    waiting_.push_back({key, send});
    return Queue{};
}

PoolPolicy::Released PoolPolicy::release(ConnectionId connection, Reusable reusable,
                                         std::int64_t now_milliseconds) {
    const auto found = connections_.find(connection);
    GRADUS_ASSERT(found != connections_.end());
    const PoolKey key = found->second;
    Released out;
    if (reusable == Reusable::yes) {
        const auto same = std::find_if(waiting_.begin(), waiting_.end(),
                                       [&](const Waiting& each) { return each.key == key; });
        if (same != waiting_.end()) {
            out.keep = true;
            out.next.push_back(same->send);
            waiting_.erase(same);
            return out;
        }
        Endpoint& endpoint = endpoints_[key];
        // Others may be waiting for the room that this one takes.
        const bool is_needed_elsewhere =
            !waiting_.empty() && connections_.size() >= limits_.connections_max;
        if (!is_needed_elsewhere && endpoint.idle.size() < limits_.idle_per_endpoint_max) {
            endpoint.idle.push_back({connection, now_milliseconds});
            out.keep = true;
            return out;
        }
    }
    remove(connection);
    // The first that may now open a connection of its own.
    const auto next = std::find_if(waiting_.begin(), waiting_.end(),
                                   [&](const Waiting& each) { return may_open(each.key); });
    if (next == waiting_.end()) return out;
    out.next.push_back(next->send);
    waiting_.erase(next);
    return out;
}

void PoolPolicy::forget(SendId send) {
    std::erase_if(waiting_, [send](const Waiting& each) { return each.send == send; });
}

std::vector<ConnectionId> PoolPolicy::take_expired(std::int64_t now_milliseconds) {
    std::vector<ConnectionId> out = std::move(dropped_);
    dropped_.clear();
    for (auto& [key, endpoint] : endpoints_) {
        while (!endpoint.idle.empty() &&
               now_milliseconds - endpoint.idle.front().since >= limits_.idle_milliseconds_max) {
            out.push_back(endpoint.idle.front().connection);
            endpoint.idle.erase(endpoint.idle.begin());
            connections_.erase(out.back());
            --endpoint.connections;
        }
    }
    std::erase_if(endpoints_, [](const auto& entry) { return entry.second.connections == 0; });
    return out;
}

std::size_t PoolPolicy::idle() const {
    std::size_t count = 0;
    for (const auto& [key, endpoint] : endpoints_)
        count += endpoint.idle.size();
    return count;
}

bool PoolPolicy::may_open(const PoolKey& key) const {
    const auto found = endpoints_.find(key);
    const std::size_t here = found == endpoints_.end() ? 0 : found->second.connections;
    return here < limits_.connections_per_endpoint_max &&
           connections_.size() < limits_.connections_max;
}

// Makes room for another endpoint by closing the connection that has been idle for longest.
bool PoolPolicy::drop_oldest_idle(const PoolKey& except, std::vector<ConnectionId>& dropped) {
    Endpoint* oldest = nullptr;
    for (auto& [key, endpoint] : endpoints_) {
        if (key == except || endpoint.idle.empty()) continue;
        if (oldest == nullptr || endpoint.idle.front().since < oldest->idle.front().since)
            oldest = &endpoint;
    }
    if (oldest == nullptr) return false;
    dropped.push_back(oldest->idle.front().connection);
    oldest->idle.erase(oldest->idle.begin());
    connections_.erase(dropped.back());
    --oldest->connections;
    return true;
}

void PoolPolicy::remove(ConnectionId connection) {
    const auto found = connections_.find(connection);
    const auto endpoint = endpoints_.find(found->second);
    --endpoint->second.connections;
    if (endpoint->second.connections == 0) endpoints_.erase(endpoint);
    connections_.erase(found);
}

} // namespace gradus::aws
