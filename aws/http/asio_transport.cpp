#include "aws/http/asio_transport.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <unordered_map>
#include <utility>

namespace net = boost::asio;

namespace gradus::aws {

namespace {

std::int64_t steady_milliseconds() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

} // namespace

// What happens to a send: it waits for a connection, or has one and exchanges. A timer runs over it
// all the time; whatever comes first, answer, failure, time-out or cancel(), ends it.
class AsioTransport::State : public std::enable_shared_from_this<AsioTransport::State> {
public:
    State(net::io_context& context, AsioTransportOptions options, std::shared_ptr<TlsContext> tls)
        : context_(context),
          options_(std::move(options)),
          tls_(std::move(tls)),
          pool_(options_.limits) {}

    SendId send(HttpRequest request, SendTimeouts timeouts, TransportCompletion done) {
        const SendId id = ++last_id_;
        Sending& sending = sends_.try_emplace(id, context_).first->second;
        sending.request = std::move(request);
        sending.timeouts = timeouts;
        sending.done = std::move(done);
        arm(id, sending.deadline, timeouts.attempt, "the attempt at ");
        start(id, sending);
        return id;
    }

    void cancel(SendId id) {
        const auto found = sends_.find(id);
        if (found == sends_.end()) return;
        const ConnectionId connection = found->second.connection;
        sends_.erase(found);
        if (connection == 0)
            pool_.forget(id);
        else
            drop(connection);
    }

    void close() {
        sends_.clear();
        for (const auto& [id, connection] : connections_)
            connection->close();
        connections_.clear();
    }

    Counts counts() const { return {opened_, connections_.size(), pool_.idle(), pool_.waiting()}; }

private:
    struct Sending {
        explicit Sending(net::io_context& context) : timer(context), deadline(context) {}

        HttpRequest request;
        SendTimeouts timeouts;
        TransportCompletion done;
        net::steady_timer timer;     // of the stage
        net::steady_timer deadline;  // of the attempt
        ConnectionId connection = 0; // 0: none yet
        bool is_reused = false;
    };

    void start(SendId id, Sending& sending) {
        const PoolKey key{sending.request.scheme, sending.request.host, sending.request.port};
        const std::int64_t now = steady_milliseconds();
        close_expired(now);
        const PoolPolicy::Acquired acquired = pool_.acquire(key, id, now);
        close_expired(now);
        if (const auto* reuse = std::get_if<PoolPolicy::Reuse>(&acquired)) {
            sending.is_reused = true;
            exchange(id, sending, reuse->connection);
        } else if (const auto* open = std::get_if<PoolPolicy::Open>(&acquired)) {
            ++opened_;
            const Proxy* proxy = proxy_for(options_.proxies, key.scheme, key.host, key.port);
            connections_[open->connection] = make_connection(
                context_, tls_, key, proxy != nullptr ? std::optional<Proxy>(*proxy) : std::nullopt,
                options_.connection);
            exchange(id, sending, open->connection);
        } else if (std::holds_alternative<PoolPolicy::Queue>(acquired)) {
            arm(id, sending.timer, sending.timeouts.connect, "waiting for a free connection to ");
        } else {
            net::post(context_, [state = weak_from_this(), id] {
                if (const auto self = state.lock())
                    self->finish(id, TransportError{TransportError::Kind::connect,
                                                    "too many requests wait for a connection"});
            });
        }
    }

    void exchange(SendId id, Sending& sending, ConnectionId connection) {
        sending.connection = connection;
        Connection::Handlers handlers;
        handlers.progress = [state = weak_from_this(), id](Connection::Stage stage) {
            if (const auto self = state.lock()) self->progressed(id, stage);
        };
        handlers.ended = [state = weak_from_this(), id, connection](Connection::Ended ended) {
            if (const auto self = state.lock()) self->ended(id, connection, std::move(ended));
        };
        // A copy of the request stays, for a second try when a kept connection turns out dead.
        connections_.at(connection)->exchange(sending.request, std::move(handlers));
    }

    void progressed(SendId id, Connection::Stage stage) {
        const auto found = sends_.find(id);
        if (found == sends_.end()) return;
        Sending& sending = found->second;
        switch (stage) {
        case Connection::Stage::connecting:
            return arm(id, sending.timer, sending.timeouts.connect, "connecting to ");
        case Connection::Stage::tls:
            return arm(id, sending.timer, sending.timeouts.tls, "TLS with ");
        case Connection::Stage::exchanging:
            return arm(id, sending.timer, sending.timeouts.read, "waiting for ");
        }
    }

    void ended(SendId id, ConnectionId connection, Connection::Ended ended) {
        const auto found = sends_.find(id);
        const bool is_dead_on_arrival = !ended.result && ended.is_before_answer &&
                                        found != sends_.end() && found->second.is_reused;
        release(connection, ended.reusable);
        if (found == sends_.end()) return;
        if (!is_dead_on_arrival) return finish(id, std::move(ended.result));
        found->second.connection = 0;
        found->second.is_reused = false;
        start(id, found->second);
    }

