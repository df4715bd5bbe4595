#include "aws/credentials/credential_fetch.hpp"

#include "aws/credentials/documents.hpp"

namespace gradus::aws {

namespace {

// STS answers in every region; this one where nobody says another.
constexpr std::string_view default_sts_region = "us-east-1";

template <class... Each>
struct Cases : Each... {
    using Each::operator()...;
};
template <class... Each>
Cases(Each...) -> Cases<Each...>;

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin);
}

} // namespace

CredentialFetch::CredentialFetch(ClientState& state, CredentialPlan plan)
    : state_(state), plan_(std::move(plan)), source_(source_fetch()) {}

CredentialFetch::SourceFetch CredentialFetch::source_fetch() {
    return std::visit(
        Cases{[](const Credentials&) { return SourceFetch(); },
              // This one is a file and a call to STS.
              [](const WebIdentitySource&) { return SourceFetch(); },
              [](const ProcessSource& source) { return SourceFetch(ProcessFetch(source)); },
              [](const SsoSource& source) { return SourceFetch(SsoFetch(source)); },
              [](const ContainerSource& source) { return SourceFetch(ContainerFetch(source)); },
              [this](const MetadataSource& source) {
                  return SourceFetch(MetadataFetch(source, plan_.passed_over));
              }},
        plan_.source);
}

FetchAction CredentialFetch::begin(std::int64_t now_epoch_milliseconds) {
    return after_source(begin_source(now_epoch_milliseconds), now_epoch_milliseconds);
}

FetchAction CredentialFetch::begin_source(std::int64_t now) {
    if (const auto* keys = std::get_if<Credentials>(&plan_.source)) return Fetched{*keys};
    if (const auto* identity = std::get_if<WebIdentitySource>(&plan_.source))
        return ReadFile{identity->token_path};
    return std::visit(Cases{[](std::monostate&) -> FetchAction { GRADUS_UNREACHABLE(); },
                            [now](auto& machine) { return machine.begin(now); }},
                      source_);
}

FetchAction CredentialFetch::told(const FetchAnswer& answer, std::int64_t now) {
    if (sts_ != nullptr) {
        const auto* sent = std::get_if<TransportResult>(&answer);
        return after_sts(sent != nullptr ? sts_->answered(*sent, now) : sts_->waited(now), now);
    }
    if (const auto* identity = std::get_if<WebIdentitySource>(&plan_.source)) {
        const TextResult& token = std::get<TextResult>(answer);
        if (!token) return Fetched{source_failed("web identity token: " + token.error().message)};
        sts_role_ = identity->role_arn;
        return begin_sts(
            "AssumeRoleWithWebIdentity",
            Value::object({{"RoleArn", identity->role_arn},
                           {"RoleSessionName", session_name(identity->session_name, now)},
                           {"WebIdentityToken", trimmed(*token)}}),
            CallMachine::Signing::none, now);
    }
    return after_source(
        std::visit(Cases{[](std::monostate&) -> FetchAction { GRADUS_UNREACHABLE(); },
                         [&](auto& machine) { return machine.told(answer, now); }},
                   source_),
        now);
}

FetchAction CredentialFetch::after_source(FetchAction action, std::int64_t now) {
    auto* fetched = std::get_if<Fetched>(&action);
    if (fetched == nullptr || !fetched->result) return action;
    credentials_ = std::move(*fetched->result);
    return next_role(now);
}

FetchAction CredentialFetch::next_role(std::int64_t now) {
    if (roles_done_ == plan_.roles.size()) return Fetched{credentials_};
    const AssumeRole& role = plan_.roles[roles_done_++];
    sts_role_ = role.role_arn;
    Value input = Value::object(
        {{"RoleArn", role.role_arn}, {"RoleSessionName", session_name(role.session_name, now)}});
    if (!role.external_id.empty()) input = std::move(input).with("ExternalId", role.external_id);
    if (role.duration_seconds > 0)
        input = std::move(input).with("DurationSeconds", role.duration_seconds);
    return begin_sts("AssumeRole", std::move(input), CallMachine::Signing::as_modelled, now);
}

FetchAction CredentialFetch::begin_sts(std::string operation, Value input,
                                       CallMachine::Signing signing, std::int64_t now) {
    Call call{.service = "sts", .operation = std::move(operation), .input = std::move(input)};
    call.region = plan_.region.empty() ? state_.settings.region : plan_.region;
    if (call.region.empty()) call.region = default_sts_region;
    sts_ = std::make_unique<CallMachine>(state_, std::move(call), signing);
    return after_sts(sts_->begin(now), now);
}

FetchAction CredentialFetch::after_sts(CallMachine::Action action, std::int64_t now) {
    while (std::holds_alternative<CallMachine::Authorise>(action))
        action = sts_->authorised(credentials_, now);
    if (auto* send = std::get_if<CallMachine::Send>(&action))
        return SendRequest{std::move(send->request), send->timeouts};
    if (const auto* wait = std::get_if<CallMachine::Wait>(&action)) return Pause{wait->delay};
    CallResult& result = std::get<CallMachine::Done>(action).result;
    if (!result) {
        // STS's own code and message, for they say which policy to look at.
        CallError error = std::move(result).error();
        if (error.kind == CallError::Kind::service) error.kind = CallError::Kind::credentials;
        return Fetched{std::move(error)};
    }
    Result<Credentials> read = read_sts_output(result->output);
    if (!read)
        return Fetched{source_failed("STS, role " + sts_role_ + ": " + read.error().message)};
    credentials_ = std::move(*read);
    return next_role(now);
}

std::string CredentialFetch::session_name(const std::string& given, std::int64_t now) const {
    return given.empty() ? "gradus-" + std::to_string(now / 1'000) : given;
}

} // namespace gradus::aws
