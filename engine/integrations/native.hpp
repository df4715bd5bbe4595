#pragma once
// Activities answered by native handlers in this process.

#include "engine/integrations/integration.hpp"
#include "gradus/handler.hpp"

#include <map>
#include <memory>
#include <string>

namespace gradus {

class NativeIntegration final : public Integration {
public:
    NativeIntegration(EventLoop& loop, aws::Client& aws, AnswerSink answer)
        : loop_(loop), aws_(aws), answer_(std::move(answer)) {}

    void bind(std::string activity_name, Handler handler) {
        handlers_.insert_or_assign(std::move(activity_name), std::move(handler));
    }
    bool handles(const Resource& resource) const {
        return resource.kind == ResourceKind::activity && handlers_.contains(resource.action);
    }

    void start(const TaskRequest& request) override;
    bool is_under_way(ExecutionKey execution, CommandId command) const override {
        return running_.contains({execution, command});
    }
    void cancel(ExecutionKey execution, CommandId command) override;

private:
    using Key = std::pair<ExecutionKey, CommandId>;
    Task<bool> run(Handler handler, HandlerContext context, TaskRequest request);

    EventLoop& loop_;
    aws::Client& aws_;
    AnswerSink answer_;
    std::map<std::string, Handler, std::less<>> handlers_;
    std::map<Key, Task<bool>> running_;
};

} // namespace gradus
