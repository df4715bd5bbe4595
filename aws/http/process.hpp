#pragma once
// Runs a program for what it prints. Inside of aws/http.

#include "gradus/result.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace gradus::aws {

struct ProcessLimits {
    std::chrono::milliseconds time{60'000};
    std::size_t output_bytes_max = std::size_t{256} * 1024;
};

/// Runs `words` (a program, looked for in PATH, and its arguments; at least one) without input and
/// calls `done` once, later, on the thread that runs the io_context, with what it wrote to its
/// standard output. Fails with io (it can't be run, or its exit code isn't 0; the message has the
/// beginning of its standard error), limit, and timeout, after which it is killed. Destroying the
/// io_context kills it, too.
void run_process(boost::asio::io_context& context, std::vector<std::string> words,
                 ProcessLimits limits, std::function<void(Result<std::string>)> done);

} // namespace gradus::aws
