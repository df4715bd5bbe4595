#pragma once
// Waiting until AWS says that something is so, as a model describes it (botocore's form: operation,
// delay, maxAttempts, acceptors). Pure: the result of a call in, what to do next out.

#include "aws/paging/path_expression.hpp"

#include "gradus/aws/client.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gradus::aws {

class Waiter {
public:
    static constexpr int attempts_limit = 10'000; // ours

    struct Again {
        std::chrono::milliseconds after{0};
    };
    struct Succeeded {};
    struct Failed {
        std::string why;
    };
    using Verdict = std::variant<Again, Succeeded, Failed>;

    /// Fails with invalid_argument and what was expected, and like PathExpression::compile.
    static Result<Waiter> load(const Value& description);

    /// What call number `attempt` (from 1) means. The first acceptor that fits decides; when none
    /// does, an error ends the waiting and anything else goes on with it.
    Verdict judge(const CallResult& result, int attempt) const;

    const std::string& operation() const { return operation_; }

private:
    enum class Matcher { path, path_all, path_any, status, error };
    enum class State { success, failure, retry };
    struct Acceptor {
        Matcher matcher = Matcher::path;
        State state = State::retry;
        std::optional<PathExpression> argument; // of the three paths
        Value expected;
    };

    static Result<Acceptor> load_acceptor(const Value& description);
    static bool fits(const Acceptor& acceptor, const CallResult& result);
    static std::string describe(const Acceptor& acceptor);
    Verdict again(int attempt) const;

    std::string operation_;
    std::chrono::seconds delay_{0};
    int attempts_max_ = 1;
    std::vector<Acceptor> acceptors_;
};

} // namespace gradus::aws
