// The store on disk. One thread writes, and takes whatever has gathered since its last commit as
// one transaction; the loop's thread reads, on a connection of its own.
#include "engine/store/file_lock.hpp"
#include "engine/store/sqlite_reader.hpp"
#include "engine/store/sqlite_schema.hpp"
#include "engine/store/sqlite_writer.hpp"
#include "gradus/store.hpp"
#include "states/base/base.hpp"

#include <condition_variable>
#include <mutex>
#include <pthread.h>
#include <random>
#include <thread>

namespace gradus {
namespace {

class SqliteStore final : public Store {
public:
    SqliteStore(EventLoop& loop, FileLock lock, SqliteWriter writer, SqliteReader reader)
        : loop_(loop),
          lock_(std::move(lock)),
          writer_(std::move(writer)),
          reader_(std::move(reader)),
          thread_([this] { write_until_stopped(); }) {}

    /// What was appended is written before.
    ~SqliteStore() override {
        {
            const std::scoped_lock lock(mutex_);
            is_stopping_ = true;
        }
        gathered_.notify_one();
        thread_.join();
    }

    void on_committed(Committed committed) override { committed_ = std::move(committed); }
    void on_failed(Failed failed) override { failed_ = std::move(failed); }

    void append(Batch batch) override {
        {
            const std::scoped_lock lock(mutex_);
            if (batches_.empty()) outcome_ = loop_.expect();
            batches_.push_back(std::move(batch));
        }
        gathered_.notify_one();
    }

    std::optional<ExecutionRecord> find(ExecutionKey key) const override {
        return noted(reader_.find(key));
    }
    std::optional<ExecutionKey> find_key(const std::string& arn) const override {
        return noted(reader_.find_key(arn));
    }
    std::vector<ExecutionRecord> list(const ExecutionQuery& query) const override {
        return noted(reader_.list(query));
    }
    std::optional<MapRunRecord> find_map_run(const std::string& arn) const override {
        return noted(reader_.find_map_run(arn));
    }
    std::vector<MapRunRecord> map_runs(const std::string& arn) const override {
        return noted(reader_.map_runs(arn));
    }
    std::vector<HistoryEvent> history(ExecutionKey key, std::uint64_t first,
                                      std::size_t limit) const override {
        return noted(reader_.history(key, first, limit));
    }
    std::optional<Error> take_read_error() override { return std::exchange(read_error_, {}); }

    Result<ExecutionKey> last_key() const override { return reader_.last_key(); }
    Result<StoredInputs> inputs(ExecutionKey key) const override { return reader_.inputs(key); }
    Result<std::optional<OpenCommandRecord>> find_open(ExecutionKey key,
                                                       CommandId command) const override {
        return reader_.find_open(key, command);
    }
    Result<void> visit_open(const OpenVisitor& visit) const override {
        return reader_.visit_open(visit);
    }
    Result<std::vector<StoredObject>> objects() const override { return reader_.objects(); }
    std::string meta(const std::string& name) const override { return noted(reader_.meta(name)); }

private:
    /// The value, or nothing and a note of the error.
    template <class T>
    T noted(Result<T> result) const {
        if (result) return std::move(*result);
        read_error_ = result.error();
        return {};
    }

    // --- the thread that writes ---

    void write_until_stopped() {
        pthread_setname_np(pthread_self(), "gradus-store"); // for those who look at threads
        for (;;) {
            std::vector<Batch> batches;
            Delivery outcome;
            bool is_lost = false;
            {
                std::unique_lock lock(mutex_);
                gathered_.wait(lock, [this] { return is_stopping_ || !batches_.empty(); });
                if (batches_.empty()) return;
                batches = std::exchange(batches_, {});
                outcome = std::exchange(outcome_, nullptr);
                is_lost = has_failed_;
            }
            if (is_lost) // behind one that failed; the loop's thread is being told
                outcome([] {});
            else
                write(batches, outcome);
        }
    }

    void write(const std::vector<Batch>& batches, const Delivery& outcome) {
        const auto written = writer_.write(batches);
        if (!written) {
            const std::scoped_lock lock(mutex_);
            has_failed_ = true;
        }
        outcome([alive = std::weak_ptr(alive_), this, lsn = batches.back().lsn, written] {
            if (!alive.expired()) tell(lsn, written);
        });
    }

    // --- the loop's thread ---

    void tell(std::uint64_t lsn, const Result<void>& written) {
        if (written) return committed_(lsn);
        Delivery outcome;
        {
            const std::scoped_lock lock(mutex_);
            batches_.clear();
            outcome = std::exchange(outcome_, nullptr);
            has_failed_ = false;
        }
        if (outcome) outcome([] {});
        failed_(written.error());
    }

    EventLoop& loop_;
    FileLock lock_;
    SqliteWriter writer_; // the thread's
    mutable SqliteReader reader_;
    mutable std::optional<Error> read_error_;
    Committed committed_;
    Failed failed_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(); // deliveries outlive the store

    std::mutex mutex_; // of everything below
    std::condition_variable gathered_;
    std::vector<Batch> batches_;
    Delivery outcome_;        // of the transaction that takes them
    bool has_failed_ = false; // until the loop's thread knows
    bool is_stopping_ = false;

    std::thread thread_; // last: it uses the others
};

/// 256 bits that nobody can guess.
std::string random_secret() {
    std::random_device device;
    std::string bytes;
    while (bytes.size() < 32) {
        const std::uint32_t word = device();
        for (unsigned shift = 0; shift < 32; shift += 8)
            bytes += static_cast<char>((word >> shift) & 0xffU);
    }
    return to_hex(bytes);
}

} // namespace

Result<std::shared_ptr<Store>> open_store(EventLoop& loop, const std::string& file) {
    GRADUS_TRY(FileLock lock, FileLock::take(file));
    GRADUS_CHECK(make_private_file(file));
    GRADUS_TRY(Database database, open_store_file(file, random_secret()));
    GRADUS_TRY(SqliteWriter writer, SqliteWriter::make(std::move(database)));
    GRADUS_TRY(SqliteReader reader, SqliteReader::open(file));
    return std::shared_ptr<Store>(
        std::make_shared<SqliteStore>(loop, std::move(lock), std::move(writer), std::move(reader)));
}

} // namespace gradus
