// Files and programs of this machine, as sources of credentials use them.
#include "aws/http/host_files.hpp"
#include "aws/http/process.hpp"

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace {

using namespace gradus;
using namespace gradus::aws;
using namespace std::literals;

Result<std::string> run(std::vector<std::string> words, ProcessLimits limits = {}) {
    boost::asio::io_context context;
    Result<std::string> out = Error{ErrorCode::internal, "never answered"};
    run_process(context, std::move(words), limits,
                [&](Result<std::string> result) { out = result; });
    context.run();
    return out;
}

TEST(Process, gives_what_it_prints) {
    const auto plain = run({"printf", "a b\n"});
    const auto without_input = run({"sh", "-c", "cat; printf done"});

    ASSERT_TRUE(plain) << plain.error().message;
    EXPECT_EQ(*plain, "a b\n");
    ASSERT_TRUE(without_input) << without_input.error().message;
    EXPECT_EQ(*without_input, "done");
}

TEST(Process, says_how_it_failed) {
    EXPECT_EQ(run({"sh", "-c", "echo no token >&2; exit 3"}).error().message,
              "ended with exit code 3: no token");
    EXPECT_EQ(run({"sh", "-c", "kill -TERM $$"}).error().message, "was ended by signal 15");
    EXPECT_EQ(run({"/no/such/program"}).error().message, "can't be run: No such file or directory");
}

TEST(Process, is_killed_when_its_time_is_over) {
    const auto result = run({"sh", "-c", "exec sleep 600"}, {.time = 20ms});

    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::timeout);
}

TEST(Process, may_not_print_without_end) {
    const auto result = run({"head", "-c", "100000", "/dev/zero"}, {.output_bytes_max = 1000});

    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message, "wrote more than 1000 bytes");
}

TEST(Process, ends_with_its_context) {
    bool is_called = false;
    {
        boost::asio::io_context context;
        run_process(context, {"sleep", "600"}, {}, [&](const auto&) { is_called = true; });
        context.poll();
    }
    EXPECT_FALSE(is_called);
}

struct Host {
    boost::asio::io_context context;
    HostFiles files{context};

    TextResult read(const std::string& path) {
        TextResult out = Error{ErrorCode::internal, "never answered"};
        files.read_file(path, [&](TextResult text) { out = std::move(text); });
        context.restart();
        context.run();
        return out;
    }
    TextResult run(const std::string& command) {
        TextResult out = Error{ErrorCode::internal, "never answered"};
        files.run_process(command, [&](TextResult text) { out = std::move(text); });
        context.restart();
        context.run();
        return out;
    }
};

TEST(HostFiles, reads_files_up_to_a_limit) {
    std::string pattern = (std::filesystem::temp_directory_path() / "gradus-XXXXXX").string();
    const std::filesystem::path folder = mkdtemp(pattern.data());
    std::ofstream(folder / "token") << "tok\n";
    std::ofstream(folder / "large") << std::string(HostFiles::file_bytes_max + 1, 'x');
    Host host;

    EXPECT_EQ(*host.read((folder / "token").string()), "tok\n");
    EXPECT_EQ(host.read((folder / "large").string()).error().code, ErrorCode::limit);
    EXPECT_EQ(host.read((folder / "none").string()).error().message,
              (folder / "none").string() + " can't be read");
    EXPECT_FALSE(host.read(folder.string()));
    std::filesystem::remove_all(folder);
}

TEST(HostFiles, replaces_a_file_for_its_owner_alone) {
    std::string pattern = (std::filesystem::temp_directory_path() / "gradus-XXXXXX").string();
    const std::filesystem::path folder = mkdtemp(pattern.data());
    const std::string path = (folder / "token").string();
    std::ofstream(path) << "something longer than what comes";
    Host host;
    TextResult written = Error{ErrorCode::internal, "never answered"};

    host.files.write_file(path, "short", [&](TextResult text) { written = std::move(text); });
    host.context.run();

    EXPECT_TRUE(written);
    EXPECT_EQ(*host.read(path), "short");
    EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder),
                            std::filesystem::directory_iterator()),
              1);
    std::filesystem::remove_all(folder);
    host.files.write_file(path, "x", [&](TextResult text) { written = std::move(text); });
    host.context.restart();
    host.context.run();
    EXPECT_FALSE(written);
}

TEST(HostFiles, splits_a_command_as_a_shell_would_and_has_no_shell) {
    Host host;

    EXPECT_EQ(*host.run("printf '%s|' \"a b\" c\\ d '$HOME' '' e\"f\\\"g\""),
              "a b|c d|$HOME||ef\"g|");
    EXPECT_EQ(host.run("printf 'open").error().message,
              "expected a program, and its quotes closed");
    EXPECT_EQ(host.run(" ").error().code, ErrorCode::invalid_argument);
}

TEST(HostFiles, answers_nobody_once_it_is_gone) {
    boost::asio::io_context context;
    bool is_called = false;
    {
        HostFiles files(context);
        files.read_file("/dev/null", [&](const auto&) { is_called = true; });
        files.run_process("true", [&](const auto&) { is_called = true; });
    }
    context.run();

    EXPECT_FALSE(is_called);
}

} // namespace
