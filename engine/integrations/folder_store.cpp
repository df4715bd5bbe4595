#include "engine/integrations/object_store.hpp"
#include "states/base/base.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>

namespace gradus {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view scheme = "file://";

std::string text(const Value& arguments, std::string_view name) {
    const Value& value = arguments[name];
    return value.is_string() ? std::string(value.as_string()) : "";
}

std::int64_t modified_seconds(const fs::path& path) {
    std::error_code failed;
    const auto time = fs::last_write_time(path, failed);
    if (failed) return 0;
    const auto since = std::chrono::file_clock::to_sys(time).time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(since).count();
}

/// Keys may not lead out of their bucket.
bool is_inside(const std::string& key) {
    const fs::path path(key);
    return path.is_relative() && std::ranges::find(path, "..") == path.end();
}

/// S3 names an object's content by its MD5 sum, in quotes.
std::string etag_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string content((std::istreambuf_iterator<char>(file)), {});
    return "\"" + to_hex(hash(HashAlgorithm::md5, content)) + "\"";
}

} // namespace

bool FolderStore::handles(const Value& arguments) const {
    const std::string bucket = text(arguments, "Bucket");
    return bucket.starts_with(scheme) || folders_.contains(bucket);
}

std::string FolderStore::folder_of(const Value& arguments) const {
    const std::string bucket = text(arguments, "Bucket");
    if (bucket.starts_with(scheme)) return bucket.substr(scheme.size());
    return folders_.at(bucket);
}

void FolderStore::read(const Value& arguments, std::uint64_t offset, std::uint64_t length,
                       Completion<ObjectChunk> done) {
    const std::string key = text(arguments, "Key");
    const fs::path path = fs::path(folder_of(arguments)) / key;
    std::ifstream file(path, std::ios::binary);
    std::error_code failed;
    const std::uint64_t size = fs::file_size(path, failed);
    if (!is_inside(key) || !file || failed)
        return done(Error{"No object '" + key + "' in the folder " + folder_of(arguments)});
    ObjectChunk chunk;
    chunk.bytes.resize(std::min(length, size > offset ? size - offset : 0));
    file.seekg(static_cast<std::streamoff>(offset));
    file.read(chunk.bytes.data(), static_cast<std::streamsize>(chunk.bytes.size()));
    if (!file) return done(Error{"The file " + path.string() + " can't be read"});
    chunk.is_last = offset + chunk.bytes.size() >= size;
    done(std::move(chunk));
}

void FolderStore::list(const Value& arguments, const Value&, Completion<ObjectListing> done) {
    const fs::path folder(folder_of(arguments));
    const std::string prefix = text(arguments, "Prefix");
    std::error_code failed;
    ObjectListing listing;
    for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
         at.increment(failed)) {
        if (!at->is_regular_file()) continue;
        const std::string key = at->path().lexically_relative(folder).generic_string();
        if (!key.starts_with(prefix)) continue;
        listing.objects.push_back({.key = key,
                                   .etag = etag_of(at->path()),
                                   .last_modified_seconds = modified_seconds(at->path()),
                                   .size = at->file_size()});
    }
    if (failed)
        return done(Error{"The folder " + folder.string() + " can't be read: " + failed.message()});
    std::ranges::sort(listing.objects, {}, &ObjectEntry::key);
    done(std::move(listing));
}

void FolderStore::write(const Value& arguments, const std::string& key, const std::string& content,
                        Completion<std::monostate> done) {
    const fs::path path = fs::path(folder_of(arguments)) / key;
    std::error_code failed;
    if (is_inside(key)) fs::create_directories(path.parent_path(), failed);
    std::ofstream file;
    if (is_inside(key) && !failed) file.open(path, std::ios::binary);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    file.close();
    if (!file) return done(Error{"The file " + path.string() + " can't be written"});
    done(std::monostate());
}

} // namespace gradus
