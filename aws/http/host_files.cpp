#include "aws/http/host_files.hpp"

#include "aws/credentials/profile.hpp"
#include "aws/http/process.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>

namespace gradus::aws {

namespace {

TextResult contents_of(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) return Error{ErrorCode::not_found, path + " can't be read"};
    std::string text(HostFiles::file_bytes_max + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (stream.bad()) return Error{ErrorCode::io, path + " can't be read"};
    if (text.size() > HostFiles::file_bytes_max)
        return Error{ErrorCode::limit, path + " is larger than 1 MiB"};
    return text;
}

// Beside the file and then in its place, so that nobody reads a half.
TextResult replace_file(const std::string& path, std::string_view text) {
    std::string beside = path + ".XXXXXX";
    const int file = mkostemp(beside.data(), O_CLOEXEC); // readable for its owner only
    if (file < 0) return Error{ErrorCode::io, beside + " can't be written"};
    bool is_written = true;
    while (is_written && !text.empty()) {
        const ssize_t size = ::write(file, text.data(), text.size());
        is_written = size > 0;
        if (is_written) text.remove_prefix(static_cast<std::size_t>(size));
    }
    ::close(file);
    if (is_written && std::rename(beside.c_str(), path.c_str()) == 0) return std::string();
    ::unlink(beside.c_str());
    return Error{ErrorCode::io, path + " can't be written"};
}

} // namespace

HostFiles::HostFiles(boost::asio::io_context& context)
    : context_(context), alive_(std::make_shared<int>(0)) {}
HostFiles::~HostFiles() = default;

// Small files on a local disk: reading them at once is quicker than handing them to a thread.
void HostFiles::read_file(std::string path, Done done) {
    boost::asio::post(context_, [alive = std::weak_ptr<int>(alive_), path = std::move(path),
                                 done = std::move(done)] {
        if (!alive.expired()) done(contents_of(path));
    });
}

void HostFiles::write_file(std::string path, std::string text, Done done) {
    boost::asio::post(context_, [alive = std::weak_ptr<int>(alive_), path = std::move(path),
                                 text = std::move(text), done = std::move(done)] {
        if (!alive.expired()) done(replace_file(path, text));
    });
}

void HostFiles::run_process(std::string command, Done done) {
    const std::optional<std::vector<std::string>> words = split_words(command);
    const auto guarded = [alive = std::weak_ptr<int>(alive_),
                          done = std::move(done)](TextResult text) {
        if (!alive.expired()) done(std::move(text));
    };
    if (words && !words->empty()) return aws::run_process(context_, *words, {}, guarded);
    boost::asio::post(context_, [guarded] {
        guarded(Error{ErrorCode::invalid_argument, "expected a program, and its quotes closed"});
    });
}

} // namespace gradus::aws
