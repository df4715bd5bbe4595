// A program with a workflow inside: it waits an hour, asks a native handler, and prints what came
// of it. On virtual time the hour passes at once.
#include <gradus/engine.hpp>
#include <gradus/json.hpp>
#include <gradus/virtual_loop.hpp>

#include <cstdio>

constexpr std::string_view definition = R"({
  "StartAt": "Rest",
  "States": {
    "Rest": {"Type": "Wait", "Seconds": 3600, "Next": "Greet"},
    "Greet": {
      "Type": "Task",
      "Resource": "arn:aws:states:us-east-1:123456789012:activity:greet",
      "TimeoutSeconds": 10,
      "End": true
    }
  }
})";

int main() {
    const gradus::Compiled compiled = gradus::compile(definition);
    for (const gradus::Diagnostic& fault : compiled.diagnostics) {
        std::fprintf(stderr, "%s\n", gradus::describe(fault, "definition", definition).c_str());
    }
    if (compiled.program == nullptr) return 2;

    gradus::VirtualLoop loop(0);
    gradus::Engine engine(loop, nullptr);
    engine.bind_activity(
        "greet",
        gradus::plain_handler([](const gradus::HandlerContext& context) -> gradus::HandlerResult {
            const gradus::Value& name = context.input["name"];
            if (!name.is_string()) return gradus::Failure{"NoName", "expected a member 'name'"};
            return gradus::Value("Hello, " + std::string(name.as_string()) + "!");
        }));
    const std::string machine =
        engine.add_state_machine({.name = "greeter", .program = compiled.program});
    const auto started =
        engine.start_execution(machine, "first", gradus::Value::object({{"name", "Ada"}}));
    if (!started) return 2;

    loop.run_until(
        [&] { return engine.describe(*started)->status != gradus::ExecutionStatus::running; });
    const gradus::ExecutionSummary summary = *engine.describe(*started);
    std::printf("%s after %lld s: %s\n",
                std::string(gradus::execution_status_name(summary.status)).c_str(),
                static_cast<long long>(loop.now_epoch_milliseconds() / 1000),
                gradus::to_json(summary.output).c_str());
    return summary.status == gradus::ExecutionStatus::succeeded ? 0 : 1;
}
