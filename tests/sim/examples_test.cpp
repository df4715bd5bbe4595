// The examples beside the definitions, run as they stand there.
#include "tests/sim/setting.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace gradus::workflows {
namespace {

Value document(const std::filesystem::path& path) {
    std::ifstream in(path);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    const auto parsed = parse_json(text);
    EXPECT_TRUE(parsed) << path;
    return parsed ? *parsed : Value();
}

TEST(Examples, give_what_stands_beside_them) {
    const std::filesystem::path folder = std::filesystem::path(GRADUS_SOURCE_DIR) / "workflows";
    int played = 0;
    for (const char* name : {"orchestrator", "launch_instance", "capacity_monitor", "teardown"}) {
        for (const auto& file : std::filesystem::directory_iterator(folder / name / "inputs")) {
            Scene scene(scenario({{at_first, "us-west-2", 9}}));
            Value on = Value::object(
                {{"Name", "/gradus/provisioning-enabled"}, {"Value", "true"}, {"Overwrite", true}});
            aws::Call put{"ssm", "PutParameter", std::move(on), "us-east-1"};
            ASSERT_TRUE(scene.rehearsal.await(ask(scene.rehearsal.client(), std::move(put))));
            std::string machine = name;
            std::ranges::replace(machine, '_', '-');
            const std::string region = machine == "orchestrator" ? "us-east-1" : "us-west-2";

            const auto arn = scene.rehearsal.engine().start_execution(
                scene.rehearsal.service().machine_arn(region, machine), "", document(file.path()));
            ASSERT_TRUE(arn);
            scene.rehearsal.run_for(20min);

            const auto ended = scene.rehearsal.engine().describe(*arn);
            EXPECT_EQ(ended->status, ExecutionStatus::succeeded) << file.path();
            EXPECT_EQ(to_json(ended->output),
                      to_json(document(folder / name / "expected" / file.path().filename())))
                << file.path();
            ++played;
        }
    }
    EXPECT_GE(played, 4);
}

} // namespace
} // namespace gradus::workflows
