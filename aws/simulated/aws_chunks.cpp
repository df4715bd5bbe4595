#include "aws/simulated/aws_chunks.hpp"

#include "aws/simulated/call.hpp"

#include <charconv>

namespace gradus::simulated {

namespace {

constexpr std::string_view line_end = "\r\n";

// "10000;chunk-signature=…" CRLF, that many bytes in hexadecimal, CRLF; an empty piece is the last.
// What follows are trailers.
std::optional<std::string> joined(std::string_view rest) {
    std::string out;
    while (true) {
        const std::size_t head_end = rest.find(line_end);
        if (head_end == std::string_view::npos) return std::nullopt;
        const std::string_view head = rest.substr(0, head_end);
        const std::string_view digits = head.substr(0, head.find(';'));
        std::size_t size = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
        if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
        rest.remove_prefix(head_end + line_end.size());
        if (size == 0) return out;
        if (size > rest.size()) return std::nullopt;
        out += rest.substr(0, size);
        rest.remove_prefix(size);
        if (!rest.starts_with(line_end)) return std::nullopt;
        rest.remove_prefix(line_end.size());
    }
}

// "aws-chunked,gzip" to "gzip".
void remove_encoding(aws::HttpHeaders& headers) {
    const std::string* encoding = aws::find_header(headers, "Content-Encoding");
    static constexpr std::string_view name = "aws-chunked";
    if (encoding == nullptr || !encoding->starts_with(name)) return;
    std::string left = encoding->substr(name.size());
    left.erase(0, left.find_first_not_of(", "));
    if (!left.empty()) return aws::set_header(headers, "Content-Encoding", std::move(left));
    std::erase_if(headers, [](const aws::HttpHeader& header) {
        return aws::equal_ignoring_case(header.name, "Content-Encoding");
    });
}

} // namespace

Result<void, aws::ServiceError> join_aws_chunks(aws::HttpRequest& request) {
    const std::string* payload = aws::find_header(request.headers, "X-Amz-Content-Sha256");
    if (payload == nullptr || !payload->starts_with("STREAMING-")) return {};
    std::optional<std::string> body = joined(request.body);
    if (!body) return fault("IncompleteBody", "The request body terminated unexpectedly");
    request.body = std::move(*body);
    remove_encoding(request.headers);
    return {};
}

} // namespace gradus::simulated
