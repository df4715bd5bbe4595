#pragma once
// Coroutines for handlers: work that waits for calls without blocking a thread. A Task begins when
// it is awaited or started, runs on the thread of the loop that resumes it, and gives its frame
// back when the Task object is destroyed, finished or not.

#include "gradus/assert.hpp"

#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

namespace gradus {

template <class T>
class [[nodiscard]] Task {
public:
    struct promise_type {
        std::optional<T> value;
        std::exception_ptr exception;
        std::coroutine_handle<> continuation = std::noop_coroutine();

        Task get_return_object() { return Task(Handle::from_promise(*this)); }
        std::suspend_always initial_suspend() noexcept { return {}; }
        auto final_suspend() noexcept {
            struct Resume {
                bool await_ready() noexcept { return false; }
                std::coroutine_handle<> await_suspend(Handle ended) noexcept {
                    return ended.promise().continuation;
                }
                void await_resume() noexcept {}
            };
            return Resume{};
        }
        void return_value(T result) { value = std::move(result); }
        void unhandled_exception() { exception = std::current_exception(); }
    };
    using Handle = std::coroutine_handle<promise_type>;

    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Task& operator=(Task&& other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~Task() {
        if (handle_) handle_.destroy();
    }

    auto operator co_await() && noexcept {
        struct Await {
            Handle handle;
            bool await_ready() noexcept { return false; }
            std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiting) noexcept {
                handle.promise().continuation = waiting;
                return handle;
            }
            T await_resume() {
                if (handle.promise().exception) std::rethrow_exception(handle.promise().exception);
                return std::move(*handle.promise().value);
            }
        };
        return Await{handle_};
    }

    /// Runs until the first wait. `done`, which is called when it has ended, must outlive it.
    void start(std::coroutine_handle<> done) {
        handle_.promise().continuation = done;
        handle_.resume();
    }
    bool is_done() const { return handle_.done(); }
    /// The value of a task that is done; rethrows what ended it.
    T take() {
        GRADUS_ASSERT(handle_.done());
        if (handle_.promise().exception) std::rethrow_exception(handle_.promise().exception);
        return std::move(*handle_.promise().value);
    }

private:
    explicit Task(Handle handle) : handle_(handle) {}

    Handle handle_;
};

/// Awaits a function that takes a completion: `co_await Callback<int>([&](auto done) { read(done);
/// })`. The completion must be called once, and not after the coroutine was destroyed.
template <class T>
class Callback {
public:
    explicit Callback(std::function<void(std::function<void(T)>)> begin)
        : begin_(std::move(begin)) {}

    bool await_ready() noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
        begin_([this, waiting](T result) {
            result_ = std::move(result);
            waiting.resume();
        });
    }
    T await_resume() { return std::move(*result_); }

private:
    std::function<void(std::function<void(T)>)> begin_;
    std::optional<T> result_;
};

} // namespace gradus
