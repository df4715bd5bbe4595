#include "aws/http/process.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace net = boost::asio;
using boost::system::error_code;

extern char** environ;

namespace gradus::aws {

namespace {

constexpr std::size_t quoted_bytes_max = 500;
constexpr std::chrono::milliseconds poll_interval{10};

struct Pipe {
    int read = -1;
    int write = -1;
};

Result<Pipe> make_pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        return Error{ErrorCode::io, std::string("pipe: ") + std::strerror(errno)};
    return Pipe{ends[0], ends[1]};
}

// The pid, or an errno below zero.
pid_t spawn(std::vector<std::string>& words, const Pipe& out, const Pipe& err) {
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out.write, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err.write, STDERR_FILENO);
    pid_t pid = 0;
    const int fault =
        posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    return fault == 0 ? pid : -fault;
}

// Ends when both pipes have ended and the program has exited, or when the time is over.
class Process : public std::enable_shared_from_this<Process> {
public:
    Process(net::io_context& context, ProcessLimits limits,
            std::function<void(Result<std::string>)> done)
        : limits_(limits),
          done_(std::move(done)),
          out_(context),
          err_(context),
          exit_(context),
          timer_(context),
          poll_(context) {}

    ~Process() {
        if (pid_ > 0) reap_killed();
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    Result<void> start(std::vector<std::string> words) {
        GRADUS_TRY(const Pipe out, make_pipe());
        out_.assign(out.read);
        Result<Pipe> err = make_pipe();
        if (!err) {
            ::close(out.write);
            return err.error();
        }
        err_.assign(err->read);
        const pid_t pid = spawn(words, out, *err);
        ::close(out.write);
        ::close(err->write);
        if (pid < 0) return Error{ErrorCode::io, "can't be run: " + std::string(strerror(-pid))};
        pid_ = pid;
        // By number: the declaration in glibc 2.36 is none for C++.
        const auto descriptor = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
        if (descriptor >= 0) exit_.assign(descriptor);
        wait();
        return {};
    }

private:
    void wait() {
        read_on(out_, output_, limits_.output_bytes_max);
        read_on(err_, errors_, quoted_bytes_max);
        if (exit_.is_open())
            exit_.async_wait(net::posix::stream_descriptor::wait_read,
                             [self = shared_from_this()](const error_code& error) {
                                 if (!error) self->exited();
                             });
        else
            look_again();
        timer_.expires_after(limits_.time);
        timer_.async_wait([self = shared_from_this()](const error_code& error) {
            if (error) return;
            self->fail({ErrorCode::timeout,
                        "took longer than " + std::to_string(self->limits_.time.count()) + " ms"});
        });
    }

    // Reads to the end; of what passes the limit, one byte is kept as the sign.
    void read_on(net::posix::stream_descriptor& pipe, std::string& text, std::size_t limit) {
        auto buffer = std::make_shared<std::array<char, 4096>>();
        pipe.async_read_some(
            net::buffer(*buffer), [self = shared_from_this(), buffer, &pipe, &text,
                                   limit](const error_code& error, std::size_t read) {
                if (self->is_done_) return;
                text.append(buffer->data(), std::min(read, limit + 1 - text.size()));
                if (!error) return self->read_on(pipe, text, limit);
                ++self->ended_;
                self->finish_when_all_ended();
            });
    }

    // Where the system gives no descriptor of a process (Linux before 5.3, some containers).
    void look_again() {
        poll_.expires_after(poll_interval);
        poll_.async_wait([self = shared_from_this()](const error_code& error) {
            if (error || self->pid_ == 0) return;
            if (waitpid(self->pid_, &self->status_, WNOHANG) == 0) return self->look_again();
            self->reaped();
        });
    }

    void exited() {
        waitpid(pid_, &status_, 0);
        reaped();
    }

    void reaped() {
        pid_ = 0;
        ++ended_;
        finish_when_all_ended();
    }

    void finish_when_all_ended() {
        if (ended_ < 3 || is_done_) return;
        if (output_.size() > limits_.output_bytes_max)
            return fail({ErrorCode::limit,
                         "wrote more than " + std::to_string(limits_.output_bytes_max) + " bytes"});
        if (WIFEXITED(status_) && WEXITSTATUS(status_) == 0) return finish(std::move(output_));
        std::string how = WIFEXITED(status_)
                              ? "ended with exit code " + std::to_string(WEXITSTATUS(status_))
                              : "was ended by signal " + std::to_string(WTERMSIG(status_));
        errors_.resize(std::min(errors_.size(), quoted_bytes_max));
        while (!errors_.empty() && (errors_.back() == '\n' || errors_.back() == '\r'))
            errors_.pop_back();
        fail({ErrorCode::io, errors_.empty() ? how : how + ": " + errors_});
    }

    void fail(Error error) {
        if (pid_ > 0) reap_killed();
        finish(std::move(error));
    }

    void finish(Result<std::string> result) {
        if (is_done_) return;
        is_done_ = true;
        timer_.cancel();
        poll_.cancel();
        out_.close();
        err_.close();
        exit_.close();
        done_(std::move(result));
    }

    // SIGKILL can't be refused, so this waits for no one.
    void reap_killed() {
        ::kill(pid_, SIGKILL);
        waitpid(pid_, &status_, 0);
        pid_ = 0;
    }

    ProcessLimits limits_;
    std::function<void(Result<std::string>)> done_;
    net::posix::stream_descriptor out_;
    net::posix::stream_descriptor err_;
    net::posix::stream_descriptor exit_; // readable once the program has exited
    net::steady_timer timer_;
    net::steady_timer poll_;
    std::string output_;
    std::string errors_;
    pid_t pid_ = 0;
    int status_ = 0;
    int ended_ = 0;
    bool is_done_ = false;
};

} // namespace

void run_process(net::io_context& context, std::vector<std::string> words, ProcessLimits limits,
                 std::function<void(Result<std::string>)> done) {
    const auto process = std::make_shared<Process>(context, limits, done);
    Result<void> started = process->start(std::move(words));
    if (started) return;
    net::post(context,
              [done = std::move(done), error = std::move(started).error()] { done(error); });
}

} // namespace gradus::aws
