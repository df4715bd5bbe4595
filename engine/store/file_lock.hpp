#pragma once
// What a store file needs of the file system before SQLite sees it. Private to engine/store.

#include "gradus/result.hpp"

#include <cstddef>
#include <string>

namespace gradus {

/// "This process works with FILE": a lock on FILE.lock, which ends with the process however it
/// ends, and is taken away with the object. SQLite's own locks would keep people from looking into
/// the file, too.
class FileLock {
public:
    /// Fails at once when another process has it.
    static Result<FileLock> take(const std::string& file);
    ~FileLock();
    FileLock(FileLock&& other) noexcept
        : name_(std::move(other.name_)), descriptor_(std::exchange(other.descriptor_, -1)) {}
    FileLock& operator=(FileLock&& other) noexcept;
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

private:
    FileLock(std::string name, int descriptor) : name_(std::move(name)), descriptor_(descriptor) {}

    std::string name_;
    int descriptor_ = -1; // -1: it holds nothing
};

/// Makes the file, empty and for its owner only, unless it is there.
Result<void> make_private_file(const std::string& file);

/// Writes zeros behind the end of a file that is there, up to a size. A file system is much slower
/// where a synchronised write makes a file longer than where it doesn't.
Result<void> lengthen_file(const std::string& file, std::size_t bytes);

} // namespace gradus
