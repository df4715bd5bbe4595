// The store on disk: it tells what the store in memory tells, outlives its process, and says what
// is wrong with a file.
#include "engine/store/store.hpp"
#include "gradus/store.hpp"
#include "gradus/virtual_loop.hpp"
#include "tests/support/shard_world.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace gradus {
namespace {

using test::TemporaryFolder;

/// Opened anew as often as a test wants.
class SqliteStoreTest : public testing::Test {
protected:
    void open() {
        store.reset(); // gives up its lock
        auto opened = open_store(loop, file);
        ASSERT_TRUE(opened) << opened.error().message;
        store = std::move(*opened);
        store->on_committed([this](std::uint64_t lsn) { committed = lsn; });
        store->on_failed([this](const Error& error) { failures.push_back(error.message); });
    }
    std::string refusal() {
        const auto opened = open_store(loop, file);
        return opened ? "opened" : opened.error().message;
    }
    /// Appends and waits for the outcome.
    void append(Batch batch) {
        store->append(std::move(batch));
        loop.run_until([] { return false; });
    }
    /// Whatever one may do to a file with another program.
    void alter(const std::string& sql) const {
        sqlite3* database = nullptr;
        ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
        EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
            << sqlite3_errmsg(database);
        sqlite3_close(database);
    }

