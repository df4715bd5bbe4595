#pragma once
// The Step Functions API over HTTP: AWS JSON 1.0 requests to operations of an Engine and back. No
// socket; HttpListener carries it. API reference, "Making HTTPS requests"; recorded errors. Beside
// them GET /healthz (the process answers), /readyz (the store takes what is asked for),
// /metrics, and /recordings/ARN (an execution, to be replayed).

#include "aws/http/message.hpp"
#include "engine/server/metrics.hpp"
#include "engine/server/request_auth.hpp"
#include "gradus/engine.hpp"

#include <functional>
#include <optional>
#include <string>

namespace gradus {

class StepFunctionsServer {
public:
    using Respond = std::function<void(aws::HttpResponse)>;

    /// Borrows engine and loop; the engine must not run any more once this is gone.
    /// With rules, whoever doesn't keep them is refused; without, everybody may do everything.
    StepFunctionsServer(Engine& engine, EventLoop& loop, std::optional<AccessRules> rules = {})
        : engine_(engine), loop_(loop), metrics_(engine) {
        if (rules) auth_.emplace(std::move(*rules));
    }

    /// Answers once: at once, but for GetActivityTask and StartSyncExecution, which wait. Called on
    /// the engine's thread. The region of a signed request is the one that it was signed for.
    void handle(const aws::HttpRequest& request, Respond respond);

private:
    Timestamp now() const;
    void look(const aws::HttpRequest& request, const std::string& request_id,
              const Respond& respond);
    void call(const std::string& region, const std::string& operation, const Value& input,
              const std::string& request_id, Respond respond);

    Engine& engine_;
    EventLoop& loop_;
    Metrics metrics_;
    std::optional<RequestAuth> auth_;
    std::uint64_t requests_ = 0;
};

} // namespace gradus
