#include "workflows/capacity/failure_classes.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace gradus::capacity {
namespace {

using enum FailureClass;
using namespace std::chrono_literals;

struct Row {
    std::string_view text;
    FailureClass kind;
};

// AWS, "Error codes for the Amazon EC2 API", and those of Auto Scaling, ECS and Service Quotas.
constexpr auto codes = std::to_array<Row>({
    {"InsufficientInstanceCapacity", capacity},
    {"UnfulfillableCapacity", capacity},
    {"InsufficientCapacity", capacity},
    {"InsufficientHostCapacity", capacity},
    {"InsufficientReservedInstanceCapacity", capacity},
    {"ReservationCapacityExceeded", capacity},
    {"InsufficientVolumeCapacity", capacity},
    {"InsufficientAddressCapacity", capacity},
    {"capacity-not-available", capacity},
    {"capacity-oversubscribed", capacity},
    {"az-group-constraint", capacity},
    {"launch-group-constraint", capacity},
    {"placement-group-constraint", capacity},
    {"constraint-not-fulfillable", capacity},
    {"SpotMaxPriceTooLow", price},
    {"price-too-low", price},
    {"instance-terminated-by-price", price},
    {"Unsupported", not_offered},
    {"InstanceTypeNotSupported", not_offered},
    {"InvalidInstanceType", not_offered},
    {"InvalidAvailabilityZone", not_offered},
    {"VcpuLimitExceeded", quota},
    {"InstanceLimitExceeded", quota},
    {"MaxSpotInstanceCountExceeded", quota},
    {"SpotInstanceCountLimitExceeded", quota},
    {"MaxSpotFleetRequestCountExceeded", quota},
    {"MaxFleetCountExceeded", quota},
    {"FleetCountLimitExceeded", quota},
    {"HostLimitExceeded", quota},
    {"VolumeLimitExceeded", quota},
    {"MaxIOPSLimitExceeded", quota},
    {"SnapshotLimitExceeded", quota},
    {"AddressLimitExceeded", quota},
    {"NetworkInterfaceLimitExceeded", quota},
    {"AttachmentLimitExceeded", quota},
    {"SecurityGroupLimitExceeded", quota},
    {"VpcLimitExceeded", quota},
    {"SubnetLimitExceeded", quota},
    {"PlacementGroupLimitExceeded", quota},
    {"ResourceLimitExceeded", quota},
    {"LimitExceeded", quota},
    {"ServiceQuotaExceededException", quota},
    {"LimitExceededException", quota},
    {"QuotaExceededException", quota},
    {"NoSuchResourceException", quota},
    {"limit-exceeded", quota},
    {"InvalidAMIID.NotFound", image},
    {"InvalidAMIID.Malformed", image},
    {"InvalidAMIID.Unavailable", image},
    {"InvalidAMIName.Malformed", image},
    {"InvalidAMIAttributeItemValue", image},
    {"InvalidSnapshot.NotFound", image},
    {"Client.InvalidSnapshot.NotFound", image},
    {"InvalidBlockDeviceMapping", image},
    {"CannotPullContainerError", image},
    {"InsufficientFreeAddressesInSubnet", network},
    {"InvalidSubnetID.NotFound", network},
    {"InvalidSubnet", network},
    {"SubnetConflict", network},
    {"InvalidVpcID.NotFound", network},
    {"VPCIdNotSpecified", network},
    {"DefaultVpcDoesNotExist", network},
    {"InvalidGroup.NotFound", network},
    {"InvalidGroupId.Malformed", network},
    {"InvalidSecurityGroupID.NotFound", network},
    {"InvalidNetworkInterfaceID.NotFound", network},
    {"InvalidNetworkInterface.InUse", network},
    {"InvalidIPAddress.InUse", network},
    {"PrivateIpAddressLimitExceeded", network},
    {"InvalidPlacementGroup.Unknown", network},
    {"InvalidPlacementGroup.InUse", network},
    {"InvalidParameterValue", parameter},
    {"InvalidParameterCombination", parameter},
    {"InvalidParameter", parameter},
    {"MissingParameter", parameter},
    {"UnknownParameter", parameter},
    {"InvalidInput", parameter},
    {"MalformedQueryString", parameter},
    {"ValidationError", parameter},
    {"ValidationException", parameter},
    {"InvalidUserData.Malformed", parameter},
    {"InvalidKeyPair.NotFound", parameter},
    {"InvalidLaunchTemplateId.NotFound", parameter},
    {"InvalidLaunchTemplateName.NotFoundException", parameter},
    {"InvalidLaunchTemplateId.VersionNotFound", parameter},
    {"InvalidFleetConfig", parameter},
    {"InvalidSpotFleetRequestConfig", parameter},
    {"InvalidSpotInstanceRequestID.NotFound", parameter},
    {"InvalidCapacityReservationId.NotFound", parameter},
    {"InvalidInterruptionBehavior", parameter},
    {"IdempotentParameterMismatch", parameter},
    {"RequestResourceCountExceeded", parameter},
    {"InvalidVolumeType", parameter},
    {"ClusterNotFoundException", parameter},
    {"bad-parameters", parameter},
    {"ScalingActivityInProgress", later},
    {"ResourceContention", later},
    {"InvalidInstanceID.NotFound", later},
    {"IncorrectInstanceState", later},
    {"IncorrectState", later},
    {"IncorrectSpotRequestState", later},
    {"DependencyViolation", later},
    {"ConcurrentTagAccess", later},
    {"ResourceInUse", later},
    {"pending-evaluation", later},
    {"not-scheduled-yet", later},
    {"UnauthorizedOperation", auth},
    {"Client.UnauthorizedOperation", auth},
    {"AuthFailure", auth},
    {"AuthFailure.ServiceLinkedRoleCreationNotPermitted", auth},
    {"AccessDenied", auth},
    {"AccessDeniedException", auth},
    {"InvalidClientTokenId", auth},
    {"UnrecognizedClientException", auth},
    {"SignatureDoesNotMatch", auth},
    {"IncompleteSignature", auth},
    {"MissingAuthenticationToken", auth},
    {"RequestExpired", auth},
    {"ExpiredToken", auth},
    {"ExpiredTokenException", auth},
    {"OptInRequired", auth},
    {"PendingVerification", auth},
    {"Blocked", auth},
    {"Client.InternalError", auth}, // at launch: mostly the key of an encrypted volume
    {"RequestLimitExceeded", throttle},
    {"Throttling", throttle},
    {"ThrottlingException", throttle},
    {"ThrottledException", throttle},
    {"RequestThrottled", throttle},
    {"RequestThrottledException", throttle},
    {"TooManyRequestsException", throttle},
    {"EC2ThrottledException", throttle},
    {"BandwidthLimitExceeded", throttle},
    {"PriorRequestNotComplete", throttle},
    {"SlowDown", throttle},
    {"ProvisionedThroughputExceededException", throttle},
    {"TransactionInProgressException", throttle},
    {"InternalError", server},
    {"InternalFailure", server},
    {"InternalServerError", server},
    {"Server.InternalError", server},
    {"ServerException", server},
    {"ServiceUnavailable", server},
    {"Unavailable", server},
    {"system-error", server},
    {"ResourceInitializationError", server},
    {"instance-terminated-no-capacity", interruption},
    {"instance-terminated-capacity-oversubscribed", interruption},
    {"instance-stopped-no-capacity", interruption},
    {"marked-for-termination", interruption},
    {"marked-for-stop", interruption},
    {"Server.SpotInstanceTermination", interruption},
    {"Server.SpotInstanceShutdown", interruption},
    {"SpotInterruption", interruption},
    {"TerminationNotice", interruption},
    {"DryRunOperation", FailureClass::none},
});

// Words by which a text without a code is known; older Auto Scaling messages have none.
constexpr auto phrases = std::to_array<Row>({
    {"do not have sufficient", capacity},
    {"no Spot capacity available", capacity},
    {"Unable to fulfill capacity", capacity},
    {"is lower than the minimum required Spot request fulfillment price", price},
    {"is not supported in your requested Availability Zone", not_offered},
    {"more vCPU capacity than your current vCPU limit", quota},
    {"Max spot instance count exceeded", quota},
    {"The image id '", image},
    {"Not authorized for images", image},
    {"does not match the architecture", image},
    {"not enough free addresses in subnet", network},
    {"The subnet ID '", network},
    {"The security group '", network},
    {"The Placement Group '", network},
    {"Invalid IAM Instance Profile name", parameter},
    {"No Container Instances were found in your cluster", later},
    {"You are not authorized to perform this operation", auth},
    {"do not have permission to create the service-linked role", auth},
    {"Request limit exceeded", throttle},
    {"Rate exceeded", throttle},
    {"EC2 instance rebalance recommendation", interruption},
    {"health check that indicated it had been terminated or stopped", interruption},
    {"Connection reset", server},
    {"timed out", server},
});

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

bool is_code_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

/// Where a code stands as a word of its own. A code may be part of a longer dotted one.
std::size_t find_word(std::string_view text, std::string_view word) {
    for (std::size_t at = text.find(word); at != std::string_view::npos;
         at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        const bool begins = at == 0 || !is_code_character(text[at - 1]);
        const bool ends = end == text.size() || !is_code_character(text[end]);
        if (begins && ends) return at;
    }
    return std::string_view::npos;
}

FailureAction action_of(FailureClass kind) {
    switch (kind) {
    case capacity:
    case price:
    case not_offered:
    case quota: return FailureAction::next_pool;
    case interruption: return FailureAction::replace;
    case image:
    case network:
    case parameter:
    case auth: return FailureAction::stop;
    case throttle: return FailureAction::back_off;
    case server:
    case later:
    case unknown: return FailureAction::retry;
    case FailureClass::none: return FailureAction::proceed;
    }
    return FailureAction::retry;
}

/// How long a pool is left alone after its first failure of a kind. Three minutes cost no
/// availability on recorded markets and a tenth of the attempts; what only a person changes, lasts.
std::chrono::seconds exclusion_of(FailureClass kind) {
    switch (kind) {
    case capacity: return 3min;
    case price: return 30min;
    case not_offered: return 24h;
    case quota: return 1h;
    case interruption: return 2min;
    case image:
    case network:
    case parameter:
    case auth:
    case throttle:
    case server:
    case later:
    case unknown:
    case FailureClass::none: return 0s;
    }
    return 0s;
}

/// "… or choosing us-east-1b, us-east-1c.": zones that AWS says have capacity now.
std::vector<std::string> zones_named(std::string_view text) {
    std::vector<std::string> zones;
    const std::string_view marker = "or choosing ";
    const std::size_t at = text.find(marker);
    if (at == std::string_view::npos) return zones;
    std::string word;
    for (const char c : text.substr(at + marker.size())) {
        if (is_code_character(c)) {
            word += c;
            continue;
        }
        if (!word.empty()) zones.push_back(std::move(word));
        word.clear();
        if (c != ',' && c != ' ') break;
    }
    return zones;
}

Classified made(FailureClass kind, std::string_view code, std::string_view words) {
    Classified out{.kind = kind,
                   .action = action_of(kind),
                   .code = std::string(code),
                   .exclusion = exclusion_of(kind)};
    if (kind == capacity || kind == not_offered) out.try_zones = zones_named(words);
    // Another subnet, thus another zone, may have addresses left.
    if (code == "InsufficientFreeAddressesInSubnet" ||
        contains(words, "not enough free addresses")) {
        out.action = FailureAction::next_pool;
        out.exclusion = 30min;
    }
    return out;
}

/// Codes that mean different things; their words say which.
std::optional<FailureClass> meant_by_words(std::string_view code, std::string_view words) {
    if (code == "AuthFailure" && contains(words, "Not authorized for images")) return image;
    if (code == "OptInRequired" && contains(words, "arketplace")) return image;
    if (code.starts_with("InvalidParameter") || code == "Unsupported") {
        if (contains(words, "does not match the architecture")) return image;
        if (contains(words, "ENA")) return image;
    }
    if (code == "InvalidParameterValue" && contains(words, "for InstanceType")) return not_offered;
    if (code == "InvalidParameterException" &&
        contains(words, "No Container Instances were found")) {
        return later;
    }
    return std::nullopt;
}

} // namespace

