#pragma once
// Fetching credentials as a pure state machine: the source of a plan, then its roles one after the
// other. begin(), then told() after each action, until the action is Fetched.

#include "aws/client_core.hpp"
#include "aws/credentials/source_fetch.hpp"

#include <memory>
#include <variant>

namespace gradus::aws {

class CredentialFetch {
public:
    /// `state` must outlive the machine; calls to STS share its quota and clock.
    CredentialFetch(ClientState& state, CredentialPlan plan);

    FetchAction begin(std::int64_t now_epoch_milliseconds);
    FetchAction told(const FetchAnswer& answer, std::int64_t now_epoch_milliseconds);

private:
    using SourceFetch =
        std::variant<std::monostate, ProcessFetch, SsoFetch, ContainerFetch, MetadataFetch>;

    SourceFetch source_fetch();
    FetchAction begin_source(std::int64_t now_epoch_milliseconds);
    FetchAction after_source(FetchAction action, std::int64_t now_epoch_milliseconds);
    FetchAction next_role(std::int64_t now_epoch_milliseconds);
    FetchAction begin_sts(std::string operation, Value input, CallMachine::Signing signing,
                          std::int64_t now_epoch_milliseconds);
    FetchAction after_sts(CallMachine::Action action, std::int64_t now_epoch_milliseconds);
    std::string session_name(const std::string& given, std::int64_t now_epoch_milliseconds) const;

    ClientState& state_;
    CredentialPlan plan_;
    SourceFetch source_;
    Credentials credentials_; // of the source, then of each role
    std::size_t roles_done_ = 0;
    std::string sts_role_; // the one that is being assumed, for messages
    std::unique_ptr<CallMachine> sts_;
};

} // namespace gradus::aws
