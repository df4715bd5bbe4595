// Calls through the whole client to moto_server, a simulation of AWS that isn't ours. Skipped where
// it isn't installed, but not in CI.
#include "aws/call_driver.hpp"
#include "aws/http/asio_transport.hpp"

#include "gradus/json.hpp"

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace gradus;
using namespace gradus::aws;

bool is_on_path(const std::string& program) {
    std::string_view path = std::getenv("PATH") != nullptr ? std::getenv("PATH") : "";
    while (!path.empty()) {
        const std::size_t end = path.find(':');
        const std::filesystem::path folder(path.substr(0, end));
        if (access((folder / program).c_str(), X_OK) == 0) return true;
        path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
    }
    return false;
}

// moto_server on a port that the system chooses, as long as this object lives.
class Moto {
public:
    Moto() {
        int ends[2];
        if (pipe(ends) != 0) return;
        process_ = fork();
        if (process_ == 0) {
            dup2(ends[1], STDOUT_FILENO);
            dup2(ends[1], STDERR_FILENO);
            close(ends[0]);
            execlp("moto_server", "moto_server", "-H", "127.0.0.1", "-p", "0", nullptr);
            _exit(127);
        }
        close(ends[1]);
        output_ = ends[0];
        read_port();
    }
    ~Moto() {
        if (process_ > 0) {
            kill(process_, SIGTERM);
            waitpid(process_, nullptr, 0);
        }
        if (output_ >= 0) close(output_);
    }
    Moto(const Moto&) = delete;
    Moto& operator=(const Moto&) = delete;

    std::string url() const { return url_; }

private:
    // "Running on http://127.0.0.1:38157"
    void read_port() {
        std::string text;
        char buffer[512];
        while (true) {
            const ssize_t size = read(output_, buffer, sizeof buffer);
            if (size <= 0) return;
            text.append(buffer, static_cast<std::size_t>(size));
            const std::size_t at = text.find("http://127.0.0.1:");
            const std::size_t end = text.find_first_not_of("0123456789", at + 17);
            if (at == std::string::npos || end == std::string::npos) continue;
            url_ = text.substr(at, end - at);
            return;
        }
    }

    pid_t process_ = -1;
    int output_ = -1;
    std::string url_;
};

class MotoTest : public testing::Test {
protected:
    static void SetUpTestSuite() {
        if (is_on_path("moto_server")) moto_ = std::make_unique<Moto>();
    }
    static void TearDownTestSuite() { moto_.reset(); }

    void SetUp() override {
        if (moto_ != nullptr && !moto_->url().empty()) return;
        if (std::getenv("CI") != nullptr) FAIL() << "moto_server can't be started";
        GTEST_SKIP() << "moto_server isn't installed or doesn't start";
    }

    CallResult call(const std::string& service, const std::string& operation,
                    std::string_view input) {
        boost::asio::io_context context;
        auto transport = std::move(*AsioTransport::make(context, {}));
        AsioTimerService timers(context);
        CallDriverOptions options;
        options.settings.region = "eu-west-1";
        options.settings.endpoints.all = moto_->url();
        options.settings.credentials = Credentials{"AKID", "SECRET", "", std::nullopt};
        CallDriver client(*transport, timers, std::move(options));
        std::optional<CallResult> result;
        client.call({service, operation, *parse_json(input), ""},
                    [&](CallResult got) { result = std::move(got); });
        context.run();
        return result.value();
    }

    static std::unique_ptr<Moto> moto_;
};

std::unique_ptr<Moto> MotoTest::moto_;

TEST_F(MotoTest, ec2_describes_regions) {
    const CallResult result = call("ec2", "DescribeRegions", R"({"RegionNames": ["eu-west-1"]})");

    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->output["Regions"][0]["RegionName"], Value("eu-west-1"));
}

TEST_F(MotoTest, ec2_runs_and_describes_an_instance) {
    const CallResult run = call("ec2", "RunInstances",
                                R"({"ImageId": "ami-12c6146b", "MinCount": 1, "MaxCount": 1,
                                    "InstanceType": "g5.xlarge", "TagSpecifications": [
                                    {"ResourceType": "instance",
                                     "Tags": [{"Key": "a", "Value": "b & c"}]}]})");
    ASSERT_TRUE(run) << run.error().message;
    const Value id = run->output["Instances"][0]["InstanceId"];

    const CallResult found = call("ec2", "DescribeInstances",
                                  to_json(Value::object({{"InstanceIds", Value::array({id})}})));

    ASSERT_TRUE(found) << found.error().message;
    const Value& instance = found->output["Reservations"][0]["Instances"][0];
    EXPECT_EQ(instance["InstanceType"], Value("g5.xlarge"));
    EXPECT_EQ(instance["Tags"][0]["Value"], Value("b & c"));
}

TEST_F(MotoTest, ec2_names_its_errors) {
    const CallResult result =
        call("ec2", "DescribeInstances", R"({"InstanceIds": ["i-00000000000000000"]})");

    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, "InvalidInstanceID.NotFound");
    EXPECT_EQ(result.error().http_status, 400);
}

TEST_F(MotoTest, ssm_keeps_a_parameter) {
    const CallResult put =
        call("ssm", "PutParameter", R"({"Name": "/a", "Value": "é ☃", "Type": "String"})");
    ASSERT_TRUE(put) << put.error().message;

    const CallResult got = call("ssm", "GetParameter", R"({"Name": "/a"})");

    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(got->output["Parameter"]["Value"], Value("é ☃"));
    EXPECT_EQ(call("ssm", "GetParameter", R"({"Name": "/b"})").error().code, "ParameterNotFound");
}

TEST_F(MotoTest, auto_scaling_describes_groups) {
    const CallResult result = call("autoscaling", "DescribeAutoScalingGroups", "{}");

    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->output["AutoScalingGroups"].size(), 0U);
}

TEST_F(MotoTest, sts_knows_the_caller) {
    const CallResult result = call("sts", "GetCallerIdentity", "{}");

    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->output["Account"], Value("123456789012"));
}

} // namespace