std::string_view to_string(FailureClass kind) {
    switch (kind) {
    case capacity: return "capacity";
    case price: return "price";
    case not_offered: return "not offered";
    case quota: return "quota";
    case image: return "image";
    case network: return "network";
    case parameter: return "parameter";
    case auth: return "auth";
    case throttle: return "throttle";
    case server: return "server";
    case later: return "later";
    case interruption: return "interruption";
    case FailureClass::none: return "none";
    case unknown: return "unknown";
    }
    return "unknown";
}

std::string_view to_string(FailureAction action) {
    switch (action) {
    case FailureAction::next_pool: return "next pool";
    case FailureAction::replace: return "replace";
    case FailureAction::stop: return "stop";
    case FailureAction::back_off: return "back off";
    case FailureAction::retry: return "retry";
    case FailureAction::proceed: return "proceed";
    }
    return "retry";
}

Classified classify(std::string_view code, std::string_view message) {
    if (const auto meant = meant_by_words(code, message)) return made(*meant, code, message);
    const auto row = std::ranges::find(codes, code, &Row::text);
    if (row != codes.end()) return made(row->kind, code, message);
    if (code.size() < message.size() && !message.empty()) {
        Classified by_words = classify_text(message);
        if (by_words.kind != unknown) {
            by_words.code = code;
            return by_words;
        }
    }
    return made(unknown, code, message);
}

