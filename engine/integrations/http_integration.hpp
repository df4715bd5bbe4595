#pragma once
// http:invoke and apigateway:invoke over a Transport of the embedder's. AWS, "Call HTTPS APIs in
// Step Functions workflows", "Create API Gateway REST APIs with Step Functions".

#include "aws/http/transport.hpp"
#include "engine/integrations/http_connections.hpp"
#include "engine/integrations/integration.hpp"

#include <map>
#include <string>

namespace gradus {

/// The longest that a call takes. AWS, "Call HTTPS APIs", "Limitations".
inline constexpr std::chrono::seconds http_seconds_max{60};

class HttpIntegration final : public Integration {
public:
    HttpIntegration(EventLoop& loop, AnswerSink answer) : loop_(loop), answer_(std::move(answer)) {}

    /// Borrows the transport.
    void use(aws::Transport& transport, HttpConnections connections) {
        transport_ = &transport;
        connections_ = std::move(connections);
        tokens_.clear();
    }
    bool handles(const Resource& resource) const {
        return transport_ != nullptr && resource.kind == ResourceKind::optimised &&
               (resource.service == "http" || resource.service == "apigateway");
    }
    void start(const TaskRequest& request) override;
    bool is_under_way(ExecutionKey execution, CommandId command) const override {
        return calls_.contains({execution, command});
    }
    void cancel(ExecutionKey execution, CommandId command) override;

private:
    using Key = std::pair<ExecutionKey, CommandId>;
    struct Call {
        TaskRequest task;
        std::string connection_arn; // empty with API Gateway
        HttpConnection connection;
        std::string token;          // of OAuth
        bool has_new_token = false; // fetched for this very call
        aws::SendId send = 0;
    };
    struct Token {
        std::string text;
        std::int64_t expires_at = 0; // epoch milliseconds
    };

    void start_http(const Key& key, const TaskRequest& task);
    void fetch_token(const Key& key);
    void token_answered(const Key& key, const aws::TransportResult& result);
    void send_http(const Key& key);
    void send(const Key& key, aws::HttpRequest request);
    void answered(const Key& key, const aws::TransportResult& result);
    void finish(const Key& key, Result<Value, Failure> output);

    EventLoop& loop_;
    AnswerSink answer_;
    aws::Transport* transport_ = nullptr;
    HttpConnections connections_;
    std::map<std::string, Token, std::less<>> tokens_; // by the connection's ARN
    std::map<Key, Call> calls_;
};

} // namespace gradus
