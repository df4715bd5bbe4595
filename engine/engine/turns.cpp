// The engine's turns: what has come in becomes a batch, the store says when it is safe, and whoever
// waits for that is answered. And what happens when the store fails.
#include "engine/engine/engine_impl.hpp"

namespace gradus {
namespace {

/// Between attempts to go on with a store that failed. Ours.
constexpr std::chrono::seconds retry_time{1};

} // namespace

void Engine::Impl::wake() {
    if (is_waking_) return;
    is_waking_ = true;
    loop_.schedule(std::chrono::milliseconds(0), [this] {
        is_waking_ = false;
        tick();
    });
}

void Engine::Impl::tick_now() {
    if (is_busy_)
        wake();
    else
        tick();
}

void Engine::Impl::tick() {
    // Whoever asks while this goes on asks for something of the next batch.
    std::vector<Safe> asked = std::exchange(asked_, {});
    for (StoredObject& object : api::take_changes(registry_))
        shard_.keep(std::move(object));
    is_busy_ = true;
    const bool has_more = shard_.tick(now());
    is_busy_ = false;
    for (Safe& done : asked)
        uncommitted_.push_back({shard_.last_lsn(), std::move(done)});
    if (has_more) wake();
    settle();
}

/// After everything that may have moved the shard.
void Engine::Impl::settle() {
    if (shard_.is_halted() && !failure_) go_on_later({ErrorCode::io, "the store can't be read"});
    arm();
    answer_safe();
}

void Engine::Impl::arm() {
    const auto due = shard_.next_due();
    if (due == armed_for_) return;
    if (armed_for_) loop_.cancel(alarm_);
    armed_for_ = due;
    if (!due) return;
    alarm_ = loop_.schedule(std::max(*due - now(), std::chrono::milliseconds(0)), [this] {
        armed_for_.reset();
        tick();
    });
}

void Engine::Impl::when_safe(Safe done) {
    if (failure_) return done(*failure_);
    asked_.push_back(std::move(done));
    tick_now();
}

Engine::ApiCompletion Engine::Impl::once_safe(ApiCompletion done) {
    return [this, done = std::move(done)](Result<Value, StatesError> answer) {
        when_safe([answer = std::move(answer), done](const Result<void>& safe) {
            if (safe) return done(answer);
            done(StatesError{"ServiceUnavailable", safe.error().message});
        });
    };
}

Engine::ApiCompletion Engine::Impl::once_read(ApiCompletion done) {
    static_cast<void>(store_->take_read_error()); // of others
    return [this, done = std::move(done)](Result<Value, StatesError> answer) {
        const auto error = store_->take_read_error();
        if (!error) return done(std::move(answer));
        done(StatesError{"ServiceUnavailable", error->message});
    };
}

void Engine::Impl::answer_safe() {
    if (is_busy_) return;
    while (!uncommitted_.empty() &&
           (failure_ || uncommitted_.front().lsn <= shard_.committed_lsn())) {
        const Safe done = std::move(uncommitted_.front().done);
        uncommitted_.pop_front();
        done(failure_ ? Result<void>(*failure_) : Result<void>());
    }
}

void Engine::Impl::committed(std::uint64_t lsn) {
    if (is_busy_) return shard_.committed(lsn); // from inside append(): tick() sees to the rest
    is_busy_ = true;
    shard_.committed(lsn);
    is_busy_ = false;
    if (shard_.has_waiting_input()) wake();
    settle();
}

void Engine::Impl::failed(const Error& error) {
    shard_.failed();
    go_on_later(error);
    answer_safe();
}

Result<void> Engine::Impl::recover() {
    GRADUS_ASSERT(!is_recovered_);
    GRADUS_ASSERT(registry_.machines.empty());
    GRADUS_TRY(const std::vector<StoredObject> objects, store_->objects());
    GRADUS_TRY(registry_, api::read_registry(objects));
    GRADUS_CHECK(shard_.recover(now()));
    is_recovered_ = true;
    std::vector<std::string> deleting; // which changes the map
    for (const auto& [arn, machine] : registry_.machines) {
        if (machine.is_deleting) deleting.push_back(arn);
    }
    for (const std::string& arn : deleting)
        delete_when_stopped(arn);
    wake();
    return {};
}

/// Until then nothing is promised to anybody.
void Engine::Impl::go_on_later(const Error& error) {
    failure_ = error;
    for (Safe& done : std::exchange(asked_, {}))
        uncommitted_.push_back({shard_.last_lsn(), std::move(done)});
    for (const auto& observer : trouble_observers_)
        observer(error);
    loop_.schedule(retry_time, [this] { go_on(); });
}

void Engine::Impl::go_on() {
    // A batch from before the trouble may still be on its way to the disk.
    const auto recovered =
        shard_.has_uncommitted() ? Result<void>(*failure_) : shard_.recover(now());
    if (!recovered) {
        loop_.schedule(retry_time, [this] { go_on(); });
        return;
    }
    failure_.reset();
    wake();
}

} // namespace gradus