Classified classify_text(std::string_view text) {
    const Row* found = nullptr;
    std::size_t at = std::string_view::npos;
    bool is_code = false;
    for (const Row& row : codes) {
        const std::size_t place = find_word(text, row.text);
        if (place == std::string_view::npos) continue;
        // The first one; of two at one place the longer (AuthFailure.ServiceLinkedRole…).
        if (found != nullptr &&
            (place > at || (place == at && row.text.size() < found->text.size()))) {
            continue;
        }
        found = &row;
        at = place;
        is_code = true;
    }
    for (const Row& row : phrases) {
        const std::size_t place = text.find(row.text);
        // A code that follows its own words names the same cause (SDK texts put it last).
        if (place == std::string_view::npos || found != nullptr) continue;
        found = &row;
        at = place;
    }
    if (found == nullptr) return made(unknown, "", text);
    if (!is_code) return made(found->kind, "", text);
    return made(meant_by_words(found->text, text).value_or(found->kind), found->text, text);
}

Classified classify_ecs_failure(std::string_view reason) {
    // AWS, "Amazon ECS API failure reasons". Nothing there asks for another pool: the instance
    // exists.
    if (reason.starts_with("RESOURCE:") || reason == "AGENT" || reason == "INACTIVE") {
        return made(later, reason, "");
    }
    if (reason == "ATTRIBUTE" || reason == "LOCATION") return made(parameter, reason, "");
    if (reason == "MISSING") return made(later, reason, "");
    return made(unknown, reason, "");
}

