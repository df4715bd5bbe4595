#include "engine/store/file_lock.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace gradus {
namespace {

constexpr mode_t owner_only = S_IRUSR | S_IWUSR;

Error system_error(const std::string& file, const std::string& what) {
    return {ErrorCode::io, file + ": " + what + ": " + std::strerror(errno)};
}

/// The number of the process that holds the lock, as it wrote it; for people.
std::string holder(int descriptor) {
    std::array<char, 32> text{};
    const ssize_t length = pread(descriptor, text.data(), text.size(), 0);
    if (length <= 0) return "another process";
    return "process " + std::string(text.data(), static_cast<std::size_t>(length));
}

/// Whether a file that is open is the one of this name, or one that was deleted meanwhile.
bool is_named(int descriptor, const std::string& name) {
    struct stat opened {};
    struct stat named {};
    return fstat(descriptor, &opened) == 0 && stat(name.c_str(), &named) == 0 &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

} // namespace

Result<FileLock> FileLock::take(const std::string& file) {
    const std::string name = file + ".lock";
    for (;;) {
        const int descriptor = open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, owner_only);
        if (descriptor < 0) return system_error(name, "can't be made");
        if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
            const Error error =
                errno == EWOULDBLOCK
                    ? Error{ErrorCode::already_exists, file + " is in use by " + holder(descriptor)}
                    : system_error(name, "can't be locked");
            close(descriptor);
            return error;
        }
        if (!is_named(descriptor, name)) { // whoever had it took it away just now
            close(descriptor);
            continue;
        }
        const std::string self = std::to_string(getpid());
        // Only messages suffer if this fails.
        if (ftruncate(descriptor, 0) == 0)
            static_cast<void>(pwrite(descriptor, self.data(), self.size(), 0) == 0);
        return FileLock(name, descriptor);
    }
}

FileLock::~FileLock() {
    if (descriptor_ < 0) return;
    unlink(name_.c_str()); // first: nobody else has the lock
    close(descriptor_);
}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(name_, other.name_);
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

Result<void> make_private_file(const std::string& file) {
    const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, owner_only);
    if (descriptor < 0) return system_error(file, "can't be opened for reading and writing");
    // Nothing of it is locked yet, so closing takes no lock away.
    close(descriptor);
    return {};
}

Result<void> lengthen_file(const std::string& file, std::size_t bytes) {
    const int descriptor = open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (descriptor < 0) return system_error(file, "can't be opened for writing");
    struct stat status {};
    bool is_done = fstat(descriptor, &status) == 0;
    const std::string zeros(1U << 16U, '\0');
    auto size = static_cast<std::size_t>(status.st_size);
    while (is_done && size < bytes) {
        const ssize_t count = write(descriptor, zeros.data(), std::min(zeros.size(), bytes - size));
        is_done = count > 0;
        size += static_cast<std::size_t>(std::max<ssize_t>(count, 0));
    }
    is_done = is_done && fsync(descriptor) == 0;
    Result<void> result;
    if (!is_done) result = system_error(file, "can't be written");
    close(descriptor);
    return result;
}

} // namespace gradus
