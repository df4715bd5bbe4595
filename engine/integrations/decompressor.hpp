#pragma once
// Bytes of a gzip or Zstandard file, unpacked piece by piece, so that neither the packed nor the
// unpacked file is ever held as a whole. Several members (gzip) or frames (Zstandard) one after the
// other are one file, as the programs of those names take them.

#include "gradus/result.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gradus {

enum class Compression { gzip, zstd };

/// By the first bytes of a file, of which no JSON or CSV text can be made: RFC 1952, section 2.3.1;
/// RFC 8878, section 3.1.1. Four bytes are enough.
std::optional<Compression> compression_of(std::string_view first_bytes);

class Decompressor {
public:
    explicit Decompressor(Compression compression);
    ~Decompressor();
    Decompressor(Decompressor&&) noexcept;
    Decompressor& operator=(Decompressor&&) noexcept;

    /// Takes bytes from the front of `packed` and appends what they hold to `out`, `bytes_max` at
    /// most; ends when there is no room or nothing more to be had from `packed`. Fails with
    /// invalid_argument when the data are damaged.
    Result<void> unpack(std::string_view& packed, std::size_t bytes_max, std::string& out);
    /// Whether the data so far end where a member or frame does.
    bool is_complete() const;

    /// Hidden, so that the libraries' headers stay in one file.
    class Stream;

private:
    std::unique_ptr<Stream> stream_;
};

} // namespace gradus
