#pragma once
// Sources of credentials for tests: files, programs and requests that are prepared.

#include "aws/call_driver.hpp"

#include "tests/support/scripted_transport.hpp"

#include <map>
#include <string>
#include <vector>

namespace gradus::aws {

using namespace std::literals;

// 1 700 000 000 s is 2023-11-14T22:13:20Z.
inline constexpr std::int64_t start_seconds = 1'700'000'000;

/// Files and a program of the test's own.
class ScriptedHost : public CredentialHost {
public:
    explicit ScriptedHost(VirtualTime& time) : time_(time) {}

    void read_file(std::string path, Done done) override {
        const auto found = files.find(path);
        TextResult text = found != files.end()
                              ? TextResult(found->second)
                              : Error{ErrorCode::not_found, path + " can't be read"};
        time_.schedule(0ms, [done = std::move(done), text] { done(text); });
    }
    void write_file(std::string path, std::string text, Done done) override {
        TextResult result = std::string();
        if (is_read_only)
            result = Error{ErrorCode::io, path + " can't be written"};
        else
            files[path] = std::move(text);
        time_.schedule(0ms, [done = std::move(done), result] { done(result); });
    }
    void run_process(std::string command, Done done) override {
        commands.push_back(std::move(command));
        time_.schedule(50ms, [done = std::move(done), output = output] { done(output); });
    }

    std::map<std::string, std::string> files;
    bool is_read_only = false;
    std::vector<std::string> commands;
    TextResult output = std::string();

private:
    VirtualTime& time_;
};

/// A CredentialDriver over all of that.
struct CredentialWorld {
    explicit CredentialWorld(Result<CredentialPlan> plan) {
        state.settings.credentials = std::move(plan);
    }

    // Waits for what a call as `identity` would be signed with.
    CredentialsResult get(const Identity& identity = {}) {
        std::optional<CredentialsResult> out;
        std::optional<CredentialsResult> known = driver.get(
            identity, ++last_waiter, [&out](CredentialsResult result) { out = std::move(result); });
        if (known) return *known;
        time.run();
        if (!out) return source_failed("never answered");
        return *out;
    }
    std::string key(const Identity& identity = {}) {
        const CredentialsResult result = get(identity);
        return result ? result->access_key_id : result.error().code + ": " + result.error().message;
    }
    void answer(int status, std::string body) {
        transport.answers.push_back(HttpResponse{status, {}, std::move(body)});
    }
    void answer(TransportError error) { transport.answers.push_back(std::move(error)); }
    const HttpRequest& request(std::size_t index) const { return transport.requests.at(index); }

    VirtualTime time;
    ScriptedTransport transport{time};
    ScriptedHost host{time};
    ClientState state;
    CredentialDriver driver{transport, time, &host, state};
    CredentialDriver::WaiterId last_waiter = 0;
};

inline CredentialPlan plan_of(CredentialSource source) { return CredentialPlan(std::move(source)); }

/// What a program prints, and what a container or an instance answers.
inline std::string document(std::string_view key, std::string_view expiration) {
    return R"({"Version": 1, "AccessKeyId": ")" + std::string(key) +
           R"(", "SecretAccessKey": "s", "SessionToken": "t", "Token": "t", "Expiration": ")" +
           std::string(expiration) + "\"}";
}

inline std::string sts_answer(std::string_view key, std::string_view operation = "AssumeRole") {
    return "<" + std::string(operation) + "Response><" + std::string(operation) +
           "Result><Credentials><AccessKeyId>" + std::string(key) +
           "</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
           "<Expiration>2023-11-14T23:13:20Z</Expiration></Credentials></" +
           std::string(operation) + "Result></" + std::string(operation) + "Response>";
}

} // namespace gradus::aws
