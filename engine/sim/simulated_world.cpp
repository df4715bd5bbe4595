#include "engine/sim/simulated_world.hpp"

#include <algorithm>

namespace gradus {
namespace {

/// What a call takes on its way there and back: long enough that order shows, short enough not to
/// matter.
constexpr std::chrono::milliseconds one_way{15};

aws::CallDriverOptions driver_options(const simulated::WorldOptions& options) {
    aws::CallDriverOptions driver;
    driver.settings.region = options.regions.empty() ? "us-east-1" : options.regions.front().name;
    if (!options.access_keys.empty()) {
        const simulated::AccessKey& key = options.access_keys.front();
        driver.settings.credentials =
            aws::Credentials{.access_key_id = key.id, .secret_access_key = key.secret};
    }
    driver.random_seed = options.seed;
    return driver;
}

} // namespace

SimulatedWorld::SimulatedWorld(EventLoop& loop, simulated::WorldOptions options) : loop_(loop) {
    client_ = std::make_unique<aws::CallDriver>(*this, loop_, driver_options(options));
    aws_ = std::make_unique<simulated::SimulatedAws>(std::move(options),
                                                     timestamp_of(loop_.now_epoch_milliseconds()));
    settle();
}

SimulatedWorld::~SimulatedWorld() = default;

void SimulatedWorld::connect(Engine& engine) {
    engine_ = &engine;
    aws_->set_states_backend([&engine](const std::string& region, const std::string& operation,
                                       const Value& input) -> Result<Value, aws::ServiceError> {
        // Requests are answered at once here; the two operations that wait aren't offered.
        const auto output = std::make_shared<std::optional<Result<Value, StatesError>>>();
        engine.call(region, operation, input,
                    [output](Result<Value, StatesError> answer) { *output = std::move(answer); });
        if (*output && **output) return std::move(***output);
        aws::ServiceError error{.code = "UnknownOperationException",
                                .message = operation + " waits, which isn't offered here"};
        if (*output)
            error = {.code = (*output)->error().code, .message = (*output)->error().message};
        return error;
    });
}

void SimulatedWorld::on_delivery(std::function<void(const simulated::Delivery&)> observer) {
    observer_ = std::move(observer);
}

aws::SendId SimulatedWorld::send(aws::HttpRequest request, aws::SendTimeouts,
                                 aws::TransportCompletion done) {
    const aws::SendId id = ++last_send_;
    under_way_[id] =
        loop_.schedule(one_way, [this, id, request = std::move(request), done = std::move(done)] {
            aws::HttpResponse response =
                aws_->handle(request, timestamp_of(loop_.now_epoch_milliseconds()));
            settle();
            under_way_[id] =
                loop_.schedule(one_way, [this, id, response = std::move(response), done] {
                    under_way_.erase(id);
                    done(response);
                });
        });
    return id;
}

void SimulatedWorld::cancel(aws::SendId id) {
    const auto found = under_way_.find(id);
    if (found == under_way_.end()) return;
    loop_.cancel(found->second);
    under_way_.erase(found);
}

/// After anything happened there: events on their way, and the alarm for what comes next.
void SimulatedWorld::settle() {
    for (const simulated::Delivery& delivery : aws_->take_deliveries()) {
        if (observer_) observer_(delivery);
        if (engine_ == nullptr || delivery.target_arn.find(":stateMachine:") == std::string::npos)
            continue;
        // EventBridge names executions after the event, so that a delivery made twice starts one.
        const auto started =
            engine_->start_execution(delivery.target_arn, delivery.event_id, delivery.input);
        static_cast<void>(started); // an unknown target is EventBridge's dead letter
    }
    const auto next = aws_->next_change();
    if (next == armed_for_) return;
    if (armed_for_) loop_.cancel(alarm_);
    armed_for_ = next;
    if (!next) return;
    const auto delay = *next - timestamp_of(loop_.now_epoch_milliseconds());
    alarm_ = loop_.schedule(std::max(delay, std::chrono::milliseconds(0)), [this] {
        armed_for_.reset();
        aws_->advance(timestamp_of(loop_.now_epoch_milliseconds()));
        settle();
    });
}

} // namespace gradus
