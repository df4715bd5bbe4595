#include "aws/http/load_settings.hpp"
#include "aws/http/make_client.hpp"

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace {

using namespace gradus;
using namespace gradus::aws;

// A folder of this test's own with the variables that lead to it; both are gone afterwards.
class SharedFiles {
public:
    SharedFiles() {
        std::string pattern = (std::filesystem::temp_directory_path() / "gradus-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        for (const char* name : {"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION",
                                 "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
                                 "AWS_ENDPOINT_URL", "AWS_EC2_METADATA_DISABLED"})
            unsetenv(name);
        setenv("AWS_CONFIG_FILE", (folder_ / "config").c_str(), 1);
        setenv("AWS_SHARED_CREDENTIALS_FILE", (folder_ / "credentials").c_str(), 1);
    }
    ~SharedFiles() {
        std::filesystem::remove_all(folder_);
        unsetenv("AWS_CONFIG_FILE");
        unsetenv("AWS_SHARED_CREDENTIALS_FILE");
    }
    SharedFiles(const SharedFiles&) = delete;
    SharedFiles& operator=(const SharedFiles&) = delete;

    void write(const char* name, std::string_view text) const {
        std::ofstream(folder_ / name) << text;
    }
    std::filesystem::path path(const char* name) const { return folder_ / name; }

private:
    std::filesystem::path folder_;
};

TEST(LoadSettings, reads_the_files_that_the_environment_names) {
    const SharedFiles files;
    files.write("config", "[profile dev]\nregion = eu-north-1\n");
    files.write("credentials", "[dev]\naws_access_key_id = A\naws_secret_access_key = B\n");

    const auto settings = load_settings({.profile = "dev"});

    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->region, "eu-north-1");
    EXPECT_EQ(std::get<Credentials>(settings->credentials->source).secret_access_key, "B");
}

TEST(LoadSettings, takes_missing_files_as_empty) {
    const SharedFiles files;

    const auto settings = load_settings({});

    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->region, "");
    EXPECT_TRUE(std::holds_alternative<MetadataSource>(settings->credentials->source));
}

TEST(LoadSettings, names_the_file_that_is_wrong) {
    const SharedFiles files;
    files.write("config", "region = x\n");

    const auto settings = load_settings({});

    ASSERT_FALSE(settings);
    EXPECT_EQ(settings.error().message,
              files.path("config").string() + ": a setting before the first section in line 1");
}

TEST(MakeClient, gives_a_client_that_refuses_what_it_can_not_send) {
    boost::asio::io_context context;
    const auto client = make_client(context, {});
    ASSERT_TRUE(client) << client.error().message;
    std::string code;

    (*client)->call({"sts", "GetCallerIdentitty", Value::object(), ""},
                    [&](CallResult result) { code = result.error().code; });
    context.run();

    EXPECT_EQ(code, "UnknownOperation");
}

} // namespace
