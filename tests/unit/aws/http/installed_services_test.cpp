#include "aws/http/installed_services.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace {

using namespace gradus;
using namespace gradus::aws;

const std::string all_services = std::string(GRADUS_SOURCE_DIR) + "/aws/models/services.bundle";

TEST(InstalledServices, are_read_from_the_first_file_that_is_there) {
    const auto bundle = open_services({"/nowhere/services.bundle", all_services});

    ASSERT_TRUE(bundle) << bundle.error().message;
    const auto model = (*bundle)->load(*(*bundle)->find("costexplorer"));
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_NE((*model)->find_operation("GetCostAndUsage"), nullptr);
}

TEST(InstalledServices, say_where_they_were_looked_for) {
    ModelCache cache([] { return open_services({"/a/s.bundle", "/b/s.bundle", "/c/s.bundle"}); });

    EXPECT_EQ(cache.get("gamelift").error().message,
              "the AWS service 'gamelift' isn't built in, and the bundle of all services was not "
              "found; looked for /a/s.bundle, /b/s.bundle and /c/s.bundle (GRADUS_SERVICES names "
              "another file)");
    EXPECT_TRUE(cache.get("ec2"));
}

TEST(InstalledServices, say_which_file_is_none) {
    std::string pattern = (std::filesystem::temp_directory_path() / "gradus-XXXXXX").string();
    const std::filesystem::path folder = mkdtemp(pattern.data());
    const std::string path = folder / "s.bundle";
    std::ofstream(path) << "PK";

    const auto bundle = open_services({path});

    std::filesystem::remove_all(folder);
    EXPECT_EQ(bundle.error().message, path + ": not a bundle of service models: it doesn't begin "
                                             "with 'gradus-services 1 '");
}

TEST(InstalledServices, are_looked_for_in_one_place_when_it_is_named) {
    setenv("GRADUS_SERVICES", "/mine/all.bundle", 1);
    const std::vector<std::string> named = places_of_services();
    unsetenv("GRADUS_SERVICES");
    const std::vector<std::string> usual = places_of_services();

    EXPECT_EQ(named, std::vector<std::string>{"/mine/all.bundle"});
    ASSERT_GE(usual.size(), 2U);
    const auto program = std::filesystem::read_symlink("/proc/self/exe");
    EXPECT_EQ(usual[0], program.parent_path() / "services.bundle");
    EXPECT_EQ(usual[1], program.parent_path().parent_path() / "share/gradus/services.bundle");
}

} // namespace
