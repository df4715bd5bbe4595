#include "aws/model/bundle.hpp"

#include "gradus/json.hpp"

#include <zstd.h>

#include <algorithm>
#include <charconv>

// Made by the build from aws/models/embedded.bundle (tools/cmake/embed_file.cmake).
namespace gradus::aws::embedded {
extern const unsigned char services[];
extern const std::size_t services_size;
} // namespace gradus::aws::embedded

namespace gradus::aws {

namespace {

constexpr std::string_view magic = "gradus-services 1 ";
constexpr std::size_t header_bytes_max = magic.size() + 12; // the length of the index and '\n'
// Far above what there is; they guard against a damaged file.
constexpr std::size_t index_bytes_max = std::size_t{4} * 1024 * 1024;
constexpr std::size_t model_bytes_max = std::size_t{16} * 1024 * 1024;

Error damaged(std::string what) {
    return {ErrorCode::syntax, "the bundle of service models is damaged: " + std::move(what)};
}

std::string text_of(const Value& entry, std::string_view name) {
    const Value& member = entry[name];
    return member.is_string() ? std::string(member.as_string()) : std::string();
}

Result<BundledService> read_entry(const Value& entry) {
    BundledService out;
    out.name = text_of(entry, "name");
    out.sdk_name = text_of(entry, "sdk");
    std::int64_t offset = -1;
    std::int64_t size = -1;
    const bool is_complete = !out.name.empty() && !out.sdk_name.empty() &&
                             entry["offset"].to_integer(offset) && entry["size"].to_integer(size);
    if (!is_complete || offset < 0 || size < 0 || size > std::int64_t{model_bytes_max})
        return damaged("its index says of a service " + to_json(entry));
    out.offset = static_cast<std::uint64_t>(offset);
    out.size = static_cast<std::size_t>(size);
    if (const Value& aliases = entry["aliases"]; aliases.is_array())
        for (const Value& alias : aliases.as_array())
            if (alias.is_string()) out.aliases.emplace_back(alias.as_string());
    return out;
}

Result<std::string> unpack(const std::string& compressed, const std::string& name) {
    const unsigned long long size = ZSTD_getFrameContentSize(compressed.data(), compressed.size());
    if (size > model_bytes_max) return damaged(name + " isn't one");
    std::string text(static_cast<std::size_t>(size), '\0');
    const std::size_t got =
        ZSTD_decompress(text.data(), text.size(), compressed.data(), compressed.size());
    if (got != text.size()) return damaged(name + " can't be unpacked");
    return text;
}

Result<std::string> read_built_in(std::uint64_t offset, std::size_t size) {
    GRADUS_ASSERT(offset <= embedded::services_size);
    const std::size_t rest = embedded::services_size - static_cast<std::size_t>(offset);
    const unsigned char* begin = embedded::services + offset;
    return std::string(begin, begin + std::min(size, rest));
}

} // namespace

Result<ServiceBundle> ServiceBundle::open(Read read) {
    GRADUS_TRY(const std::string start, read(0, header_bytes_max));
    const std::size_t line_end = start.find('\n');
    if (!start.starts_with(magic) || line_end == std::string::npos)
        return Error{ErrorCode::syntax, "not a bundle of service models: it doesn't begin with '" +
                                            std::string(magic) + "'"};
    std::size_t index_size = 0;
    const char* end = start.data() + line_end;
    const auto [stop, fault] = std::from_chars(start.data() + magic.size(), end, index_size);
    if (fault != std::errc() || stop != end || index_size > index_bytes_max)
        return damaged("its first line is '" + start.substr(0, line_end) + "'");

    GRADUS_TRY(const std::string text, read(line_end + 1, index_size));
    const Result<Value, JsonError> index = parse_json(text);
    if (!index || text.size() != index_size || !(*index)["services"].is_array())
        return damaged("its index isn't one");
    ServiceBundle out;
    out.read_ = std::move(read);
    out.begin_ = line_end + 1 + index_size;
    for (const Value& entry : (*index)["services"].as_array()) {
        GRADUS_TRY(BundledService service, read_entry(entry));
        out.services_.push_back(std::move(service));
    }
    return out;
}

const BundledService* ServiceBundle::find(std::string_view name) const {
    const auto first = [this](const auto& fits) -> const BundledService* {
        const auto found = std::ranges::find_if(services_, fits);
        return found == services_.end() ? nullptr : &*found;
    };
    if (const auto* named = first([&](const BundledService& each) { return each.name == name; }))
        return named;
    return first([&](const BundledService& each) {
        return each.sdk_name == name || std::ranges::find(each.aliases, name) != each.aliases.end();
    });
}

Result<std::shared_ptr<const ServiceModel>>
ServiceBundle::load(const BundledService& service) const {
    GRADUS_TRY(const std::string compressed, read_(begin_ + service.offset, service.size));
    if (compressed.size() != service.size) return damaged(service.name + " is cut off");
    GRADUS_TRY(const std::string text, unpack(compressed, service.name));
    const Result<Value, JsonError> document = parse_json(text);
    if (!document) return damaged(service.name + ": " + document.error().message);
    return ServiceModel::load(*document);
}

const ServiceBundle& built_in_services() {
    static const ServiceBundle bundle = ServiceBundle::open(read_built_in).value();
    return bundle;
}

} // namespace gradus::aws