    // Gives a connection back and lets those go on that waited for it.
    void release(ConnectionId connection, PoolPolicy::Reusable reusable) {
        const PoolPolicy::Released released =
            pool_.release(connection, reusable, steady_milliseconds());
        if (!released.keep) {
            connections_.at(connection)->close();
            connections_.erase(connection);
        }
        for (const SendId next : released.next) {
            const auto found = sends_.find(next);
            if (found == sends_.end()) continue;
            if (!released.keep) {
                start(next, found->second);
                continue;
            }
            found->second.is_reused = true;
            exchange(next, found->second, connection);
        }
    }

    void drop(ConnectionId connection) {
        connections_.at(connection)->close();
        release(connection, PoolPolicy::Reusable::no);
    }

    void close_expired(std::int64_t now) {
        for (const ConnectionId id : pool_.take_expired(now)) {
            connections_.at(id)->close();
            connections_.erase(id);
        }
    }

    // The timer is one of the send's, and gone when that is. What is at its end is a literal.
    void arm(SendId id, net::steady_timer& timer, std::chrono::milliseconds limit,
             const char* what) {
        timer.expires_after(limit);
        timer.async_wait([state = weak_from_this(), id, &timer, limit,
                          what](const boost::system::error_code& error) {
            const auto self = state.lock();
            if (error || self == nullptr || !self->sends_.contains(id)) return;
            // It may have been armed anew after it had expired.
            if (timer.expiry() <= std::chrono::steady_clock::now())
                self->timed_out(id, limit, what);
        });
    }

    void timed_out(SendId id, std::chrono::milliseconds limit, const char* what) {
        Sending& sending = sends_.at(id);
        TransportError error{TransportError::Kind::timeout,
                             what + sending.request.host + " took longer than " +
                                 std::to_string(limit.count()) + " ms"};
        if (sending.connection == 0)
            pool_.forget(id);
        else
            drop(std::exchange(sending.connection, 0));
        finish(id, std::move(error));
    }

    void finish(SendId id, TransportResult result) {
        const auto found = sends_.find(id);
        if (found == sends_.end()) return;
        // Out of the table first: the completion may send again.
        const TransportCompletion done = std::move(found->second.done);
        sends_.erase(found);
        done(std::move(result));
    }

    net::io_context& context_;
    AsioTransportOptions options_;
    std::shared_ptr<TlsContext> tls_;
    PoolPolicy pool_;
    std::unordered_map<ConnectionId, std::shared_ptr<Connection>> connections_;
    std::unordered_map<SendId, Sending> sends_;
    SendId last_id_ = 0;
    std::size_t opened_ = 0;
};

Result<std::unique_ptr<AsioTransport>> AsioTransport::make(net::io_context& context,
                                                           AsioTransportOptions options) {
    GRADUS_TRY(std::shared_ptr<TlsContext> tls, make_tls_context(options.connection));
    return std::unique_ptr<AsioTransport>(
        new AsioTransport(std::make_shared<State>(context, std::move(options), std::move(tls))));
}

AsioTransport::AsioTransport(std::shared_ptr<State> state) : state_(std::move(state)) {}
AsioTransport::~AsioTransport() { state_->close(); }

SendId AsioTransport::send(HttpRequest request, SendTimeouts timeouts, TransportCompletion done) {
    return state_->send(std::move(request), timeouts, std::move(done));
}

void AsioTransport::cancel(SendId id) { state_->cancel(id); }

AsioTransport::Counts AsioTransport::counts() const { return state_->counts(); }

struct AsioTimerService::State {
    explicit State(net::io_context& io) : context(io) {}

    net::io_context& context;
    std::unordered_map<TimerId, net::steady_timer> timers;
    TimerId last_id = 0;
};

AsioTimerService::AsioTimerService(net::io_context& context)
    : state_(std::make_shared<State>(context)) {}
AsioTimerService::~AsioTimerService() = default;

std::int64_t AsioTimerService::now_epoch_milliseconds() const {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

TimerId AsioTimerService::schedule(std::chrono::milliseconds delay, std::function<void()> fire) {
    const TimerId id = ++state_->last_id;
    net::steady_timer& timer = state_->timers.try_emplace(id, state_->context, delay).first->second;
    timer.async_wait([state = std::weak_ptr<State>(state_), id,
                      fire = std::move(fire)](const boost::system::error_code& error) {
        const auto self = state.lock();
        // Cancelled, or destroyed; a timer that fires at the same time isn't in the table any more.
        if (error || self == nullptr || self->timers.erase(id) == 0) return;
        fire();
    });
    return id;
}

void AsioTimerService::cancel(TimerId id) { state_->timers.erase(id); }

Delivery AsioTimerService::expect() {
    using Work = net::executor_work_guard<net::io_context::executor_type>;
    // std::function is copied, and work can't be.
    const auto work = std::make_shared<Work>(state_->context.get_executor());
    return [work](std::function<void()> run) {
        net::post(work->get_executor(), std::move(run));
        work->reset();
    };
}

} // namespace gradus::aws
