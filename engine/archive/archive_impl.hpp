#pragma once
// The inside of an Archive. Included by the files of this folder.

#include "engine/api/registry_json.hpp"
#include "engine/store/sqlite_reader.hpp"
#include "gradus/archive.hpp"

#include <memory>
#include <string>

namespace gradus {

class Archive::Impl {
public:
    Impl(SqliteReader reader, api::Registry registry)
        : reader_(std::move(reader)), registry_(std::move(registry)) {}

    SqliteReader& reader() { return reader_; }
    /// The definition that an execution began with, as text and compiled.
    Result<std::string> definition(const ExecutionIdentity& identity) const;
    Result<std::shared_ptr<const Program>> program(const ExecutionIdentity& identity) const;
    Result<Recording> recording(ExecutionKey key);

private:
    Result<std::shared_ptr<const api::Revision>> revision(const ExecutionIdentity& identity) const;

    SqliteReader reader_;
    api::Registry registry_;
};

} // namespace gradus
