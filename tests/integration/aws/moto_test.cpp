// Calls through the whole client to moto_server, a simulation of AWS that isn't ours. Skipped where
// it isn't installed, but not in CI.
#include "aws/call_driver.hpp"
#include "aws/http/asio_transport.hpp"
#include "aws/http/host_files.hpp"

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

    static Value create_bucket(std::string_view name) {
        return Value::object({{"Bucket", Value(name)},
                              {"CreateBucketConfiguration",
                               Value::object({{"LocationConstraint", Value("eu-west-1")}})}});
    }

    CallResult call(const std::string& service, const std::string& operation,
                    std::string_view input) {
        return call_with(service, operation, *parse_json(input));
    }

    CallResult call_with(const std::string& service, const std::string& operation,
                         const Value& input) {
        return call_from(Credentials{"AKID", "SECRET", "", std::nullopt},
                         {service, operation, input, ""});
    }

    CallResult call_from(CredentialPlan plan, Call call) {
        boost::asio::io_context context;
        auto transport = std::move(*AsioTransport::make(context, {}));
        AsioTimerService timers(context);
        HostFiles files(context);
        CallDriverOptions options;
        options.settings.region = "eu-west-1";
        options.settings.endpoints.all = moto_->url();
        options.settings.credentials = std::move(plan);
        options.credential_host = &files;
        CallDriver client(*transport, timers, std::move(options));
        std::optional<CallResult> result;
        client.call(std::move(call), [&](CallResult got) { result = std::move(got); });
        context.run();
        return result.value();
    }

    // Who the service says that the caller is.
    std::string caller(CredentialPlan plan, std::string role_arn = "") {
        Call call{.service = "sts", .operation = "GetCallerIdentity"};
        call.role_arn = std::move(role_arn);
        const CallResult result = call_from(std::move(plan), std::move(call));
        if (!result) return result.error().code + ": " + result.error().message;
        return std::string(result->output["Arn"].as_string());
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

    const CallResult found =
        call_with("ec2", "DescribeInstances", Value::object({{"InstanceIds", Value::array({id})}}));

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

TEST_F(MotoTest, sts_gives_credentials_for_the_role_of_a_call) {
    CredentialPlan plan(Credentials{"AKID", "SECRET", "", std::nullopt});

    EXPECT_TRUE(caller(plan, "arn:aws:iam::123456789012:role/task")
                    .starts_with("arn:aws:sts::123456789012:assumed-role/task/gradus-"));
}

TEST_F(MotoTest, sts_gives_credentials_for_a_web_identity) {
    std::string path = (std::filesystem::temp_directory_path() / "gradus-XXXXXX").string();
    const int file = mkstemp(path.data());
    ASSERT_EQ(write(file, "a.b.c\n", 6), 6);
    close(file);

    const std::string arn = caller(
        CredentialPlan(WebIdentitySource{path, "arn:aws:iam::123456789012:role/pod", "web"}));

    std::filesystem::remove(path);
    EXPECT_EQ(arn, "arn:aws:sts::123456789012:assumed-role/pod/web");
}

TEST_F(MotoTest, metadata_service_gives_credentials_of_the_instance) {
    EXPECT_EQ(
        caller(CredentialPlan(MetadataSource{.endpoint = moto_->url(), .timeout_seconds = 10})),
        "arn:aws:sts::123456789012:user/moto");
}

TEST_F(MotoTest, credential_process_gives_credentials) {
    EXPECT_EQ(caller(CredentialPlan(ProcessSource{
                  R"(echo '{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "S"}')"})),
              "arn:aws:sts::123456789012:user/moto");
}

TEST_F(MotoTest, s3_keeps_an_object_byte_for_byte) {
    const std::string bytes("\xff\x00\xfe\r\nplain\x80", 11);
    const Value bucket("bytes.of-s3");
    ASSERT_TRUE(call_with("s3", "CreateBucket", create_bucket("bytes.of-s3")));
    const Value named = Value::object({{"Bucket", bucket}, {"Key", Value("a b/../é+")}});
    const CallResult put = call_with("s3", "PutObject", named.with("Body", Value(bytes)));
    ASSERT_TRUE(put) << put.error().message;

    const CallResult whole = call_with("s3", "GetObject", named);
    const CallResult part = call_with("s3", "GetObject", named.with("Range", Value("bytes=2-6")));
    const CallResult head = call_with("s3", "HeadObject", named);

    ASSERT_TRUE(whole) << whole.error().message;
    EXPECT_EQ(whole->output["Body"].as_string(), bytes);
    ASSERT_TRUE(part) << part.error().message;
    EXPECT_EQ(part->output["Body"].as_string(), bytes.substr(2, 5));
    EXPECT_EQ(part->output["ContentRange"], Value("bytes 2-6/11"));
    EXPECT_EQ(part->http_status, 206);
    ASSERT_TRUE(head) << head.error().message;
    EXPECT_EQ(head->output["ContentLength"], Value(11));
}

TEST_F(MotoTest, s3_lists_in_pages) {
    ASSERT_TRUE(call_with("s3", "CreateBucket", create_bucket("pages")));
    for (const char* key : {"p/1", "p/2", "p/3&", "q/1"})
        ASSERT_TRUE(call_with("s3", "PutObject",
                              Value::object({{"Bucket", "pages"}, {"Key", key}, {"Body", key}})));
    const Value asked =
        Value::object({{"Bucket", "pages"}, {"Prefix", "p/"}, {"MaxKeys", Value(2)}});

    const CallResult first = call_with("s3", "ListObjectsV2", asked);
    ASSERT_TRUE(first) << first.error().message;
    const CallResult second =
        call_with("s3", "ListObjectsV2",
                  asked.with("ContinuationToken", first->output["NextContinuationToken"]));

    ASSERT_TRUE(second) << second.error().message;
    EXPECT_EQ(first->output["Contents"].size(), 2U);
    EXPECT_EQ(first->output["IsTruncated"], Value(true));
    ASSERT_EQ(second->output["Contents"].size(), 1U);
    EXPECT_EQ(second->output["Contents"][0]["Key"], Value("p/3&"));
    EXPECT_EQ(second->output["Contents"][0]["Size"], Value(4));
}

TEST_F(MotoTest, s3_names_its_errors) {
    ASSERT_TRUE(call_with("s3", "CreateBucket", create_bucket("errors")));
    const Value named = Value::object({{"Bucket", "errors"}, {"Key", "none"}});

    const CallResult key = call_with("s3", "GetObject", named);
    const CallResult head = call_with("s3", "HeadObject", named);
    const CallResult bucket = call_with("s3", "GetObject", named.with("Bucket", "nobodys"));

    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().shape, "NoSuchKey");
    EXPECT_EQ(key.error().http_status, 404);
    ASSERT_FALSE(head);
    EXPECT_EQ(head.error().shape, "NoSuchKey");
    ASSERT_FALSE(bucket);
    EXPECT_EQ(bucket.error().shape, "NoSuchBucket");
}

TEST_F(MotoTest, s3_copies_and_deletes) {
    ASSERT_TRUE(call_with("s3", "CreateBucket", create_bucket("copies")));
    const Value named = Value::object({{"Bucket", "copies"}, {"Key", "a"}});
    ASSERT_TRUE(call_with("s3", "PutObject", named.with("Body", "x")));

    const CallResult copied =
        call_with("s3", "CopyObject", named.with("Key", "b").with("CopySource", "copies/a"));
    const CallResult deleted = call_with(
        "s3", "DeleteObjects",
        *parse_json(
            R"({"Bucket": "copies", "Delete": {"Objects": [{"Key": "a"}, {"Key": "b"}]}})"));

    ASSERT_TRUE(copied) << copied.error().message;
    EXPECT_EQ(copied->output["CopyObjectResult"]["ETag"],
              Value("\"9dd4e461268c8034f5c8564e155c67a6\""));
    ASSERT_TRUE(deleted) << deleted.error().message;
    EXPECT_EQ(deleted->output["Deleted"].size(), 2U);
    EXPECT_EQ(call_with("s3", "GetObject", named).error().code, "NoSuchKey");
}

} // namespace