Classified classify_stopped_task(std::string_view stop_code, std::string_view reason) {
    if (stop_code == "SpotInterruption" || stop_code == "TerminationNotice" ||
        (reason.starts_with("Host EC2") && contains(reason, "terminated"))) {
        return made(interruption, stop_code, reason);
    }
    if (contains(reason, "CannotPullContainerError")) {
        return made(image, "CannotPullContainerError", reason);
    }
    if (contains(reason, "OutOfMemoryError")) return made(parameter, "OutOfMemoryError", reason);
    if (contains(reason, "ResourceInitializationError")) {
        return made(server, "ResourceInitializationError", reason);
    }
    // The container itself ended: the same image will do so elsewhere as well.
    if (stop_code == "EssentialContainerExited") return made(parameter, stop_code, reason);
    if (stop_code == "UserInitiated") return made(FailureClass::none, stop_code, reason);
    if (stop_code == "TaskFailedToStart") return made(server, stop_code, reason);
    return made(unknown, stop_code, reason);
}

Classified classify_answer(std::string_view error, std::string_view cause) {
    constexpr auto kinds =
        std::to_array<FailureClass>({capacity, price, not_offered, quota, interruption, image,
                                     network, parameter, auth, throttle, server, later});
    Classified out{.kind = unknown, .action = FailureAction::next_pool, .code = std::string(error)};
    for (const FailureClass kind : kinds) {
        if (failure_name(kind) == error) out = made(kind, error, cause);
    }
    out.action = FailureAction::next_pool;
    if (out.exclusion.count() != 0) return out;
    // A fault of set-up stays until somebody mends it; what passes may have passed in minutes.
    out.exclusion =
        error.starts_with("Config.") ? std::chrono::seconds(1h) : std::chrono::seconds(5min);
    return out;
}

std::string failure_name(FailureClass kind) {
    switch (kind) {
    case capacity: return "Capacity.Insufficient";
    case price: return "Capacity.PriceTooLow";
    case not_offered: return "Capacity.NotOffered";
    case quota: return "Capacity.Quota";
    case interruption: return "Capacity.Interrupted";
    case image: return "Config.Image";
    case network: return "Config.Network";
    case parameter: return "Config.Parameter";
    case auth: return "Config.NotAllowed";
    case throttle: return "Passing.Throttled";
    case server: return "Passing.Server";
    case later: return "Passing.NotReady";
    case FailureClass::none: return "None";
    case unknown: return "Passing.Unknown";
    }
    return "Passing.Unknown";
}

} // namespace gradus::capacity
