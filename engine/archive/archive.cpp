#include "engine/archive/archive_impl.hpp"

namespace gradus {

Result<Archive> Archive::open(const std::string& file) {
    GRADUS_TRY(SqliteReader reader, SqliteReader::open(file));
    GRADUS_CHECK(reader.keep_snapshot());
    GRADUS_TRY(const std::vector<StoredObject> objects, reader.objects());
    GRADUS_TRY(api::Registry registry, api::read_registry(objects));
    return Archive(std::make_unique<Impl>(std::move(reader), std::move(registry)));
}

Archive::Archive(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Archive::Archive(Archive&&) noexcept = default;
Archive::~Archive() = default;

Result<std::shared_ptr<const api::Revision>>
Archive::Impl::revision(const ExecutionIdentity& identity) const {
    const auto found = registry_.revisions.find(identity.revision_id);
    if (found != registry_.revisions.end()) return found->second;
    return Error{ErrorCode::not_found, "its definition, revision " + identity.revision_id + " of " +
                                           identity.state_machine_arn + ", is gone"};
}

Result<std::string> Archive::Impl::definition(const ExecutionIdentity& identity) const {
    GRADUS_TRY(const auto found, revision(identity));
    return found->settings.definition;
}

Result<std::shared_ptr<const Program>>
Archive::Impl::program(const ExecutionIdentity& identity) const {
    GRADUS_TRY(const auto found, revision(identity));
    auto program = api::program_of(*found);
    if (program) return std::move(*program);
    return Error{ErrorCode::unsupported, program.error().message};
}

Result<Recording> Archive::Impl::recording(ExecutionKey key) {
    GRADUS_TRY(const std::optional<ExecutionRecord> record, reader_.find(key));
    if (!record) return Error{ErrorCode::not_found, "there is no such execution"};
    Recording recording{.engine_version = GRADUS_VERSION, .status = record->status};
    GRADUS_TRY(recording.definition, definition(record->identity));
    std::optional<Error> error;
    GRADUS_CHECK(reader_.visit_journal(key, [&](ExecutionKey, Result<RecordedInput> entry) {
        if (!entry) error = entry.error();
        if (entry) recording.inputs.push_back(std::move(*entry));
    }));
    if (error) return *error;
    return recording;
}

Result<Recording> Archive::recording(const std::string& execution_arn) {
    GRADUS_TRY(const auto key, impl_->reader().find_key(execution_arn));
    if (key) return impl_->recording(*key);
    return Error{ErrorCode::not_found, "there is no execution " + execution_arn + " in the store"};
}

Result<std::vector<std::string>> Archive::children(const std::string& execution_arn) {
    std::vector<std::string> out;
    GRADUS_TRY(const auto map_runs, impl_->reader().map_runs(execution_arn));
    for (const MapRunRecord& map_run : map_runs) {
        GRADUS_TRY(const auto records, impl_->reader().list({.map_run_arn = map_run.map_run_arn}));
        for (const ExecutionRecord& record : records)
            out.push_back(record.identity.execution_arn);
    }
    return out;
}

Result<void> Archive::visit(const Visitor& visitor) {
    GRADUS_TRY(const auto keys, impl_->reader().keys());
    for (const ExecutionKey key : keys) {
        GRADUS_TRY(const Recording recording, impl_->recording(key));
        GRADUS_CHECK(visitor(recording));
    }
    return {};
}

} // namespace gradus