    TemporaryFolder folder;
    std::string file = folder.path() + "/store.db";
    VirtualLoop loop{0};
    std::shared_ptr<Store> store;
    std::uint64_t committed = 0;
    std::vector<std::string> failures;
};

Batch starts(std::uint64_t lsn, std::uint64_t key, ExecutionIdentity identity,
             Value input = Value::object()) {
    JournalEntry entry{.execution = ExecutionKey{key}, .history_events = 1};
    entry.input = {timestamp_of(static_cast<std::int64_t>(lsn)),
                   ExecutionStarted{.identity = std::move(identity), .input = std::move(input)}};
    entry.history = {{.id = 1,
                      .timestamp = entry.input.at,
                      .type = HistoryEventType::execution_started,
                      .details = ExecutionStartedDetails{Value::object(), "role"}}};
    return {.lsn = lsn, .entries = {std::move(entry)}};
}

Batch event(std::uint64_t lsn, std::uint64_t key, Event what,
            std::optional<CompleteExecution> completion = {}) {
    JournalEntry entry{.execution = ExecutionKey{key},
                       .input = {timestamp_of(static_cast<std::int64_t>(lsn)), std::move(what)},
                       .history_events = 1,
                       .completion = std::move(completion)};
    return {.lsn = lsn, .entries = {std::move(entry)}};
}

std::vector<OpenCommandRecord> open_commands(const Store& store) {
    std::vector<OpenCommandRecord> out;
    EXPECT_TRUE(store.visit_open([&](const OpenCommandRecord& open) { out.push_back(open); }));
    return out;
}

std::vector<std::uint64_t> keys(const std::vector<ExecutionRecord>& records) {
    std::vector<std::uint64_t> out;
    for (const ExecutionRecord& record : records)
        out.push_back(static_cast<std::uint64_t>(record.key));
    return out;
}

void expect_same(const Store& store, const Store& memory, ExecutionKey key) {
    EXPECT_EQ(store.find(key), memory.find(key));
    EXPECT_EQ(store.find_key("arn:e"), memory.find_key("arn:e"));
    EXPECT_EQ(*store.last_key(), *memory.last_key());
    EXPECT_EQ(store.inputs(key)->inputs, memory.inputs(key)->inputs);
    EXPECT_EQ(store.inputs(key)->history_events, memory.inputs(key)->history_events);
    EXPECT_EQ(to_json(history_json(store.history(key))),
              to_json(history_json(memory.history(key))));
    EXPECT_EQ(open_commands(store), open_commands(memory));
}

TEST_F(SqliteStoreTest, tells_after_each_batch_what_the_store_in_memory_tells) {
    test::World world(test::busy);
    world.start(R"({"n": [1.50, 1e400, "ä", {"deep": null}]})");
    world.run();
    ASSERT_GT(world.store.journal.size(), 7U);
    const auto memory = make_memory_store();
    open();

    for (const Batch& batch : world.store.journal) {
        append(batch);
        memory->append(batch);
        EXPECT_EQ(committed, batch.lsn);
        expect_same(*store, *memory, world.key);
    }

    open();
    expect_same(*store, *memory, world.key);
    EXPECT_EQ(store->take_read_error(), std::nullopt);
}

TEST_F(SqliteStoreTest, holds_all_that_another_process_needs_to_go_on) {
    test::World whole(test::busy);
    whole.start();
    whole.run();
    const std::vector<Batch>& journal = whole.store.journal;

    for (std::size_t begun = 1; begun < journal.size(); ++begun) {
        file = folder.path() + "/" + std::to_string(begun);
        open();
        for (std::size_t i = 0; i < begun; ++i)
            append(journal[i]);
        Timestamp now = journal[begun - 1].entries.back().input.at;
        open();
        test::Recorder recorder;
        recorder.program = test::program_of(test::busy);
        Shard shard(*store, recorder);
        store->on_committed([&](std::uint64_t lsn) { shard.committed(lsn); });
        ASSERT_TRUE(shard.recover(now));
        do {
            while (shard.tick(now) || shard.has_uncommitted())
                loop.run_until([] { return false; });
        } while (test::World::move(shard, recorder, now));

        EXPECT_EQ(to_pretty_json(history_json(store->history(whole.key))), whole.history());
    }
}

TEST_F(SqliteStoreTest, lists_the_newest_first_in_pages_and_by_what_is_asked) {
    open();
    append(starts(1, 1, {.execution_arn = "arn:1", .state_machine_arn = "m"}));
    append(starts(2, 2, {.execution_arn = "arn:2", .state_machine_arn = "n"}));
    append(starts(3, 3,
                  {.execution_arn = "arn:3",
                   .state_machine_arn = "m",
                   .state_machine_version_arn = "m:1",
                   .state_machine_alias_arn = "m:live"}));
    append(
        starts(4, 4, {.execution_arn = "arn:4", .state_machine_arn = "m/l", .map_run_arn = "r"}));
    append(event(5, 1, StopRequested{},
                 CompleteExecution{.status = ExecutionStatus::aborted, .failure = {"E", "why"}}));
    append(event(6, 2, StopRequested{}, CompleteExecution{.status = ExecutionStatus::aborted}));
    append(event(7, 2, RedriveRequested{}));

    using Keys = std::vector<std::uint64_t>;
    EXPECT_EQ(keys(store->list({})), (Keys{4, 3, 2, 1}));
    EXPECT_EQ(keys(store->list({.limit = 2})), (Keys{4, 3}));
    EXPECT_EQ(keys(store->list({.below = ExecutionKey{3}, .limit = 5})), (Keys{2, 1}));
    EXPECT_EQ(keys(store->list({.state_machine_arn = "m"})), (Keys{3, 1}));
    EXPECT_EQ(keys(store->list({.state_machine_arn = "m", .status = ExecutionStatus::running})),
              (Keys{3}));
    EXPECT_EQ(keys(store->list({.qualified_arn = "m:live"})), (Keys{3}));
    EXPECT_EQ(keys(store->list({.qualified_arn = "m:1"})), (Keys{3}));
    EXPECT_EQ(keys(store->list({.map_run_arn = "r"})), (Keys{4}));
    EXPECT_EQ(keys(store->list({.is_redriven = true})), (Keys{2}));
    EXPECT_EQ(keys(store->list({.is_redriven = false})), (Keys{4, 3, 1}));
    EXPECT_EQ(store->find(ExecutionKey{1})->failure, (Failure{"E", "why"}));
    EXPECT_EQ(store->find(ExecutionKey{1})->stopped_at, timestamp_of(5));
    EXPECT_EQ(store->find(ExecutionKey{2})->redriven_at, timestamp_of(7));
    EXPECT_EQ(store->find(ExecutionKey{2})->stopped_at, std::nullopt);
}

TEST_F(SqliteStoreTest, finds_the_newest_execution_of_a_name) {
    open();
    append(starts(1, 1, {.execution_arn = "arn:e"}));
    append(starts(2, 2, {.execution_arn = "arn:e"}));
    EXPECT_EQ(store->find_key("arn:e"), ExecutionKey{2});
    EXPECT_EQ(store->find_key("arn:f"), std::nullopt);
}

TEST_F(SqliteStoreTest, shows_a_part_of_a_history) {
    test::World world(test::busy);
    world.start();
    world.run();
    open();
    for (const Batch& batch : world.store.journal)
        append(batch);

    const auto part = store->history(world.key, 6, 3);
    ASSERT_EQ(part.size(), 3U);
    EXPECT_EQ(part[0].id, 6U);
    EXPECT_EQ(part[2].id, 8U);
    EXPECT_TRUE(store->history(world.key, 1000).empty());
}

TEST_F(SqliteStoreTest, keeps_objects_and_map_runs) {
    open();
    Batch batch = starts(1, 1, {.execution_arn = "arn:e"});
    batch.objects = {{"machine", "m", Value::object({{"a", 1}})},
                     {"machine", "n", Value::object({{"a", 2}})}};
    MapRunRecord run{.map_run_arn = "run", .execution_arn = "arn:e", .state_machine_arn = "m/l"};
    run.limits = {
        .concurrency_max = 3, .tolerated_failure_percentage = 12.5, .has_percentage = true};
    run.items = {.pending = 1,
                 .running = 2,
                 .succeeded = 3,
                 .failed = 4,
                 .timed_out = 5,
                 .aborted = 6,
                 .results_written = 7};
    batch.entries[0].map_runs = {run};
    append(batch);
    run.status = MapRunStatus::failed;
    run.stopped_at = timestamp_of(99);
    MapRunRecord later{.map_run_arn = "later", .execution_arn = "arn:e"};
    Batch second = event(2, 1, Continued{});
    second.objects = {{"machine", "m", Value::object({{"a", 3}})}, {"machine", "n", {}}};
    second.entries[0].map_runs = {run, later};
    append(second);
    open();

    EXPECT_EQ(*store->objects(),
              (std::vector<StoredObject>{{"machine", "m", Value::object({{"a", 3}})}}));
    EXPECT_EQ(store->find_map_run("run"), run);
    EXPECT_EQ(store->map_runs("arn:e"), (std::vector<MapRunRecord>{later, run}));
    EXPECT_EQ(store->find_map_run("none"), std::nullopt);
}

TEST_F(SqliteStoreTest, keeps_its_secret_and_counts_its_openings) {
    open();
    const std::string secret = store->meta("token_secret");
    EXPECT_EQ(secret.size(), 64U);
    EXPECT_EQ(store->meta("openings"), "1");
    open();
    EXPECT_EQ(store->meta("token_secret"), secret);
    EXPECT_EQ(store->meta("openings"), "2");
    EXPECT_EQ(store->meta("nothing"), "");

    struct stat status {};
    ASSERT_EQ(stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(SqliteStoreTest, never_uses_a_key_again) {
    open();
    append(starts(1, 7, {.execution_arn = "arn:e"}));
    store.reset();
    alter("DELETE FROM executions; DELETE FROM journal;");
    open();
    EXPECT_EQ(*store->last_key(), ExecutionKey{7});
}

TEST_F(SqliteStoreTest, stores_text_that_is_not_utf_8_as_text_that_is) {
    open();
    append(starts(1, 1, {.execution_arn = "arn:e"}));
    Batch batch = event(
        2, 1, TaskFailed{CommandId{1}, {"E", "bytes: \xff"}},
        CompleteExecution{.status = ExecutionStatus::failed, .failure = {"E", "bytes: \xff"}});
    batch.entries[0].history_events = 2;
    batch.entries[0].history = {{.id = 2,
                                 .timestamp = timestamp_of(2),
                                 .type = HistoryEventType::execution_failed,
                                 .details = FailureDetails{{"E", "bytes: \xff"}}}};
    append(batch);

    EXPECT_EQ(store->find(ExecutionKey{1})->failure.cause, "bytes: \xef\xbf\xbd");
    EXPECT_EQ(store->history(ExecutionKey{1}).size(), 2U);
    EXPECT_EQ(store->inputs(ExecutionKey{1})->inputs.size(), 2U);
}

// --- what goes wrong
// ------------------------------------------------------------------------------

TEST_F(SqliteStoreTest, tells_that_the_disk_is_full_and_goes_on_when_it_is_not) {
    open();
    append(starts(1, 1, {.execution_arn = "arn:1"}));
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto was_ignored = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit full{1024, before.rlim_max}; // bytes of a file that can be written
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &full), 0);

    store->append(starts(2, 2, {.execution_arn = "arn:2"}, Value(std::string(200'000, 'x'))));
    store->append(starts(3, 3, {.execution_arn = "arn:3"})); // lost with it, if behind it
    loop.run_until([] { return false; });
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, was_ignored);

    ASSERT_GE(failures.size(), 1U);
    EXPECT_TRUE(failures[0].starts_with(file + ": ")) << failures[0];
    EXPECT_EQ(committed, 1U);
    EXPECT_EQ(store->find_key("arn:2"), std::nullopt);
    EXPECT_EQ(store->find_key("arn:3"), std::nullopt);
    append(starts(2, 4, {.execution_arn = "arn:4"}));
    EXPECT_EQ(committed, 2U);
    open();
    EXPECT_EQ(keys(store->list({})), (std::vector<std::uint64_t>{4, 1}));
}

TEST_F(SqliteStoreTest, is_for_one_process_at_a_time) {
    open();
    EXPECT_EQ(refusal(), file + " is in use by process " + std::to_string(getpid()));
    EXPECT_TRUE(std::filesystem::exists(file + ".lock"));
    store.reset();
    EXPECT_FALSE(std::filesystem::exists(file + ".lock"));
}

TEST_F(SqliteStoreTest, refuses_what_is_no_database) {
    std::ofstream(file) << "Dear diary, " << std::string(5000, 'x');
    EXPECT_EQ(refusal(), file + " isn't a store: it is no SQLite database");
}

TEST_F(SqliteStoreTest, refuses_the_database_of_another_program) {
    alter("CREATE TABLE diary(day, text)");
    EXPECT_EQ(refusal(), file + " isn't a store: it is an SQLite database of another program");
}

TEST_F(SqliteStoreTest, refuses_a_newer_format) {
    open();
    store.reset();
    alter("PRAGMA user_version = 7");
    EXPECT_EQ(refusal(), file + " has format 7, but this gradus knows only 1");
}

TEST_F(SqliteStoreTest, refuses_folders_that_are_not_there) {
    file = folder.path() + "/none/store.db";
    EXPECT_EQ(refusal(), file + ".lock: can't be made: No such file or directory");
    file = folder.path();
    EXPECT_EQ(refusal(), file + ": can't be opened for reading and writing: Is a directory");
}

TEST_F(SqliteStoreTest, says_where_a_file_is_damaged) {
    open();
    append(starts(1, 1, {.execution_arn = "arn:e"}));
    store.reset();
    alter("UPDATE journal SET input = '{\"at\": 7}'; UPDATE journal SET history = '[{}]'");
    open();

    EXPECT_EQ(store->inputs(ExecutionKey{1}).error().message.substr(0, file.size() + 28),
              file + " is damaged: journal row 1: ");
    EXPECT_EQ(store->find(ExecutionKey{1}), std::nullopt);
    EXPECT_EQ(store->take_read_error()->message.substr(0, file.size() + 26),
              file + " is damaged: execution 1: ");
    EXPECT_EQ(store->take_read_error(), std::nullopt);
    EXPECT_TRUE(store->history(ExecutionKey{1}).empty());
    EXPECT_TRUE(store->take_read_error().has_value());
}

TEST_F(SqliteStoreTest, says_that_pages_are_damaged) {
    open();
    for (std::uint64_t i = 1; i <= 200; ++i)
        append(starts(i, i, {.execution_arn = "arn:" + std::to_string(i)},
                      Value(std::string(3000, 'x'))));
    store.reset(); // the last connection copies everything into the file
    {
        std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekp(3 * 4096);
        bytes << std::string(100 * 4096, '\x55');
    }

    const auto opened = open_store(loop, file);
    if (opened) {
        store = *opened;
        for (std::uint64_t i = 1; i <= 200; ++i)
            static_cast<void>(store->find(ExecutionKey{i}));
        const auto error = store->take_read_error();
        ASSERT_TRUE(error.has_value());
        EXPECT_TRUE(error->message.starts_with(file + " is damaged: ")) << error->message;
    } else {
        EXPECT_TRUE(opened.error().message.starts_with(file + " is damaged: "))
            << opened.error().message;
    }
}

TEST_F(SqliteStoreTest, writes_what_was_appended_before_it_goes) {
    open();
    for (std::uint64_t i = 1; i <= 50; ++i)
        store->append(starts(i, i, {.execution_arn = "arn:" + std::to_string(i)}));
    open();
    EXPECT_EQ(store->list({}).size(), 50U);
    loop.run_until([] { return false; }); // the old store's news reach nobody
    EXPECT_EQ(committed, 0U);
}

} // namespace
} // namespace gradus
