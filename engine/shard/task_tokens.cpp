#include "engine/shard/task_tokens.hpp"

#include "states/base/base.hpp"

#include <charconv>

namespace gradus {

std::string execution_token_secret(std::string_view engine_secret, std::string_view execution_arn) {
    return to_hex(hmac_sha256(engine_secret, execution_arn));
}

// The text is made by make_task_token (states/step.cpp): base64 of "EXECUTION|COMMAND|MAC".
std::optional<TaskTokenContent> read_task_token(std::string_view engine_secret,
                                                std::string_view token) {
    const auto text = base64_decode(token);
    if (!text) return std::nullopt;
    const std::size_t mac_at = text->rfind('|');
    if (mac_at == std::string::npos || mac_at == 0) return std::nullopt;
    const std::string_view subject = std::string_view(*text).substr(0, mac_at);
    const std::string_view mac = std::string_view(*text).substr(mac_at + 1);
    const std::size_t command_at = subject.rfind('|');
    if (command_at == std::string_view::npos) return std::nullopt;
    const std::string_view arn = subject.substr(0, command_at);
    const std::string expected =
        to_hex(hmac_sha256(execution_token_secret(engine_secret, arn), subject));
    if (!equal_in_constant_time(expected, mac)) return std::nullopt;
    std::uint64_t command = 0;
    const std::string_view digits = subject.substr(command_at + 1);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), command);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return TaskTokenContent{std::string(arn), static_cast<CommandId>(command)};
}

} // namespace gradus
