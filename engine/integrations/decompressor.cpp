#include "engine/integrations/decompressor.hpp"

#include <algorithm>
#include <zlib.h>
#include <zstd.h>

namespace gradus {

std::optional<Compression> compression_of(std::string_view first_bytes) {
    if (first_bytes.starts_with("\x1f\x8b")) return Compression::gzip;
    if (first_bytes.starts_with("\x28\xb5\x2f\xfd")) return Compression::zstd;
    return std::nullopt;
}

class Decompressor::Stream {
public:
    virtual ~Stream() = default;
    /// Fills `room` as far as `packed` goes; the number of bytes written.
    virtual Result<std::size_t> unpack(std::string_view& packed, char* room, std::size_t size) = 0;
    virtual bool is_complete() const = 0;
};

namespace {

class GzipStream final : public Decompressor::Stream {
public:
    GzipStream() {
        constexpr int gzip_only = 16; // zlib.h, inflateInit2
        is_ready_ = inflateInit2(&stream_, MAX_WBITS + gzip_only) == Z_OK;
    }
    ~GzipStream() override { inflateEnd(&stream_); }
    GzipStream(const GzipStream&) = delete;
    GzipStream& operator=(const GzipStream&) = delete;

    Result<std::size_t> unpack(std::string_view& packed, char* room, std::size_t size) override {
        if (!is_ready_) return Error{ErrorCode::limit, "no memory to unpack with"};
        if (is_at_end_ && !packed.empty()) {
            inflateReset(&stream_);
            is_at_end_ = false;
        }
        // zlib only reads what it declares as writable.
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
        stream_.avail_in = static_cast<uInt>(packed.size());
        stream_.next_out = reinterpret_cast<Bytef*>(room);
        stream_.avail_out = static_cast<uInt>(size);
        const int result = inflate(&stream_, Z_NO_FLUSH);
        packed.remove_prefix(packed.size() - stream_.avail_in);
        if (result == Z_STREAM_END)
            is_at_end_ = true;
        else if (result != Z_OK && result != Z_BUF_ERROR)
            return Error{ErrorCode::syntax, stream_.msg != nullptr ? stream_.msg : "damaged"};
        return size - stream_.avail_out;
    }
    bool is_complete() const override { return is_at_end_; }

private:
    z_stream stream_{};
    bool is_ready_ = false;
    bool is_at_end_ = false;
};

class ZstdStream final : public Decompressor::Stream {
public:
    ZstdStream() : stream_(ZSTD_createDStream(), &ZSTD_freeDStream) {}

    Result<std::size_t> unpack(std::string_view& packed, char* room, std::size_t size) override {
        if (is_at_end_ && packed.empty()) return std::size_t{0}; // else the next frame begins
        ZSTD_inBuffer in{packed.data(), packed.size(), 0};
        ZSTD_outBuffer out{room, size, 0};
        const std::size_t result = ZSTD_decompressStream(stream_.get(), &out, &in);
        if (ZSTD_isError(result) != 0) return Error{ErrorCode::syntax, ZSTD_getErrorName(result)};
        packed.remove_prefix(in.pos);
        is_at_end_ = result == 0;
        return out.pos;
    }
    bool is_complete() const override { return is_at_end_; }

private:
    std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream_;
    bool is_at_end_ = false;
};

} // namespace

Decompressor::Decompressor(Compression compression) {
    if (compression == Compression::gzip)
        stream_ = std::make_unique<GzipStream>();
    else
        stream_ = std::make_unique<ZstdStream>();
}
Decompressor::~Decompressor() = default;
Decompressor::Decompressor(Decompressor&&) noexcept = default;
Decompressor& Decompressor::operator=(Decompressor&&) noexcept = default;

Result<void> Decompressor::unpack(std::string_view& packed, std::size_t bytes_max,
                                  std::string& out) {
    constexpr std::size_t piece = 1 << 16;
    std::size_t written = 0;
    while (written < bytes_max) {
        const std::size_t before = out.size();
        const std::size_t packed_before = packed.size();
        out.resize(before + std::min(piece, bytes_max - written));
        const auto got = stream_->unpack(packed, out.data() + before, out.size() - before);
        out.resize(before + (got ? *got : 0));
        if (!got) return got.error();
        written += *got;
        if (*got == 0 && packed.size() == packed_before) break; // it wants more than there is
    }
    return {};
}

bool Decompressor::is_complete() const { return stream_->is_complete(); }

} // namespace gradus
