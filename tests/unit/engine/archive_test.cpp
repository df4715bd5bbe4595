// A store file looked at from beside: recordings of its executions, and the audit of all.
#include "gradus/archive.hpp"
#include "gradus/engine.hpp"
#include "gradus/json.hpp"
#include "gradus/store.hpp"
#include "gradus/virtual_loop.hpp"
#include "tests/support/replayed.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

namespace gradus {
namespace {

using test::TemporaryFolder;

const std::string prefix = "arn:aws:states:us-east-1:123456789012:execution:m:";

constexpr std::string_view ask_and_wait =
    R"({"StartAt": "Ask", "States": {
    "Ask": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:double",
        "ResultPath": "$.doubled", "Next": "Wait"},
    "Wait": {"Type": "Wait", "Seconds": 60, "Next": "Each"},
    "Each": {"Type": "Map", "ItemsPath": "$.list", "End": true, "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}})";

/// A store with executions "a" and "b", which ended, with two children each, and "c", which waits.
class StoreFile {
public:
    StoreFile() {
        VirtualLoop loop(1'700'000'000'000);
        auto store = open_store(loop, file);
        if (!store) ADD_FAILURE() << store.error().message;
        if (!store) return;
        Engine engine(loop, nullptr, {}, *store);
        engine.bind_activity("double", plain_handler([](const HandlerContext& context) {
                                 return HandlerResult(Value(context.input["n"].as_integer() * 2));
                             }));
        EXPECT_TRUE(engine.recover());
        const Compiled compiled = compile(ask_and_wait);
        const std::string machine = engine.add_state_machine(
            {.name = "m", .program = compiled.program, .definition = std::string(ask_and_wait)});
        const Value input = Value::object({{"n", 21}, {"list", Value::array({1, 2})}});
        for (const char* name : {"a", "b"})
            EXPECT_TRUE(engine.start_execution(machine, name, input));
        loop.run_until([] { return false; });
        EXPECT_TRUE(engine.start_execution(machine, "c", input));
        loop.run_until([&] { return engine.history(prefix + "c").size() > 5; });
    }

    void execute(const std::string& sql) const {
        sqlite3* database = nullptr;
        ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
        EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
            << sqlite3_errmsg(database);
        EXPECT_GT(sqlite3_changes(database), 0) << sql;
        sqlite3_close(database);
    }
    Archive archive() const {
        auto opened = Archive::open(file);
        if (!opened) ADD_FAILURE() << opened.error().message;
        return std::move(*opened);
    }
    /// "NAME/EVENT: MESSAGE" of each finding.
    std::vector<std::string> findings() const {
        std::vector<std::string> out;
        const auto summary = archive().audit([&](const AuditFinding& finding) {
            std::string name = finding.execution_arn;
            if (name.starts_with(prefix)) name = name.substr(prefix.size());
            out.push_back(name + "/" + std::to_string(finding.event_id) + ": " + finding.message +
                          (finding.is_unreadable ? " (unreadable)" : ""));
        });
        EXPECT_TRUE(summary) << summary.error().message;
        return out;
    }

    TemporaryFolder folder;
    std::string file = folder.path() + "/store.db";
};

TEST(Audit, of_a_store_replays_every_execution) {
    const StoreFile store;

    const auto summary = store.archive().audit([](const AuditFinding& finding) {
        ADD_FAILURE() << finding.execution_arn << ": " << finding.message;
    });

    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_TRUE(summary->is_clean());
    EXPECT_EQ(summary->executions, 7U); // a, b, c, and the children of a and b
    EXPECT_EQ(summary->inputs, 19U);    // 6 of a and of b, 1 of each child, 3 of c
    EXPECT_EQ(summary->events, 53U);    // 15 of a and of b, 4 of each child, 7 of c
}

TEST(Audit, names_the_execution_and_the_event_that_differ) {
    const StoreFile store;
    store.execute(
        R"(UPDATE journal SET history = replace(history, '\"doubled\":42', '\"doubled\":43')
                     WHERE execution = 2 AND history LIKE '%TaskStateExited%')");

    EXPECT_EQ(store.findings(),
              (std::vector<std::string>{"b/6: State 'Ask' makes something else of the same data. "
                                        "/output/doubled: recorded 43, replayed 42"}));
}

TEST(Audit, compares_how_an_execution_ended_and_what_it_waits_for) {
    const StoreFile store;
    store.execute("UPDATE executions SET status = 'FAILED' WHERE key = 1");
    store.execute("UPDATE executions SET output = '[1,3]' WHERE key = 2");
    store.execute("UPDATE open_commands SET command = 9");

    EXPECT_EQ(store.findings(),
              (std::vector<std::string>{"a/0: its row says FAILED, its inputs lead to SUCCEEDED",
                                        "b/0: its row has another output than its inputs lead to",
                                        "c/0: its open commands are 9, its inputs lead to 2"}));
}

TEST(Audit, goes_on_behind_rows_that_cannot_be_read) {
    const StoreFile store;
    store.execute("UPDATE journal SET input = '{' WHERE execution = 1 AND events > 3");
    store.execute("DELETE FROM journal WHERE execution = 2 AND events <= 3");

    EXPECT_EQ(store.findings(),
              (std::vector<std::string>{
                  "a/0: " + store.file +
                      " is damaged: journal row 3: the text ends before the JSON value does "
                      "(unreadable)",
                  "execution 2/0: its journal doesn't begin with its start (unreadable)"}));
}

TEST(Archive, gives_executions_as_recordings_while_somebody_works_with_the_store) {
    const StoreFile store;
    VirtualLoop loop(1'700'000'000'000);
    const auto in_use = open_store(loop, store.file);
    ASSERT_TRUE(in_use) << in_use.error().message;
    Archive archive = store.archive();

    const auto recording = archive.recording(prefix + "a");
    const auto children = archive.children(prefix + "a");

    ASSERT_TRUE(recording) << recording.error().message;
    EXPECT_EQ(recording->status, ExecutionStatus::succeeded);
    EXPECT_EQ(recording->definition, ask_and_wait);
    test::expect_replays_equal(*recording);
    ASSERT_TRUE(children);
    ASSERT_EQ(children->size(), 2U);
    test::expect_replays_equal(*archive.recording(children->front()));
    EXPECT_EQ(archive.recording(prefix + "x").error().message,
              "there is no execution " + prefix + "x in the store");
}

TEST(Archive, visits_all_executions_in_the_order_of_their_starts) {
    const StoreFile store;
    std::string names;

    const auto visited = store.archive().visit([&](const Recording& recording) -> Result<void> {
        const std::string& arn = start_of(recording).identity.execution_arn;
        names += arn.starts_with(prefix) ? arn.substr(prefix.size()) : "child";
        names += ' ';
        return {};
    });

    EXPECT_TRUE(visited);
    EXPECT_EQ(names, "a b child child child child c ");
}

TEST(Archive, refuses_what_is_no_store) {
    const TemporaryFolder folder;
    const std::string file = folder.path() + "/x.db";
    sqlite3* database = nullptr;
    sqlite3_open(file.c_str(), &database);
    sqlite3_exec(database, "CREATE TABLE t(a)", nullptr, nullptr, nullptr);
    sqlite3_close(database);

    EXPECT_EQ(Archive::open(file).error().message,
              file + " isn't a store: it is an SQLite database of another program");
    EXPECT_EQ(Archive::open(folder.path() + "/none").error().message,
              folder.path() + "/none: unable to open database file");
}

} // namespace
} // namespace gradus
